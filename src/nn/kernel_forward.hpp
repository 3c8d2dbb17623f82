// The forward pass of a layer on one tile: Z = W H + b for the rows H of the layer below, h = phi(z) and the
// slope phi'(z). R units by V packets of samples stay in registers; the last hidden layer adds v h to f.
#pragma once

#include "kernel_activation.hpp"

namespace rgsweep::nn::kernel::RGSWEEP_VARIANT {

/// Rows and packets of a block of products: its sums, V packets and one factor fit into the registers.
#ifdef EIGEN_VECTORIZE_AVX512
inline constexpr int kBlockRows = 4, kBlockPackets = 4;
#else
inline constexpr int kBlockRows = 4, kBlockPackets = 2;
#endif

template <class Scalar, int R, int V>
struct Block {
  PacketOf<Scalar> at[R][V];
};

/// Adds to row r of `block` the sum over k < count of factor[r * row_step + k * step] in[k].
template <class Scalar, int R, int V>
RGSWEEP_INLINE void multiply_add(const Scalar* factor, Index row_step, Index step, Index count,
                                 Rows<const Scalar> in, Index sample, Block<Scalar, R, V>& block) {
  using Packet = PacketOf<Scalar>;
  const Scalar* x = in.data + sample;
  for (Index k = 0; k < count; ++k, factor += step, x += in.stride) {
    Packet samples[V];
    RGSWEEP_UNROLL for (int j = 0; j < V; ++j) samples[j] = pload<Packet>(x + j * kLanes<Packet>);
    RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
      const Packet w = pset1<Packet>(factor[r * row_step]);
      RGSWEEP_UNROLL for (int j = 0; j < V; ++j) block.at[r][j] = pmadd(w, samples[j], block.at[r][j]);
    }
  }
}

/// One layer's pass. W is row by row; h and f are null where nobody needs them.
template <class Scalar>
struct Forward {
  Index rows, cols;
  const Scalar *W, *b;
  Rows<const Scalar> in;
  Rows<Scalar> h, slope;
  const Scalar* v;
  Scalar* f;
};

// By value: a store of packets might alter what a reference refers to.
template <int R, int V, class Phi, class Scalar>
RGSWEEP_INLINE void forward_block(const Phi phi, const Forward<Scalar> layer, Index row, Index sample) {
  using Packet = PacketOf<Scalar>;
  constexpr int lanes = kLanes<Packet>;
  Block<Scalar, R, V> h;
  RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
    const Packet b = pset1<Packet>(layer.b[row + r]);
    RGSWEEP_UNROLL for (int j = 0; j < V; ++j) h.at[r][j] = b;
  }
  multiply_add(layer.W + row * layer.cols, layer.cols, 1, layer.cols, layer.in, sample, h);
  Scalar* slope = layer.slope[row] + sample;
  RGSWEEP_UNROLL for (int r = 0; r < R; ++r, slope += layer.slope.stride) {
    RGSWEEP_UNROLL for (int j = 0; j < V; ++j) {
      const Activated<Packet> a = phi(h.at[r][j]);
      h.at[r][j] = a.h;
      pstore(slope + j * lanes, a.slope);
    }
  }
  if (layer.h.data != nullptr) {
    Scalar* out = layer.h[row] + sample;
    RGSWEEP_UNROLL for (int r = 0; r < R; ++r, out += layer.h.stride) {
      RGSWEEP_UNROLL for (int j = 0; j < V; ++j) pstore(out + j * lanes, h.at[r][j]);
    }
  }
  if (layer.f != nullptr) {
    Scalar* f = layer.f + sample;
    Packet sum[V];
    RGSWEEP_UNROLL for (int j = 0; j < V; ++j) sum[j] = pload<Packet>(f + j * lanes);
    RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
      const Packet v = pset1<Packet>(layer.v[row + r]);
      RGSWEEP_UNROLL for (int j = 0; j < V; ++j) sum[j] = pmadd(v, h.at[r][j], sum[j]);
    }
    RGSWEEP_UNROLL for (int j = 0; j < V; ++j) pstore(f + j * lanes, sum[j]);
  }
}

template <class Phi, class Scalar>
[[gnu::noinline]] void forward(const Phi& phi, const Forward<Scalar>& layer, Index samples) {
  constexpr int lanes = kLanes<PacketOf<Scalar>>;
  in_blocks<kBlockPackets>(samples / lanes, [&](auto packets, Index packet) RGSWEEP_INLINED {
    in_blocks<kBlockRows>(layer.rows, [&](auto rows, Index row) RGSWEEP_INLINED {
      forward_block<rows, packets>(phi, layer, row, packet * lanes);
    });
  });
}

/// From z, in `slope`, to h and slopes.
template <class Phi, class Scalar>
[[gnu::noinline]] void apply(const Phi& phi, const Forward<Scalar>& layer, Index samples) {
  using Packet = PacketOf<Scalar>;
  for (Index row = 0; row < layer.rows; ++row) {
    Scalar *slope = layer.slope[row], *h = layer.h[row];
    const Packet v = pset1<Packet>(layer.f == nullptr ? Scalar(0) : layer.v[row]);
    for (Index s = 0; s < samples; s += kLanes<Packet>) {
      const Activated<Packet> a = phi(pload<Packet>(slope + s));
      pstore(slope + s, a.slope);
      pstore(h + s, a.h);
      if (layer.f != nullptr) pstore(layer.f + s, pmadd(v, a.h, pload<Packet>(layer.f + s)));
    }
  }
}

}  // namespace rgsweep::nn::kernel::RGSWEEP_VARIANT

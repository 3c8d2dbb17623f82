// The backward pass of one tile: products of rows summed over the samples, which are the gradients with
// respect to weights, and the derivatives with respect to a layer's inputs.
#pragma once

#include "kernel_forward.hpp"

namespace rgsweep::nn::kernel::RGSWEEP_VARIANT {

/// Sums of a block of products(), and rows of which layers collect them before their lanes are summed.
#ifdef EIGEN_VECTORIZE_AVX512
inline constexpr int kProducts = 16;
#else
inline constexpr int kProducts = 8;
#endif
inline constexpr int kPanelRows = 8;

/// Packet (r, c) of `sums`, row by row, becomes (`add`: grows by) the sum over packets of samples of A[r] *
/// B[c].
template <class Scalar>
struct Products {
  Rows<const Scalar> A;
  Index rows;
  Rows<const Scalar> B;
  Index cols, samples;
  Scalar* sums;
  bool add;
};

template <int R, int C, class Scalar>
RGSWEEP_INLINE void product_block(const Products<Scalar>& of, Index row, Index col) {
  using Packet = PacketOf<Scalar>;
  constexpr int lanes = kLanes<Packet>;
  const Rows<const Scalar> A{of.A[row], of.A.stride}, B{of.B[col], of.B.stride};
  const Index step = of.cols * lanes, samples = of.samples;
  Scalar* sums = of.sums + (row * of.cols + col) * lanes;
  Block<Scalar, R, C> sum;
  RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
    RGSWEEP_UNROLL for (int c = 0; c < C; ++c) sum.at[r][c] = pset1<Packet>(Scalar(0));
  }
  if (of.add) {
    RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
      RGSWEEP_UNROLL for (int c = 0; c < C; ++c) sum.at[r][c] = pload<Packet>(sums + r * step + c * lanes);
    }
  }
  for (Index s = 0; s < samples; s += lanes) {
    Packet b[C];
    RGSWEEP_UNROLL for (int c = 0; c < C; ++c) b[c] = pload<Packet>(B[c] + s);
    RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
      const Packet a = in_register(pload<Packet>(A[r] + s));
      RGSWEEP_UNROLL for (int c = 0; c < C; ++c) sum.at[r][c] = pmadd(a, b[c], sum.at[r][c]);
    }
  }
  RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
    RGSWEEP_UNROLL for (int c = 0; c < C; ++c) pstore(sums + r * step + c * lanes, sum.at[r][c]);
  }
}

template <class Scalar>
[[gnu::noinline]] void sum_products(const Products<Scalar>& of) {
  in_blocks<4>(of.cols, [&](auto width, Index col) RGSWEEP_INLINED {
    constexpr int C = decltype(width)();
    in_blocks<kProducts / C>(
        of.rows, [&](auto rows, Index row) RGSWEEP_INLINED { product_block<rows, C>(of, row, col); });
  });
}

/// The same with ones in place of B, one column.
template <class Scalar>
[[gnu::noinline]] void sum_rows(const Products<Scalar>& of) {
  using Packet = PacketOf<Scalar>;
  for (Index row = 0; row < of.rows; ++row) {
    Scalar* sums = of.sums + row * kLanes<Packet>;
    Packet sum = of.add ? pload<Packet>(sums) : pset1<Packet>(Scalar(0));
    for (Index s = 0; s < of.samples; s += kLanes<Packet>) sum = padd(sum, pload<Packet>(of.A[row] + s));
    pstore(sums, sum);
  }
}

/// out[i] = the sum of packet i's lanes; writes whole packets, wherever `out` stands.
template <class Scalar>
[[gnu::noinline]] void sum_lanes(const Scalar* packets, Index count, Scalar* out) {
  using Packet = PacketOf<Scalar>;
  constexpr Index lanes = kLanes<Packet>;
  for (Index i = 0; i < count; i += lanes) pstoreu(out + i, lane_sums<Packet>(packets + i * lanes));
}

/// slope[k] *= sum over u of W[u][k] D[u]: the derivatives with respect to the z of the layer below. The sums
/// themselves, those with respect to its outputs, go to `outputs` if somebody needs them.
template <class Scalar>
[[gnu::noinline]] void backward(const Scalar* W, Index rows, Index cols, Rows<const Scalar> D,
                                Rows<Scalar> slope, Rows<Scalar> outputs, Index samples) {
  using Packet = PacketOf<Scalar>;
  constexpr int lanes = kLanes<Packet>;
  in_blocks<kBlockPackets>(samples / lanes, [&](auto packets, Index packet) RGSWEEP_INLINED {
    in_blocks<kBlockRows>(cols, [&](auto block_rows, Index k) RGSWEEP_INLINED {
      constexpr int R = decltype(block_rows)(), V = decltype(packets)();
      Block<Scalar, R, V> g;
      RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
        RGSWEEP_UNROLL for (int j = 0; j < V; ++j) g.at[r][j] = pset1<Packet>(Scalar(0));
      }
      multiply_add(W + k, 1, cols, rows, D, packet * lanes, g);
      RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
        Scalar* at = slope[k + r] + packet * lanes;
        RGSWEEP_UNROLL for (int j = 0; j < V; ++j)
            pstore(at + j * lanes, pmul(g.at[r][j], pload<Packet>(at + j * lanes)));
      }
      if (outputs.data == nullptr) return;
      RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
        Scalar* at = outputs[k + r] + packet * lanes;
        RGSWEEP_UNROLL for (int j = 0; j < V; ++j) pstore(at + j * lanes, g.at[r][j]);
      }
    });
  });
}

}  // namespace rgsweep::nn::kernel::RGSWEEP_VARIANT

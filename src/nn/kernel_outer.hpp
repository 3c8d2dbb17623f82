// The gradient with respect to a wide matrix between hidden layers: the sum over samples of D h', D the
// derivatives with respect to the z of its layer and h the outputs of the layer below. Here a packet holds a
// row of units instead of samples, so that no lanes have to be summed and a chunk is enough to work on: all
// that a chunk needs stays in the first cache. The price is to transpose h.
#pragma once

#include <limits>

#include "kernel_forward.hpp"

namespace rgsweep::nn::kernel::RGSWEEP_VARIANT {

/// Sums of a block of outer products: rows, and packets of columns.
#ifdef EIGEN_VECTORIZE_AVX512
inline constexpr int kOuterRows = 8, kOuterPackets = 2;
#else
inline constexpr int kOuterRows = 4, kOuterPackets = 2;
#endif

/// Fewest rows of matrices that this is for: a transpose costs the same for few rows as for many, sums of
/// lanes cost for each row, and little where lanes are few. Measured, time of a step over that with sums of
/// lanes at widths 32, 64 and 128: v4 0.99, 0.95, 0.92; v3 0.95, 0.94, 0.91; v2 1.07, 1.06, 1.06.
template <class Scalar>
inline constexpr Index kOuterLeastRows = kLanes<PacketOf<Scalar>> * sizeof(Scalar) > 16
                                             ? 32
                                             : std::numeric_limits<Index>::max();

/// Row i of the result is column i of a square of rows.
template <class Scalar>
RGSWEEP_INLINE void transpose_square(Rows<const Scalar> in, Rows<Scalar> out) {
  using Packet = PacketOf<Scalar>;
  constexpr int lanes = kLanes<Packet>;
  Eigen::internal::PacketBlock<Packet, lanes> block;
  RGSWEEP_UNROLL for (int i = 0; i < lanes; ++i) block.packet[i] = pload<Packet>(in[i]);
  Eigen::internal::ptranspose(block);
  RGSWEEP_UNROLL for (int i = 0; i < lanes; ++i) pstore(out[i], block.packet[i]);
}

#ifdef EIGEN_VECTORIZE_AVX512
/// Half as many shuffles as Eigen's: quarters of rows are put in place as they are loaded.
template <>
RGSWEEP_INLINE void transpose_square(Rows<const float> in, Rows<float> out) {
  RGSWEEP_UNROLL for (int first = 0; first < 16; first += 4) {
    __m512 rows[4];  // four samples of rows i, i + 4, i + 8, i + 12
    RGSWEEP_UNROLL for (int i = 0; i < 4; ++i) {
      rows[i] = _mm512_castps128_ps512(_mm_load_ps(in[i] + first));
      rows[i] = _mm512_insertf32x4(rows[i], _mm_load_ps(in[i + 4] + first), 1);
      rows[i] = _mm512_insertf32x4(rows[i], _mm_load_ps(in[i + 8] + first), 2);
      rows[i] = _mm512_insertf32x4(rows[i], _mm_load_ps(in[i + 12] + first), 3);
    }
    const __m512 low0 = _mm512_unpacklo_ps(rows[0], rows[1]), low1 = _mm512_unpacklo_ps(rows[2], rows[3]),
                 high0 = _mm512_unpackhi_ps(rows[0], rows[1]), high1 = _mm512_unpackhi_ps(rows[2], rows[3]);
    _mm512_store_ps(out[first], _mm512_shuffle_ps(low0, low1, 0x44));
    _mm512_store_ps(out[first + 1], _mm512_shuffle_ps(low0, low1, 0xee));
    _mm512_store_ps(out[first + 2], _mm512_shuffle_ps(high0, high1, 0x44));
    _mm512_store_ps(out[first + 3], _mm512_shuffle_ps(high0, high1, 0xee));
  }
}
#endif

/// Row s of `out` becomes sample s of the rows, whose number is filled up to whole packets.
template <class Scalar>
[[gnu::noinline]] void transpose(Rows<const Scalar> in, Index count, Index samples, Rows<Scalar> out) {
  constexpr int lanes = kLanes<PacketOf<Scalar>>;
  for (Index row = 0; row < count; row += lanes)
    for (Index s = 0; s < samples; s += lanes)
      transpose_square<Scalar>({in[row] + s, in.stride}, {out[s] + row, out.stride});
}

/// Row r of `sums`, whole packets, becomes (`add`: grows by) the sum over samples of D[r][s] H[s].
template <class Scalar>
struct Outer {
  Rows<const Scalar> D;
  Index rows;
  Rows<const Scalar> H;
  Index cols, samples;
  Rows<Scalar> sums;
  bool add;
};

template <int R, int C, class Scalar>
RGSWEEP_INLINE void outer_block(const Outer<Scalar>& of, Index row, Index col) {
  using Packet = PacketOf<Scalar>;
  constexpr int lanes = kLanes<Packet>;
  Block<Scalar, R, C> sum;
  RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
    RGSWEEP_UNROLL for (int c = 0; c < C; ++c) sum.at[r][c] = pset1<Packet>(Scalar(0));
  }
  const Rows<Scalar> sums{of.sums[row] + col, of.sums.stride};
  if (of.add) {
    RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
      RGSWEEP_UNROLL for (int c = 0; c < C; ++c) sum.at[r][c] = pload<Packet>(sums[r] + c * lanes);
    }
  }
  multiply_add(of.D[row], of.D.stride, 1, of.samples, of.H, col, sum);
  RGSWEEP_UNROLL for (int r = 0; r < R; ++r) {
    RGSWEEP_UNROLL for (int c = 0; c < C; ++c) pstore(sums[r] + c * lanes, sum.at[r][c]);
  }
}

template <class Scalar>
[[gnu::noinline]] void sum_outer(const Outer<Scalar>& of) {
  constexpr int lanes = kLanes<PacketOf<Scalar>>;
  in_blocks<kOuterPackets>((of.cols + lanes - 1) / lanes, [&](auto packets, Index packet) RGSWEEP_INLINED {
    constexpr int C = decltype(packets)();
    in_blocks<kOuterRows>(of.rows, [&](auto rows, Index row)
                                       RGSWEEP_INLINED { outer_block<rows, C>(of, row, packet * lanes); });
  });
}

}  // namespace rgsweep::nn::kernel::RGSWEEP_VARIANT

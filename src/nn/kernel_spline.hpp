// Splines (spline.hpp) on packets: where an argument lies, phi and its slope there, and the moments that the
// gradient with respect to the coefficients is made of.
#pragma once

#include "kernel_forward.hpp"

namespace rgsweep::nn::kernel::RGSWEEP_VARIANT {

/// table[piece], lane by lane; the table has `size` entries, whole packets.
template <class Packet>
RGSWEEP_INLINE Packet look_up(const ScalarOf<Packet>* table, Index /*size*/, const Packet& piece) {
  using Scalar = ScalarOf<Packet>;
  alignas(64) Scalar at[kLanes<Packet>];
  pstore(at, piece);
  for (Scalar& entry : at) entry = table[static_cast<Index>(entry)];
  return pload<Packet>(at);
}

#ifdef EIGEN_VECTORIZE_AVX512
RGSWEEP_INLINE Eigen::internal::Packet16f look_up(const float* table, Index size,
                                                  const Eigen::internal::Packet16f& piece) {
  const __m512i index = _mm512_cvttps_epi32(piece);
  if (size <= 16) return _mm512_permutexvar_ps(index, _mm512_load_ps(table));
  if (size <= 32) return _mm512_permutex2var_ps(_mm512_load_ps(table), index, _mm512_load_ps(table + 16));
  return _mm512_i32gather_ps(index, table, sizeof(float));
}
RGSWEEP_INLINE Eigen::internal::Packet8d look_up(const double* table, Index size,
                                                 const Eigen::internal::Packet8d& piece) {
  const __m512i index = _mm512_cvttpd_epi64(piece);
  if (size <= 8) return _mm512_permutexvar_pd(index, _mm512_load_pd(table));
  if (size <= 16) return _mm512_permutex2var_pd(_mm512_load_pd(table), index, _mm512_load_pd(table + 8));
  return _mm512_i64gather_pd(index, table, sizeof(double));
}
#elif defined(EIGEN_VECTORIZE_AVX2)
RGSWEEP_INLINE Eigen::internal::Packet8f look_up(const float* table, Index /*size*/,
                                                 const Eigen::internal::Packet8f& piece) {
  return _mm256_i32gather_ps(table, _mm256_cvttps_epi32(piece), sizeof(float));
}
RGSWEEP_INLINE Eigen::internal::Packet4d look_up(const double* table, Index /*size*/,
                                                 const Eigen::internal::Packet4d& piece) {
  return _mm256_i32gather_pd(table, _mm256_cvttpd_epi32(piece), sizeof(double));
}
#endif

/// From z, in `slope`, to h, slopes and the place of each argument.
template <int degree, class Scalar>
[[gnu::noinline]] void apply_spline(const SplinePlan<Scalar> spline, const Forward<Scalar> layer,
                                    Index samples) {
  using Packet = PacketOf<Scalar>;
  const Packet zero = pset1<Packet>(Scalar(0)), one = pset1<Packet>(Scalar(1)),
               per_spacing = pset1<Packet>(spline.per_spacing), half = pset1<Packet>(spline.half),
               last = pset1<Packet>(static_cast<Scalar>(spline.pieces - 1));
  for (Index row = 0; row < layer.rows; ++row) {
    Scalar *slope = layer.slope[row], *h = layer.h[row], *piece = spline.piece[row], *local = spline.s[row];
    const Packet v = pset1<Packet>(layer.f == nullptr ? Scalar(0) : layer.v[row]);
    for (Index sample = 0; sample < samples; sample += kLanes<Packet>) {
      // As locate() in spline.hpp. pmax(a, b) is a where b is not a number.
      const Packet u = pmadd(pload<Packet>(slope + sample), per_spacing, half);
      const Packet j = Eigen::internal::pfloor(Packet(pmin(last, pmax(zero, padd(u, one)))));
      const Packet s = psub(u, pmax(psub(j, one), zero));
      Packet sum = look_up(spline.table + degree * spline.stride, spline.stride, j), derivative = zero;
      RGSWEEP_UNROLL for (int r = degree - 1; r >= 0; --r) {
        derivative = pmadd(derivative, s, sum);
        sum = pmadd(sum, s, look_up(spline.table + r * spline.stride, spline.stride, j));
      }
      pstore(piece + sample, j);
      pstore(local + sample, s);
      pstore(slope + sample, pmul(derivative, per_spacing));
      pstore(h + sample, sum);
      if (layer.f != nullptr) pstore(layer.f + sample, pmadd(v, sum, pload<Packet>(layer.f + sample)));
    }
  }
}

/// The derivative of the loss with respect to a unit's output: a row for each unit, or factor[unit] times one
/// row.
template <class Scalar>
struct Upstream {
  Rows<const Scalar> rows;
  const Scalar* factor = nullptr;

  RGSWEEP_INLINE const Scalar* row(Index unit) const { return factor == nullptr ? rows[unit] : rows[0]; }
  RGSWEEP_INLINE Scalar scale(Index unit) const { return factor == nullptr ? Scalar(1) : factor[unit]; }
};

/// Adds the sums of g s^r over the arguments in each piece, one argument after another. Consecutive ones go
/// to different copies: a sum need not wait for the one before it.
template <int degree, class Scalar>
[[gnu::noinline]] void add_moments_singly(const SplinePlan<Scalar>& spline, const Upstream<Scalar>& upstream,
                                          Index units, Index samples) {
  using Packet = PacketOf<Scalar>;
  constexpr int lanes = kLanes<Packet>, copies = 4, terms = degree + 1;
  const Index copy = spline.pieces * terms;
  for (Index i = 0; i < copies * copy; ++i) spline.sums[i] = 0;
  for (Index unit = 0; unit < units; ++unit) {
    const Scalar *g = upstream.row(unit), *piece = spline.piece[unit], *local = spline.s[unit];
    const Packet scale = pset1<Packet>(upstream.scale(unit));
    for (Index sample = 0; sample < samples; sample += lanes) {
      alignas(64) Scalar term[terms][lanes];
      Packet power = pmul(scale, pload<Packet>(g + sample));
      const Packet s = pload<Packet>(local + sample);
      RGSWEEP_UNROLL for (int r = 0; r < terms; ++r) {
        pstore(term[r], power);
        power = pmul(power, s);
      }
      for (int i = 0; i < lanes; ++i) {
        Scalar* sums = spline.sums + (i % copies) * copy + static_cast<Index>(piece[sample + i]) * terms;
        RGSWEEP_UNROLL for (int r = 0; r < terms; ++r) sums[r] += term[r][i];
      }
    }
  }
  for (Index i = 0; i < copy; ++i)
    for (int k = 0; k < copies; ++k) spline.moments[i] += static_cast<double>(spline.sums[k * copy + i]);
}

#ifdef EIGEN_VECTORIZE_AVX512
RGSWEEP_INLINE __mmask16 equal(const __m512& a, const __m512& b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ);
}
RGSWEEP_INLINE __mmask8 equal(const __m512d& a, const __m512d& b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
}
RGSWEEP_INLINE __m512 add_where(__mmask16 mask, const __m512& a, const __m512& b) {
  return _mm512_mask_add_ps(a, mask, a, b);
}
RGSWEEP_INLINE __m512d add_where(__mmask8 mask, const __m512d& a, const __m512d& b) {
  return _mm512_mask_add_pd(a, mask, a, b);
}

/// Pieces whose sums fit into the registers together; a mask register for each.
template <int degree>
inline constexpr int kTogether = degree <= 2   ? 7
                                 : degree == 3 ? 6
                                 : degree == 4 ? 5
                                               : 4;
/// Up to here a masked addition for every piece is cheaper than one for every argument (measured).
inline constexpr Index kMaskedPieces = 24;

template <int degree, int count, class Scalar>
RGSWEEP_INLINE void add_masked(const SplinePlan<Scalar>& spline, const Upstream<Scalar>& upstream,
                               Index units, Index samples, Index first) {
  using Packet = PacketOf<Scalar>;
  constexpr int terms = degree + 1;
  Packet sum[count][terms], number[count];
  RGSWEEP_UNROLL for (int j = 0; j < count; ++j) {
    number[j] = pset1<Packet>(static_cast<Scalar>(first + j));
    RGSWEEP_UNROLL for (int r = 0; r < terms; ++r) sum[j][r] = pset1<Packet>(Scalar(0));
  }
  for (Index unit = 0; unit < units; ++unit) {
    const Scalar *g = upstream.row(unit), *piece = spline.piece[unit], *local = spline.s[unit];
    const Packet scale = pset1<Packet>(upstream.scale(unit));
    for (Index sample = 0; sample < samples; sample += kLanes<Packet>) {
      Packet power = pmul(scale, pload<Packet>(g + sample));
      const Packet s = pload<Packet>(local + sample), at = pload<Packet>(piece + sample);
      decltype(equal(at, at)) mask[count];
      RGSWEEP_UNROLL for (int j = 0; j < count; ++j) mask[j] = equal(at, number[j]);
      RGSWEEP_UNROLL for (int r = 0; r < terms; ++r) {
        RGSWEEP_UNROLL for (int j = 0; j < count; ++j) sum[j][r] = add_where(mask[j], sum[j][r], power);
        if (r + 1 < terms) power = pmul(power, s);
      }
    }
  }
  RGSWEEP_UNROLL for (int j = 0; j < count; ++j) {
    RGSWEEP_UNROLL for (int r = 0; r < terms; ++r) spline.moments[(first + j) * terms + r] +=
        static_cast<double>(Eigen::internal::predux(sum[j][r]));
  }
}

/// As add_moments_singly(), by masked additions of whole packets.
template <int degree, class Scalar>
[[gnu::noinline]] void add_moments_masked(const SplinePlan<Scalar>& spline, const Upstream<Scalar>& upstream,
                                          Index units, Index samples) {
  in_blocks<kTogether<degree>>(spline.pieces, [&](auto count, Index first) RGSWEEP_INLINED {
    add_masked<degree, count>(spline, upstream, units, samples, first);
  });
}
#endif

template <int degree, class Scalar>
void add_moments(const SplinePlan<Scalar>& spline, const Upstream<Scalar>& upstream, Index units,
                 Index samples) {
#ifdef EIGEN_VECTORIZE_AVX512
  if (spline.pieces <= kMaskedPieces) return add_moments_masked<degree>(spline, upstream, units, samples);
#endif
  add_moments_singly<degree>(spline, upstream, units, samples);
}

/// call(Fixed<degree>) for the degree of a spline.
template <class Call>
RGSWEEP_INLINE void with_degree(int degree, const Call& call) {
  switch (degree) {
    case 1:
      return call(Fixed<1>());
    case 2:
      return call(Fixed<2>());
    case 3:
      return call(Fixed<3>());
    case 4:
      return call(Fixed<4>());
    default:
      return call(Fixed<5>());
  }
}

}  // namespace rgsweep::nn::kernel::RGSWEEP_VARIANT

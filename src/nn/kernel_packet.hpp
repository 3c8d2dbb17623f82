// Packets of samples, the SIMD types of Eigen, and what its operations on them lack. For the units of a
// variant only: everything is in the variant's namespace.
#pragma once

#include <Eigen/Core>

#include "kernel_plan.hpp"

namespace rgsweep::nn::kernel::RGSWEEP_VARIANT {

using Eigen::internal::pabs;
using Eigen::internal::padd;
using Eigen::internal::pdiv;
using Eigen::internal::pload;
using Eigen::internal::pmadd;
using Eigen::internal::pmax;
using Eigen::internal::pmin;
using Eigen::internal::pmul;
using Eigen::internal::pselect;
using Eigen::internal::pset1;
using Eigen::internal::pstore;
using Eigen::internal::pstoreu;
using Eigen::internal::psub;

template <class Scalar>
using PacketOf = typename Eigen::internal::packet_traits<Scalar>::type;
template <class Packet>
using ScalarOf = typename Eigen::internal::unpacket_traits<Packet>::type;
template <class Packet>
inline constexpr int kLanes = Eigen::internal::unpacket_traits<Packet>::size;

#define RGSWEEP_INLINE [[gnu::always_inline]] inline
#define RGSWEEP_INLINED __attribute__((always_inline))  // for lambdas
// Loops over arrays of packets, which must stay in registers.
#ifdef __clang__
#define RGSWEEP_UNROLL _Pragma("unroll")
#else
#define RGSWEEP_UNROLL _Pragma("GCC unroll 16")
#endif

/// A number that the compiler knows.
template <int value>
struct Fixed {
  constexpr operator int() const { return value; }  // NOLINT(google-explicit-constructor)
};

/// call(Fixed<count>, first) for blocks of `most` rows and then for halves, quarters, ... as far as
/// needed.
template <int most, class Call>
RGSWEEP_INLINE void in_blocks(Index rows, const Call& call, Index first = 0) {
  for (; rows - first >= most; first += most) call(Fixed<most>(), first);
  if constexpr (most > 1)
    if (first < rows) in_blocks<most / 2>(rows, call, first);
}

/// Keeps the compiler from loading a packet again for each of its uses.
template <class Packet>
RGSWEEP_INLINE Packet in_register(Packet packet) {
#ifdef __x86_64__
  __asm__("" : "+v"(packet));
#endif
  return packet;
}

/// -1, 0 or 1; a NaN stays one. Exact but for |z| < 1e-30.
template <class Packet>
RGSWEEP_INLINE Packet sign(const Packet& z) {
  using Scalar = ScalarOf<Packet>;
  const Packet steep = pmul(pset1<Packet>(Scalar(1e30)), z);
  return pmax(pmin(steep, pset1<Packet>(Scalar(1))), pset1<Packet>(Scalar(-1)));
}

#ifdef EIGEN_VECTORIZE_AVX512
// One instruction with a table of results: NaN itself, zero 0, positive 1, negative -1.
RGSWEEP_INLINE Eigen::internal::Packet16f sign(const Eigen::internal::Packet16f& z) {
  return _mm512_fixupimm_ps(z, z, _mm512_set1_epi32(static_cast<int>(0xa9a9a811U)), 0);
}
RGSWEEP_INLINE Eigen::internal::Packet8d sign(const Eigen::internal::Packet8d& z) {
  return _mm512_fixupimm_pd(z, z, _mm512_set1_epi64(0xa9a9a811), 0);
}
#endif

/// Combines a, whose lanes are `distance` apart in pairs to be added, with b likewise: half of the lanes of
/// the result are a's sums, the other half b's.
template <int distance, class Packet>
RGSWEEP_INLINE Packet add_pairs(const Packet& a, const Packet& b) {
  using Scalar = ScalarOf<Packet>;
  constexpr int lanes = kLanes<Packet>;
  alignas(64) Scalar in[2][lanes], out[lanes];
  pstore(in[0], a);
  pstore(in[1], b);
  for (int i = 0; i < lanes; ++i) {
    const Scalar* from = in[(i / distance) % 2];
    const int low = i - i % (2 * distance) + i % distance;
    out[i] = from[low] + from[low + distance];
  }
  return pload<Packet>(out);
}

#ifdef EIGEN_VECTORIZE_AVX512
template <int distance>
RGSWEEP_INLINE Eigen::internal::Packet16f add_pairs(const Eigen::internal::Packet16f& a,
                                                    const Eigen::internal::Packet16f& b) {
  // Lanes that stay in place by a masked move, the others by one shuffle of both.
  constexpr __mmask16 second = distance == 8   ? 0xff00
                               : distance == 4 ? 0xf0f0
                               : distance == 2 ? 0xcccc
                                               : 0xaaaa;
  const __m512 kept = _mm512_mask_mov_ps(a, second, b);
  __m512 moved;
  if constexpr (distance == 8)
    moved = _mm512_shuffle_f32x4(a, b, 0x4e);
  else if constexpr (distance == 4)
    moved = _mm512_permutex2var_ps(
        a, _mm512_setr_epi32(4, 5, 6, 7, 16, 17, 18, 19, 12, 13, 14, 15, 24, 25, 26, 27), b);
  else if constexpr (distance == 2)
    moved = _mm512_shuffle_ps(a, b, 0x4e);
  else
    moved = _mm512_permutex2var_ps(
        a, _mm512_setr_epi32(1, 16, 3, 18, 5, 20, 7, 22, 9, 24, 11, 26, 13, 28, 15, 30), b);
  return _mm512_add_ps(kept, moved);
}
template <int distance>
RGSWEEP_INLINE Eigen::internal::Packet8d add_pairs(const Eigen::internal::Packet8d& a,
                                                   const Eigen::internal::Packet8d& b) {
  constexpr __mmask8 second = distance == 4 ? 0xf0 : distance == 2 ? 0xcc : 0xaa;
  const __m512d kept = _mm512_mask_mov_pd(a, second, b);
  __m512d moved;
  if constexpr (distance == 4)
    moved = _mm512_shuffle_f64x2(a, b, 0x4e);
  else if constexpr (distance == 2)
    moved = _mm512_permutex2var_pd(a, _mm512_setr_epi64(2, 3, 8, 9, 6, 7, 12, 13), b);
  else
    moved = _mm512_shuffle_pd(a, b, 0x55);
  return _mm512_add_pd(kept, moved);
}
#endif

/// Sums of the lanes of kLanes packets, in their order.
template <class Packet, int first = 0, int apart = 1>
RGSWEEP_INLINE Packet lane_sums(const ScalarOf<Packet>* packets) {
  // The result's lane i has bits that say, from the highest distance to the lowest, which packet was second.
  constexpr int lanes = kLanes<Packet>;
  if constexpr (apart == lanes)
    return pload<Packet>(packets + first * lanes);
  else
    return add_pairs<apart>(lane_sums<Packet, first, 2 * apart>(packets),
                            lane_sums<Packet, first + apart, 2 * apart>(packets));
}

}  // namespace rgsweep::nn::kernel::RGSWEEP_VARIANT

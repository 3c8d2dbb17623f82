// From random words to uniform, exponential and normal variates: u on (0, 1) from 64 bits, -2 log u, and the
// transform of Box and Muller (Ann. Math. Stat. 29, 610, 1958),
//   (z, z') = sqrt(-2 log u) (cos 2 pi v, sin 2 pi v).
// Float variates are the double ones in float arithmetic, with an error below 2.1e-7 sqrt(-2 log u) in the
// tails too: u is never rounded towards 0 or 1, and the largest |z| is sqrt(106 log 2) = 8.57 in both. Like
// the functions of elementary.hpp these are for vector loops.
#pragma once

#include <cmath>
#include <cstdint>

#include "rgsweep/core/elementary.hpp"

namespace rgsweep {

/// The leading 52 bits and a half as a number in the open interval (0, 1): never 0 or 1, which one more bit
/// would round to.
[[gnu::always_inline]] inline double open_unit(std::uint64_t bits) {
  // The 52 bits as the fraction of a number in [1, 2); the difference is exact.
  return std::bit_cast<double>((bits >> 12) | std::bit_cast<std::uint64_t>(1.0)) - (1 - 0x1p-53);
}

[[gnu::always_inline]] inline std::uint64_t join_words(std::uint32_t high, std::uint32_t low) {
  return std::uint64_t{high} << 32 | low;
}

/// a where all bits of the mask are set, b where none is; a conditional might become a branch.
[[gnu::always_inline]] inline float select_bits(std::uint32_t mask, float a, float b) {
  return std::bit_cast<float>((std::bit_cast<std::uint32_t>(a) & mask) |
                              (std::bit_cast<std::uint32_t>(b) & ~mask));
}

/// -2 log u, u = open_unit(join_words(high, low)), between 2.2e-16 and 73.5: the squared radius of a pair of
/// normals. Relative error below 3e-16 in double, 2.5e-7 in float.
template <class Scalar>
Scalar squared_radius(std::uint32_t high, std::uint32_t low);

template <>
[[gnu::always_inline]] inline double squared_radius(std::uint32_t high, std::uint32_t low) {
  return -2 * log_positive(open_unit(join_words(high, low)));
}

template <>
[[gnu::always_inline]] inline float squared_radius(std::uint32_t high, std::uint32_t low) {
  // t = 2 min(u, 1 - u) to float accuracy, where 1 - u has all of u's bits turned: 31 bits, then 20 and a
  // half.
  const std::uint32_t upper = 0U - (high >> 31);  // all bits set where u > 1/2
  const auto first = static_cast<std::int32_t>(high ^ upper);
  const auto last = static_cast<std::int32_t>(((low ^ upper) | 0xfffU) >> 11);
  const float t = static_cast<float>(first) * 0x1p-31F + static_cast<float>(last) * 0x1p-52F;
  // u = 2^exponent (1 - w/2) with 0 < w <= 1: for u > 1/2 w is t, so that none of its bits is lost, and
  // below 1/2 the exponent and fraction are t's. Neither term of the sum is negative.
  constexpr auto one = std::bit_cast<std::uint32_t>(1.0F);
  const auto bits = std::bit_cast<std::uint32_t>(t);
  const auto exponent = static_cast<float>(static_cast<std::int32_t>((bits - one) & (~upper & 0xff800000U)));
  const float below = 2 - std::bit_cast<float>((bits & 0x7fffffU) | one);
  const float w = select_bits(upper, t, below);
  // -2 log(1 - w/2) = 4 artanh s, s = w / (4 - w) <= 1/3. The coefficients of 4 artanh(s) / s in s^2 are
  // those of least relative error, 4e-9; to this end the series would need three more.
  const float s = w / (4 - w), z = s * s;
  const float series = horner(z, 0.56356665F, 0.55921207F, 0.80049820F, 1.33332629F, 4.0F);
  return s * series + exponent * static_cast<float>(-2 * std::numbers::ln2 / 0x1p23);
}

/// Two normal variates.
template <class Scalar>
struct NormalPair {
  Scalar first;
  Scalar second;
};

/// Cosine and sine of 2 pi v, v = open_unit(join_words(high, low)); in float of the first 32 bits and a half.
template <class Scalar>
CosineSine<Scalar> unit_circle(std::uint32_t high, std::uint32_t low);

template <>
[[gnu::always_inline]] inline CosineSine<double> unit_circle(std::uint32_t high, std::uint32_t low) {
  // In the sum the last bit counts one, so that it is rounded to whole quarter turns.
  constexpr double round = 0x1.8p52;
  const double quarters = 4 * open_unit(join_words(high, low)), rounded = quarters + round;
  return cosine_sine(std::bit_cast<std::uint64_t>(rounded) << 62, quarters - (rounded - round));
}

template <>
[[gnu::always_inline]] inline CosineSine<float> unit_circle(std::uint32_t high, std::uint32_t /*low*/) {
  // Quarter turns rounded to the nearest; what is left, with its sign, are the other 30 bits and a half.
  const auto rest = static_cast<float>(static_cast<std::int32_t>(high << 2));
  return cosine_sine(high + 0x20000000U, (rest + 2) * 0x1p-32F);
}

/// Of the words of u and v in the order of the stream.
template <class Scalar>
[[gnu::always_inline]] inline NormalPair<Scalar> normal_pair(std::uint32_t u_high, std::uint32_t u_low,
                                                             std::uint32_t v_high, std::uint32_t v_low) {
  const Scalar radius = std::sqrt(squared_radius<Scalar>(u_high, u_low));
  const CosineSine<Scalar> direction = unit_circle<Scalar>(v_high, v_low);
  return {radius * direction.cosine, radius * direction.sine};
}

/// +1 or -1 by the last bit of the low word, which no variate above uses.
template <class Scalar>
[[gnu::always_inline]] inline Scalar spare_sign(std::uint32_t low) {
  return static_cast<Scalar>(1 - 2 * static_cast<std::int32_t>(low & 1));
}

}  // namespace rgsweep

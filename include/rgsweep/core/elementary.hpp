// Logarithm, sine and cosine in float and double for loops over many arguments, with the same bits from every
// processor and compiler: additions, multiplications, one division, integer operations, no branch, no
// function of a library. Contraction to fused operations must be off. The coefficients are, unless said
// otherwise, those of the Taylor series, which are cut where the rest is below half a unit in the last place
// of the result. Everything is inlined by force, since a call would keep a loop from becoming vector code.
#pragma once

#include <bit>
#include <cstdint>
#include <numbers>
#include <type_traits>

namespace rgsweep {

/// How a Scalar keeps a number; and log 2 as a sum, whose first part times any exponent is exact.
template <class Scalar>
struct FloatFormat;

template <>
struct FloatFormat<double> {
  using Bits = std::uint64_t;
  static constexpr int fraction_bits = 52;
  static constexpr int exponent_bias = 1023;
  static constexpr double log2_high = 0x1.62e42feep-1, log2_low = 0x1.a39ef35793c76p-33;
};

template <>
struct FloatFormat<float> {
  using Bits = std::uint32_t;
  static constexpr int fraction_bits = 23;
  static constexpr int exponent_bias = 127;
  static constexpr float log2_high = 0x1.62ep-1F;
  static constexpr float log2_low = static_cast<float>(std::numbers::ln2 - 0x1.62ep-1);
};

/// Horner's rule, leading coefficient first.
template <class Scalar, class... Rest>
[[gnu::always_inline]] constexpr Scalar horner(Scalar x, Scalar leading, Rest... rest) {
  ((leading = leading * x + static_cast<Scalar>(rest)), ...);
  return leading;
}

/// x = 2^exponent (1 + fraction) with 1/sqrt 2 <= 1 + fraction < sqrt 2.
template <class Scalar>
struct Reduced {
  Scalar exponent;
  Scalar fraction;
};

/// Of a positive normal number; exact.
template <class Scalar>
[[gnu::always_inline]] inline Reduced<Scalar> reduce(Scalar x) {
  using Format = FloatFormat<Scalar>;
  using Bits = typename Format::Bits;
  constexpr Bits one = std::bit_cast<Bits>(Scalar(1));
  constexpr Bits root = std::bit_cast<Bits>(static_cast<Scalar>(std::numbers::sqrt2 / 2));
  // Moved so that the exponent field steps at 2^e sqrt(1/2) instead of 2^e.
  const Bits moved = std::bit_cast<Bits>(x) + (one - root);
  const Bits fraction = moved & ((Bits(1) << Format::fraction_bits) - 1);
  // The exponent becomes the last bits of a number in which the last bit counts one: few processors convert
  // 64-bit integers.
  constexpr auto unit = static_cast<Scalar>(Bits(1) << Format::fraction_bits);
  const auto biased = std::bit_cast<Scalar>((moved >> Format::fraction_bits) | std::bit_cast<Bits>(unit));
  return {biased - (unit + static_cast<Scalar>(Format::exponent_bias)),
          std::bit_cast<Scalar>(fraction + root) - 1};
}

/// Logarithm of a reduced number from log(1 + f) = 2 artanh(s), s = f / (2 + f), |s| < 0.1716. Relative error
/// below 3e-16 in double, 1.5e-7 in float.
template <class Scalar>
[[gnu::always_inline]] inline Scalar log_reduced(const Reduced<Scalar>& x) {
  using Format = FloatFormat<Scalar>;
  const Scalar s = x.fraction / (2 + x.fraction), z = s * s;
  Scalar series;
  if constexpr (std::is_same_v<Scalar, double>)
    series = horner(z, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3);
  else
    series = horner(z, 1.0F / 9, 1.0F / 7, 1.0F / 5, 1.0F / 3);
  // The small terms first.
  return x.exponent * Format::log2_high + (2 * s + (2 * s * z * series + x.exponent * Format::log2_low));
}

/// Natural logarithm of a positive normal number.
template <class Scalar>
[[gnu::always_inline]] inline Scalar log_positive(Scalar x) {
  return log_reduced(reduce(x));
}

template <class Scalar>
struct CosineSine {
  Scalar cosine;
  Scalar sine;
};

/// 1/n!, n <= 18, rounded once.
consteval double inverse_factorial(int n) {
  double factorial = 1;
  for (int i = 2; i <= n; ++i) factorial *= i;
  return 1 / factorial;
}

/// Cosine and sine of (pi/2)(quarters + remainder), |remainder| <= 1/2, where `quarters` is the number that
/// the two leading bits make. Relative error of either below 3e-16 in double, 1.5e-7 in float.
template <class Scalar>
[[gnu::always_inline]] inline CosineSine<Scalar> cosine_sine(typename FloatFormat<Scalar>::Bits quarters,
                                                             Scalar remainder) {
  using Bits = typename FloatFormat<Scalar>::Bits;
  Scalar cosine, sine;
  if constexpr (std::is_same_v<Scalar, double>) {
    const double x = remainder * (std::numbers::pi / 2), z = x * x;
    cosine = 1 + z * horner(z, inverse_factorial(16), -inverse_factorial(14), inverse_factorial(12),
                            -inverse_factorial(10), inverse_factorial(8), -inverse_factorial(6),
                            inverse_factorial(4), -inverse_factorial(2));
    sine = x + x * z *
                   horner(z, -inverse_factorial(15), inverse_factorial(13), -inverse_factorial(11),
                          inverse_factorial(9), -inverse_factorial(7), inverse_factorial(5),
                          -inverse_factorial(3));
  } else {
    // In quarter turns, with the coefficients of least relative error, 6e-11 and 3e-9.
    const float z = remainder * remainder;
    cosine = horner(z, 0.000903766794F, -0.0208601653F, 0.253669226F, -1.23370054F, 1.0F);
    sine = remainder + remainder * horner(z, -0.00460165F, 0.07968003F, -0.64596346F, 0.57079632F);
  }
  const Bits c = std::bit_cast<Bits>(cosine), s = std::bit_cast<Bits>(sine);
  // Each quarter turn takes (c, s) to (-s, c): exchanged by odd numbers of them, signs by the first bit.
  constexpr int bits = 8 * sizeof(Bits);
  constexpr Bits half_turn = Bits(1) << (bits - 1);
  const auto odd = static_cast<Bits>(static_cast<std::make_signed_t<Bits>>(quarters << 1) >> (bits - 1));
  const Bits exchange = (c ^ s) & odd;
  return {std::bit_cast<Scalar>((c ^ exchange) ^ ((quarters + half_turn / 2) & half_turn)),
          std::bit_cast<Scalar>((s ^ exchange) ^ (quarters & half_turn))};
}

}  // namespace rgsweep

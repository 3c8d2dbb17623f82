// Variates beside the exact transform in long double and quantiles of Boost.Math, to the ends of the
// uniforms.
#include "rgsweep/core/box_muller.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

#include <boost/math/distributions/chi_squared.hpp>
#include <gtest/gtest.h>

namespace rgsweep {
namespace {

std::uint32_t high(std::uint64_t bits) {
  return static_cast<std::uint32_t>(bits >> 32);
}

std::uint32_t low(std::uint64_t bits) {
  return static_cast<std::uint32_t>(bits);
}

/// Bits of uniforms: both ends, the middle, the quarters, all sizes near 0 and near 1, and plain random ones.
std::vector<std::uint64_t> uniforms() {
  std::vector<std::uint64_t> bits;
  for (std::uint64_t i = 0; i < 4; ++i)
    for (const std::uint64_t edge :
         {std::uint64_t{0}, std::uint64_t{1} << 62, std::uint64_t{1} << 63, std::uint64_t{3} << 62,
          std::uint64_t{1} << 61, std::uint64_t{1} << 32}) {
      bits.push_back(edge + (i << 12));
      bits.push_back(edge - ((i + 1) << 12));
    }
  std::mt19937_64 engine(1);
  for (int shift = 0; shift < 64; ++shift)
    for (int i = 0; i < 100; ++i) {
      bits.push_back(engine() >> shift);
      bits.push_back(~(engine() >> shift));
    }
  for (int i = 0; i < 20000; ++i) bits.push_back(engine());
  return bits;
}

long double exact_unit(std::uint64_t bits) {
  return (static_cast<long double>(bits >> 12) + 0.5L) * 0x1p-52L;
}

/// By log1p where u is near 1.
long double exact_minus_log(std::uint64_t bits) {
  const long double u = exact_unit(bits);
  return u < 0.5L ? -std::log(u) : -std::log1p(-exact_unit(~bits));
}

TEST(BoxMuller, OpenUnitIsExactAndNeverReachesItsEnds) {
  EXPECT_EQ(open_unit(0), 0x1p-53);
  EXPECT_EQ(open_unit(~std::uint64_t{0}), 1 - 0x1p-53);
  EXPECT_EQ(open_unit(std::uint64_t{1} << 63), 0.5 + 0x1p-53);
  for (const std::uint64_t bits : uniforms()) ASSERT_EQ(open_unit(bits), exact_unit(bits));
}

template <class Scalar>
double worst_log_error() {
  double worst = 0;
  for (const std::uint64_t bits : uniforms()) {
    const long double value = squared_radius<Scalar>(high(bits), low(bits));
    worst = std::max(worst, static_cast<double>(std::abs(value / (2 * exact_minus_log(bits)) - 1)));
  }
  return worst;
}

TEST(BoxMuller, MinusLogOfUniformsIsAccurateAtBothEnds) {
  EXPECT_LT(worst_log_error<double>(), 3e-16);
  EXPECT_LT(worst_log_error<float>(), 2.5e-7);
}

struct Errors {
  double relative = 0;   // of each value
  double of_radius = 0;  // over the pair's radius
  double largest = 0;    // |z|
};

template <class Scalar>
Errors pair_errors() {
  const std::vector<std::uint64_t> all = uniforms();
  std::mt19937_64 engine(2);
  Errors worst;
  for (const std::uint64_t u : all) {
    const std::uint64_t v = all[engine() % all.size()];
    const auto pair = normal_pair<Scalar>(high(u), low(u), high(v), low(v));
    const long double radius = std::sqrt(2 * exact_minus_log(u));
    // The angle from the nearest axis, since 2 pi v has lost the last bits of small distances.
    const long double quarters = 4 * exact_unit(v), axis = std::round(quarters);
    const long double angle = std::numbers::pi_v<long double> / 2 * (quarters - axis);
    long double cosine = std::cos(angle), sine = std::sin(angle);
    for (int turn = 0; turn < axis; ++turn) cosine = -std::exchange(sine, cosine);
    for (const auto& [value, exact] :
         {std::pair<long double, long double>{pair.first, radius * cosine}, {pair.second, radius * sine}}) {
      EXPECT_TRUE(std::isfinite(value));
      worst.relative = std::max(worst.relative, static_cast<double>(std::abs(value / exact - 1)));
      worst.of_radius = std::max(worst.of_radius, static_cast<double>(std::abs(value - exact) / radius));
      worst.largest = std::max(worst.largest, static_cast<double>(std::abs(value)));
    }
  }
  return worst;
}

TEST(BoxMuller, NormalsAreAccurate) {
  const Errors in_double = pair_errors<double>(), in_float = pair_errors<float>();
  EXPECT_LT(in_double.relative, 5e-16);
  EXPECT_LT(in_float.of_radius, 2.1e-7);
}

TEST(BoxMuller, TailsReachEightSigma) {
  // The smallest u and v = 2^-53: along the first axis.
  EXPECT_NEAR(normal_pair<double>(0, 0, 0, 0).first, std::sqrt(106 * std::numbers::ln2), 1e-14);
  EXPECT_NEAR(normal_pair<float>(0, 0, 0, 0).first, std::sqrt(106 * std::numbers::ln2), 3e-6);
  EXPECT_GT(normal_pair<double>(~0U, ~0U, 0, 0).first, 1e-8);
  EXPECT_GT(normal_pair<float>(~0U, ~0U, 0, 0).first, 1e-8F);
}

// The squared radius of two normals is chi-squared with two degrees of freedom.
TEST(BoxMuller, RadiusIsTheQuantileOfItsDistribution) {
  const boost::math::chi_squared two(2);
  for (const std::uint64_t bits : uniforms()) {
    const auto pair = normal_pair<double>(high(bits), low(bits), 0x12345678, 0x9abcdef0);
    const double u = open_unit(bits);
    const double quantile = u < 0.5 ? boost::math::quantile(boost::math::complement(two, u))
                                    : boost::math::quantile(two, open_unit(~bits));
    ASSERT_NEAR((pair.first * pair.first + pair.second * pair.second) / quantile, 1, 1e-13);
  }
}

TEST(BoxMuller, TheSpareSignIsABitThatNothingElseUses) {
  for (const std::uint64_t bits : uniforms()) {
    const std::uint64_t other = bits ^ 1;
    EXPECT_EQ(spare_sign<double>(low(bits)), -spare_sign<double>(low(other)));
    EXPECT_EQ(spare_sign<float>(low(bits)), spare_sign<double>(low(bits)));
    EXPECT_EQ(squared_radius<double>(high(bits), low(bits)), squared_radius<double>(high(other), low(other)));
    EXPECT_EQ(squared_radius<float>(high(bits), low(bits)), squared_radius<float>(high(other), low(other)));
    EXPECT_EQ(unit_circle<double>(high(bits), low(bits)).sine,
              unit_circle<double>(high(other), low(other)).sine);
  }
}

}  // namespace
}  // namespace rgsweep

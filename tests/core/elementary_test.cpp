// Logarithm, sine and cosine beside those of the mathematical library in long double.
#include "rgsweep/core/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace rgsweep {
namespace {

/// Positive normal numbers: all over the exponents, about 1, and where the reduction changes its exponent.
template <class Scalar>
std::vector<Scalar> arguments() {
  using Limits = std::numeric_limits<Scalar>;
  std::vector<Scalar> x{Limits::min(), Limits::max(), Scalar(1)};
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> unit(1, 2);
  for (int exponent = Limits::min_exponent - 1; exponent < Limits::max_exponent; ++exponent)
    for (int i = 0; i < 20; ++i)
      x.push_back(std::ldexp(static_cast<Scalar>(std::min(unit(engine), 1.9999999)), exponent));
  for (int i = 0; i < 20000; ++i) x.push_back(static_cast<Scalar>(unit(engine) / 2));
  for (int bit = 1; bit < Limits::digits; ++bit) {
    x.push_back(1 + std::ldexp(Scalar(1), -bit));
    x.push_back(1 - std::ldexp(Scalar(1), -bit - 1));
  }
  for (const double edge : {std::numbers::sqrt2 / 2, std::numbers::sqrt2, 8 * std::numbers::sqrt2}) {
    Scalar below = static_cast<Scalar>(edge), above = below;
    for (int i = 0; i < 50; ++i) {
      x.push_back(below = std::nextafter(below, Scalar(0)));
      x.push_back(above = std::nextafter(above, Limits::max()));
    }
  }
  return x;
}

template <class Scalar>
void expect_exact_reduction() {
  for (const Scalar x : arguments<Scalar>()) {
    const Reduced<Scalar> r = reduce(x);
    EXPECT_EQ(std::ldexp(1 + r.fraction, static_cast<int>(r.exponent)), x);
    EXPECT_GE(1 + r.fraction, static_cast<Scalar>(std::numbers::sqrt2 / 2)) << x;
    EXPECT_LE(1 + r.fraction, static_cast<Scalar>(std::numbers::sqrt2)) << x;
  }
}

TEST(Elementary, ReductionIsExact) {
  expect_exact_reduction<double>();
  expect_exact_reduction<float>();
}

template <class Scalar>
double worst_log_error() {
  double worst = 0;
  for (const Scalar x : arguments<Scalar>()) {
    const long double exact = std::log(static_cast<long double>(x));
    const long double error = std::abs(log_positive(x) - exact);
    if (x == 1)
      EXPECT_EQ(error, 0);
    else
      worst = std::max(worst, static_cast<double>(error / std::abs(exact)));
  }
  return worst;
}

TEST(Elementary, LogarithmIsAccurate) {
  EXPECT_LT(worst_log_error<double>(), 3e-16);
  EXPECT_LT(worst_log_error<float>(), 1.5e-7);
}

/// The larger relative error of cosine and sine over eight quarter turns and remainders down to the smallest.
template <class Scalar>
double worst_circle_error() {
  std::vector<Scalar> remainders{Scalar(0.5), Scalar(-0.5), Scalar(0)};
  for (int i = 0; i < 4001; ++i) remainders.push_back(static_cast<Scalar>(i / 4000.0 - 0.5));
  for (int bit = 2; bit < 100; ++bit) remainders.push_back(std::ldexp(Scalar(1), -bit));
  double worst = 0;
  for (typename FloatFormat<Scalar>::Bits quarters = 0; quarters < 8; ++quarters)
    for (const Scalar remainder : remainders) {
      // Turned by hand: the angle itself would have lost the last bits of the remainder.
      const long double angle = std::numbers::pi_v<long double> / 2 * remainder;
      long double cosine = std::cos(angle), sine = std::sin(angle);
      for (unsigned turn = 0; turn < quarters; ++turn) cosine = -std::exchange(sine, cosine);
      const CosineSine<Scalar> actual = cosine_sine(quarters << (8 * sizeof quarters - 2), remainder);
      for (const auto& [value, exact] :
           {std::pair<long double, long double>{actual.cosine, cosine}, {actual.sine, sine}}) {
        if (exact == 0)
          EXPECT_EQ(value, 0);
        else
          worst = std::max(worst, static_cast<double>(std::abs(value / exact - 1)));
      }
    }
  return worst;
}

TEST(Elementary, CosineAndSineAreAccurate) {
  EXPECT_LT(worst_circle_error<double>(), 3e-16);
  EXPECT_LT(worst_circle_error<float>(), 1.5e-7);
}

}  // namespace
}  // namespace rgsweep

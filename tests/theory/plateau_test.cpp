#include "rgsweep/theory/plateau.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "rgsweep/math/quadrature.hpp"

namespace rgsweep::theory {
namespace {

double expectation(const std::function<double(double)>& f) {
  return math::gaussian_expectation(f, 0, 1, {0.0});
}

class Plateau : public ::testing::TestWithParam<double> {
 protected:
  double phi(double z) const { return z > 0 ? z : GetParam() * z; }
};

// The best multiple of phi_a, found from integrals of the definition.
TEST_P(Plateau, WithoutBiasEqualsTheLeastSquaresResidual) {
  const double projection = expectation([&](double z) { return z * phi(z); });
  const double power = expectation([&](double z) { return phi(z) * phi(z); });
  EXPECT_NEAR(plateau(GetParam()), 1 - projection * projection / power, 1e-12);
}

TEST_P(Plateau, WithOutputBiasEqualsTheAffineResidual) {
  const double mean = expectation([&](double z) { return phi(z); });
  const double projection = expectation([&](double z) { return z * phi(z); });
  const double variance = expectation([&](double z) { return (phi(z) - mean) * (phi(z) - mean); });
  EXPECT_NEAR(plateau_output_bias(GetParam()), 1 - projection * projection / variance, 1e-12);
  EXPECT_LE(plateau_output_bias(GetParam()), plateau(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Slopes, Plateau, ::testing::Values(-0.5, 0.0, 0.1, 0.5, 0.9, 1.0));

TEST(EscapeFraction, CountsTheSignPatternsThatAreMixed) {
  for (int width = 1; width <= 6; ++width) {
    int mixed = 0;
    for (int signs = 0; signs < (1 << width); ++signs) mixed += signs != 0 && signs != (1 << width) - 1;
    EXPECT_DOUBLE_EQ(escape_fraction(width), static_cast<double>(mixed) / (1 << width));
  }
}

}  // namespace
}  // namespace rgsweep::theory

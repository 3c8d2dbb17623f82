#include "rgsweep/theory/activation_pieces.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include <gtest/gtest.h>

namespace rgsweep::theory {
namespace {

double value(const nn::Activation& activation, double z) {
  const Eigen::ArrayXd argument = Eigen::ArrayXd::Constant(1, z);
  return std::visit([&](const auto& phi) -> Eigen::ArrayXd { return phi.value(argument); }, activation)[0];
}

nn::Spline spline() {
  const nn::SplineBasis basis(7, 3, 2);
  return {basis, basis.leaky_relu(0.1)};
}

const nn::Activation kActivations[] = {
    nn::Linear{},       nn::LeakyRelu{0}, nn::LeakyRelu{0.3}, nn::LeakyRelu{-1},
    nn::Quadratic{0.7}, nn::Quadratic{0}, nn::Tanh{},         spline()};

TEST(ActivationPieces, LinearPiecesAreTheFunction) {
  for (const nn::Activation& activation : kActivations) {
    const ActivationPieces of = pieces(activation);
    EXPECT_TRUE(std::is_sorted(of.kinks.begin(), of.kinks.end()));
    EXPECT_EQ(of.slopes.size(), of.offsets.size());
    if (!of.is_linear()) continue;
    ASSERT_EQ(of.slopes.size(), of.kinks.size() + 1);
    for (double z = -3.05; z < 3; z += 0.1) {
      const auto piece = static_cast<std::size_t>(
          std::count_if(of.kinks.begin(), of.kinks.end(), [&](double kink) { return kink < z; }));
      EXPECT_NEAR(value(activation, z), of.offsets[piece] + of.slopes[piece] * z, 1e-15);
    }
  }
}

// Away from its kinks phi has a second derivative: halving the step changes its estimate little.
TEST(ActivationPieces, SmoothBetweenKinks) {
  for (const nn::Activation& activation : kActivations)
    for (double z = -3.05; z < 3; z += 0.1) {
      bool kink = false;
      for (const double k : pieces(activation).kinks) kink = kink || std::abs(k - z) < 0.04;
      const auto second = [&](double h) {
        return (value(activation, z + h) - 2 * value(activation, z) + value(activation, z - h)) / (h * h);
      };
      if (!kink) {
        EXPECT_NEAR(second(0.02), second(0.01), 1e-2);
      }
    }
}

TEST(ActivationPieces, ASplineHasItsKnots) {
  const ActivationPieces of = pieces(spline());
  ASSERT_EQ(of.kinks.size(), 7U);
  for (std::size_t i = 0; i < 7; ++i) EXPECT_NEAR(of.kinks[i], -2 + static_cast<double>(i) * 2 / 3, 1e-15);
  EXPECT_FALSE(of.is_linear());
}

TEST(ActivationPieces, GrowthIsTheLeadingPower) {
  for (const nn::Activation& activation : kActivations) {
    const double ratio = value(activation, 2e6) / value(activation, 1e6);
    EXPECT_NEAR(std::log2(std::abs(ratio)), pieces(activation).growth, 1e-5);
  }
}

}  // namespace
}  // namespace rgsweep::theory

#include "rgsweep/nn/architecture.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

std::size_t parameters_of(const std::string& symmetry, const std::string& bias, int depth) {
  return make_layout(Combination{"relu", symmetry, bias, depth, 5}.parameters()).parameters();  // 3 inputs
}

TEST(Architecture, ParameterCountsByHand) {
  EXPECT_EQ(parameters_of("none", "none", 1), 15U + 5);
  EXPECT_EQ(parameters_of("none", "output", 1), 15U + 5 + 1);
  EXPECT_EQ(parameters_of("none", "all", 1), 15U + 5 + 5 + 1);
  EXPECT_EQ(parameters_of("none", "all", 3), (15U + 5) + 2 * (25 + 5) + (5 + 1));
  EXPECT_EQ(parameters_of("exchange", "none", 1), 5U + 5);
  EXPECT_EQ(parameters_of("exchange", "all", 2), (5U + 5) + (25 + 5) + (5 + 1));
  EXPECT_EQ(parameters_of("full", "none", 3), 4U);
  EXPECT_EQ(parameters_of("full", "all", 3), 8U);
}

TEST(Architecture, LayoutOfAnMlp) {
  const Layout layout = make_layout(Combination{"relu", "none", "all", 2, 4}.parameters());
  ASSERT_EQ(layout.layers.size(), 3U);
  EXPECT_EQ(layout.inputs(), 3);
  EXPECT_EQ(layout.depth(), 2);
  EXPECT_EQ(layout.width(), 4);
  EXPECT_TRUE(layout.layers[0].activated && layout.layers[1].activated);
  EXPECT_FALSE(layout.layers[2].activated);
  EXPECT_EQ(layout.layers[0].bias_offset, 12U);
  EXPECT_EQ(layout.layers[1].weight_offset, 16U);
  EXPECT_EQ(layout.layers[2].weight_offset, 36U);
  EXPECT_EQ(layout.layers[2].bias_offset, 40U);
  EXPECT_EQ(layout.shape(2).rows, 1);
  EXPECT_EQ(layout.shape(2).cols, 4);
  EXPECT_EQ(layout.shape(2).layer, layout.shape(2).depth);
}

TEST(Architecture, WeightsAndBiasesOfATheta) {
  const Layout layout = make_layout(test_parameters({{"model.symmetry", "exchange"}, {"model.bias", "all"}}));
  const Vector<double> theta = Vector<double>::LinSpaced(7, 1, 7);  // w1 w2, b1 b2, v1 v2, c
  Matrix<double> W(2, 2);
  W << 1, 1, 2, 2;
  EXPECT_EQ(layout.weight(theta, 0), W);
  EXPECT_EQ(layout.bias(theta, 0), Eigen::Vector2d(3, 4));
  EXPECT_EQ(layout.weight(theta, 1), (Matrix<double>(1, 2) << 5, 6).finished());
  EXPECT_EQ(layout.bias(theta, 1)(0), 7);
}

TEST(Architecture, MissingBiasesAreZero) {
  const Layout layout = make_layout(test_parameters({{"model.bias", "output"}}));
  const Vector<double> theta = Vector<double>::Ones(7);
  EXPECT_EQ(layout.bias(theta, 0), Eigen::Vector2d(0, 0));
  EXPECT_EQ(layout.bias(theta, 1)(0), 1);
}

/// Two hidden layers of 4 units on 3 inputs, with all biases: 41 weights and biases.
Parameters of_splines(const char* trainable_weights, const char* symmetry_name = "none") {
  Parameters parameters = Combination{"spline", symmetry_name, "all", 2, 4}.parameters();
  parameters.set("activation.knots", "5");
  parameters.set("activation.trainable_weights", trainable_weights);
  return parameters;
}

TEST(Architecture, CoefficientsStandBehindAllWeightsAndBiases) {
  const Layout layout = make_layout(of_splines("on"));
  ASSERT_EQ(layout.parameters(), 41U + 2 * 7);
  EXPECT_EQ(layout.layers[0].coefficients, 7);
  EXPECT_EQ(layout.layers[0].coefficient_offset, 41U);
  EXPECT_EQ(layout.layers[1].coefficient_offset, 48U);
  EXPECT_EQ(layout.layers[2].coefficients, 0);
  const Vector<double> theta = Vector<double>::LinSpaced(55, 0, 54);
  EXPECT_EQ(layout.coefficients(theta, 1), Vector<double>::LinSpaced(7, 48, 54));
  EXPECT_EQ(layout.coefficients(theta, 2).size(), 0);
  EXPECT_EQ(layout.bias(theta, 2)(0), 40);
}

TEST(Architecture, FrozenWeightsLeaveTheCoefficients) {
  EXPECT_EQ(make_layout(of_splines("on")).first_trainable(), 0U);
  EXPECT_EQ(make_layout(of_splines("off")).first_trainable(), 41U);
  EXPECT_EQ(make_layout(of_splines("off", "full")).first_trainable(), 6U);
  EXPECT_EQ(make_layout(Combination{"relu", "none", "all", 2, 4}.parameters()).first_trainable(), 0U);
}

TEST(Architecture, ActivationsOfOtherCoefficientsAreRefused) {
  const Layout layout = make_layout(of_splines("on"));
  EXPECT_NO_THROW(layout.require(make_activation(of_splines("on"))));
  EXPECT_THROW(layout.require(Linear{}), std::logic_error);
  EXPECT_THROW(layout.require(make_activation(test_parameters({{"activation.kind", "spline"}}))),
               std::logic_error);
  EXPECT_THROW(make_layout(test_parameters()).require(make_activation(of_splines("on"))), std::logic_error);
}

TEST(Architecture, UnknownNamesAreUsageErrors) {
  EXPECT_THROW(make_layout(test_parameters({{"model.architecture", "mpl"}})), UsageError);
  EXPECT_THROW(make_layout(test_parameters({{"model.symmetry", "exchanged"}})), UsageError);
  EXPECT_THROW(make_layout(test_parameters({{"model.bias", "some"}})), UsageError);
}

TEST(Architecture, LayoutsThatDoNotChainAreRefused) {
  const Layer hidden{TyingPattern::free(4, 2), TyingPattern::zero(4, 1), true};
  const Layer readout{TyingPattern::free(1, 4), TyingPattern::zero(1, 1), false};
  const Layer narrow{TyingPattern::free(1, 3), TyingPattern::zero(1, 1), false};
  EXPECT_NO_THROW(Layout({hidden, readout}));
  EXPECT_THROW(Layout({hidden, narrow}), std::logic_error);
  EXPECT_THROW(Layout({hidden}), std::logic_error);
  EXPECT_THROW(Layout({}), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::nn

#include "rgsweep/nn/optimizer.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep::nn {
namespace {

constexpr double kRate = 0.1;

/// theta after two steps with the gradients 1 and 3 on the first, -2 and 0 on the second parameter, from (1,
/// -1).
template <class Scalar>
Vector<double> two_steps(const char* name, double weight_decay = 0) {
  Optimizer<Scalar> optimizer(name, 2, weight_decay);
  Vector<Scalar> theta(2), first(2), second(2);
  theta << 1, -1;
  first << 1, -2;
  second << 3, 0;
  optimizer.update(theta, first, kRate, 0);
  optimizer.update(theta, second, kRate, 1);
  return theta.template cast<double>();
}

TEST(Optimizer, SgdByHand) {
  const Vector<double> theta = two_steps<double>("sgd");
  EXPECT_NEAR(theta[0], 1 - 0.1 - 0.3, 1e-15);
  EXPECT_NEAR(theta[1], -1 + 0.2, 1e-15);
}

TEST(Optimizer, MomentumByHand) {
  const Vector<double> theta = two_steps<double>("momentum");
  EXPECT_NEAR(theta[0], 1 - 0.1 * 1 - 0.1 * (0.9 * 1 + 3), 1e-15);
  EXPECT_NEAR(theta[1], -1 + 0.1 * 2 + 0.1 * (0.9 * 2), 1e-15);
}

TEST(Optimizer, AdamByHand) {
  const auto by_hand = [](double theta, double g1, double g2) {
    const double m1 = 0.1 * g1, s1 = 0.001 * g1 * g1;
    theta -= kRate * (m1 / 0.1) / (std::sqrt(s1 / 0.001) + 1e-8);
    const double m2 = 0.9 * m1 + 0.1 * g2, s2 = 0.999 * s1 + 0.001 * g2 * g2;
    return theta - kRate * (m2 / 0.19) / (std::sqrt(s2 / 0.001999) + 1e-8);
  };
  const Vector<double> theta = two_steps<double>("adam");
  EXPECT_NEAR(theta[0], by_hand(1, 1, 3), 1e-13);
  EXPECT_NEAR(theta[1], by_hand(-1, -2, 0), 1e-13);
}

TEST(Optimizer, FirstAdamStepIsTheLearningRateWhateverTheGradient) {
  Optimizer<double> optimizer("adam", 2, 0);
  Vector<double> theta = Vector<double>::Zero(2), gradient(2);
  gradient << 1e3, -1e-3;
  optimizer.update(theta, gradient, kRate, 0);
  EXPECT_NEAR(theta[0], -kRate, 1e-6);
  EXPECT_NEAR(theta[1], kRate, 2e-6);
}

TEST(Optimizer, AdamLeavesParametersWithoutGradientAlone) {
  Optimizer<float> optimizer("adam", 20, 0);
  Vector<float> theta = Vector<float>::Ones(20);
  optimizer.update(theta, Vector<float>::Zero(20), kRate, 0);
  EXPECT_EQ(theta, Vector<float>::Ones(20));
}

TEST(Optimizer, WeightDecayIsDecoupled) {
  // theta <- theta (1 - 0.1 * 0.5) before each gradient step, which does not see the decay.
  const Vector<double> theta = two_steps<double>("sgd", 0.5);
  EXPECT_NEAR(theta[0], (1 * 0.95 - 0.1) * 0.95 - 0.3, 1e-15);
  EXPECT_NEAR(theta[1], (-1 * 0.95 + 0.2) * 0.95, 1e-15);
}

// Frozen parameters with gradients of their own, and weight decay; the others move as if they were alone.
template <class Scalar>
void expect_frozen_parameters_keep_every_bit(std::string_view name) {
  Optimizer<Scalar> partial(name, 7, 0.5, 3), alone(name, 4, 0.5);
  Vector<Scalar> theta = Vector<double>::LinSpaced(7, -1, 1.3).template cast<Scalar>(), tail = theta.tail(4);
  const Vector<Scalar> first = theta;
  for (std::uint64_t step = 0; step < 5; ++step) {
    const Vector<Scalar> gradient = theta.array() + Scalar(0.25);
    partial.update(theta, gradient, kRate, step);
    alone.update(tail, Vector<Scalar>(gradient.tail(4)), kRate, step);
  }
  EXPECT_EQ(theta.head(3), first.head(3)) << name;
  EXPECT_LT((theta.tail(4) - tail).norm(), 1e-6) << name;
  EXPECT_GT((theta - first).tail(4).cwiseAbs().minCoeff(), 0.01) << name;
}

TEST(Optimizer, FrozenParametersKeepEveryBit) {
  for (const OptimizerEntry& entry : optimizers()) {
    expect_frozen_parameters_keep_every_bit<float>(entry.name);
    expect_frozen_parameters_keep_every_bit<double>(entry.name);
  }
}

TEST(Optimizer, FloatFollowsDouble) {
  for (const OptimizerEntry& entry : optimizers()) {
    const std::string name(entry.name);
    EXPECT_LT((two_steps<float>(name.c_str()) - two_steps<double>(name.c_str())).norm(), 1e-6) << name;
  }
}

TEST(Optimizer, StateHasTheEntrysSize) {
  for (const OptimizerEntry& entry : optimizers()) {
    const Optimizer<float> optimizer(entry.name, 7, 0);
    ASSERT_EQ(optimizer.state().size(), static_cast<std::size_t>(entry.state_vectors));
    for (const Vector<float>& vector : optimizer.state()) EXPECT_EQ(vector, Vector<float>::Zero(7));
  }
}

TEST(Optimizer, UnknownNameIsAUsageError) {
  EXPECT_THROW(Optimizer<float>("adamw", 1, 0), UsageError);
}

}  // namespace
}  // namespace rgsweep::nn

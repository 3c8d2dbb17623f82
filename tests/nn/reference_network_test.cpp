#include "rgsweep/nn/reference_network.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

constexpr Eigen::Index kSamples = 20;
constexpr double kStep = 1e-6;

/// The rows of X for which no pre-activation lies within `margin` of the kink.
Eigen::ArrayXXd away_from_kinks(const ReferenceNetwork& network, const Vector<double>& theta,
                                const Eigen::ArrayXXd& X, double margin) {
  const ReferenceNetwork::Trace trace = network.trace(theta, X);
  Eigen::ArrayXXd kept(X.rows(), X.cols());
  Eigen::Index count = 0;
  for (Eigen::Index i = 0; i < X.rows(); ++i) {
    const bool near = std::any_of(trace.pre.begin(), trace.pre.end(),
                                  [&](const Eigen::ArrayXXd& Z) { return (Z.row(i).abs() < margin).any(); });
    if (!near) kept.row(count++) = X.row(i);
  }
  return kept.topRows(count);
}

TEST(ReferenceNetwork, OutputByHand) {
  const Parameters parameters = test_parameters({{"model.bias", "all"}});  // leaky_relu, slope 0.3
  const ReferenceNetwork network(make_layout(parameters), make_activation(parameters));
  Vector<double> theta(9);
  theta << 1, 2, -1, 1, 0.5, -0.5, 2, 3, 0.25;  // W row by row, b, v, c
  Eigen::ArrayXXd X(2, 2);
  X << 1, 1, 1, -2;
  // Sample 0: z = (3.5, -0.5), h = (3.5, -0.15). Sample 1: z = (-2.5, -3.5), h = (-0.75, -1.05).
  const Eigen::ArrayXd f = network.output(theta, X);
  EXPECT_NEAR(f[0], 2 * 3.5 - 3 * 0.15 + 0.25, 1e-14);
  EXPECT_NEAR(f[1], -2 * 0.75 - 3 * 1.05 + 0.25, 1e-14);
}

TEST(ReferenceNetwork, TraceHoldsEveryLayer) {
  const Parameters parameters = Combination{"relu", "none", "all", 3, 4}.parameters();
  const ReferenceNetwork network(make_layout(parameters), make_activation(parameters));
  const Vector<double> theta = random_matrix(static_cast<Eigen::Index>(network.layout().parameters()), 1, 1);
  const Eigen::ArrayXXd X = random_matrix(kSamples, 3, 2);
  const ReferenceNetwork::Trace trace = network.trace(theta, X);
  ASSERT_EQ(trace.pre.size(), 3U);
  ASSERT_EQ(trace.post.size(), 3U);
  for (std::size_t l = 0; l < 3; ++l) {
    EXPECT_EQ(trace.pre[l].rows(), kSamples);
    EXPECT_EQ(trace.pre[l].cols(), 4);
    EXPECT_LT((trace.post[l] - trace.pre[l].max(0)).abs().maxCoeff(), 1e-15);
  }
  EXPECT_TRUE((trace.output == network.output(theta, X)).all());
}

TEST(ReferenceNetwork, LossIsTheMeanSquareError) {
  const Parameters parameters = test_parameters();
  const ReferenceNetwork network(make_layout(parameters), make_activation(parameters));
  const Vector<double> theta = random_matrix(6, 1, 1);
  const Eigen::ArrayXXd X = random_matrix(4, 2, 2);
  const Eigen::ArrayXd y = network.output(theta, X) + 3;
  EXPECT_NEAR(network.loss_and_gradient(theta, X, y).loss, 9, 1e-13);
}

TEST(ReferenceNetwork, GradientIsTheFiniteDifferenceForEveryCombination) {
  for (const Combination& combination : all_combinations({1, 2, 3}, {1, 2, 5})) {
    const Parameters parameters = combination.parameters();
    const ReferenceNetwork network(make_layout(parameters), make_activation(parameters));
    const auto size = static_cast<Eigen::Index>(network.layout().parameters());
    // A dead relu layer puts every later unit exactly at its kink: such weights are drawn again.
    Vector<double> theta;
    Eigen::ArrayXXd X;
    for (std::uint64_t draw = 1; X.rows() < kSamples / 4 && draw < 50; ++draw) {
      theta = 0.8 * random_matrix(size, 1, draw);
      X = away_from_kinks(network, theta, random_matrix(kSamples, 3, 100), 1e-4);
    }
    ASSERT_GE(X.rows(), kSamples / 4) << combination.text();
    const Eigen::ArrayXd y = X.rowwise().sum() / std::sqrt(3.0);

    const Vector<double> gradient = network.loss_and_gradient(theta, X, y).gradient;
    for (Eigen::Index k = 0; k < size; ++k) {
      Vector<double> up = theta, down = theta;
      up[k] += kStep;
      down[k] -= kStep;
      const double difference =
          (network.loss_and_gradient(up, X, y).loss - network.loss_and_gradient(down, X, y).loss) /
          (2 * kStep);
      ASSERT_NEAR(gradient[k], difference, 1e-7 * (1 + gradient.cwiseAbs().maxCoeff()))
          << combination.text() << ", parameter " << k;
    }
  }
}

TEST(ReferenceNetwork, RefusesWrongSizes) {
  const Parameters parameters = test_parameters();
  const ReferenceNetwork network(make_layout(parameters), make_activation(parameters));
  EXPECT_THROW(network.output(Vector<double>::Zero(5), Eigen::ArrayXXd::Zero(1, 2)), std::logic_error);
  EXPECT_THROW(network.output(Vector<double>::Zero(6), Eigen::ArrayXXd::Zero(1, 3)), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::nn

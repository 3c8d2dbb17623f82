// Where no finite weights attain the infimum (quadratic, all H units equal), training runs off along W -> 0,
// v -> infinity. With S = x_1 + x_2 the network is f = p (S + alpha w S^2), p = H v w. At the best p, which
// is 1/sqrt(2) for small w, the loss is alpha^2 w^2 E[S^4] / 2, and gradient flow along the hyperbola v = p /
// (H w) obeys
//   dw/dt = -alpha^2 w E[S^4] w^2 / v^2  for w << v,  hence  d(w^-4)/dt = 8 alpha^2 H^2 E[S^4]:
// w ~ t^(-1/4), v ~ t^(1/4) and the loss ~ t^(-1/2), slow but without end.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "rgsweep/core/rng.hpp"
#include "rgsweep/nn/trainer.hpp"
#include "rgsweep/theory/solvable.hpp"

namespace rgsweep::theory {
namespace {

/// A fixed batch of two Gaussian inputs and the same with both signs turned: no odd moment blurs the
/// exponents.
class EvenBatch : public nn::BatchSource {
 public:
  void fill(std::uint64_t, Eigen::Ref<Eigen::ArrayXXd> X, Eigen::Ref<Eigen::ArrayXd> y) override {
    Stream stream(3, Purpose::train_sample, 0);
    const Eigen::Index half = X.rows() / 2;
    for (Eigen::Index i = 0; i < half; ++i)
      for (Eigen::Index j = 0; j < X.cols(); ++j) {
        X(i, j) = stream.normal();
        X(half + i, j) = -X(i, j);
      }
    y = X.rowwise().sum() / std::sqrt(static_cast<double>(X.cols()));
  }
  bool constant() const override { return true; }
};

nn::Layout equal_units(std::string_view symmetry, int block, int width) {
  const nn::Symmetry& tied = nn::symmetry(symmetry);
  return nn::Layout({{tied.weight({0, 1, width, block, block}), nn::TyingPattern::zero(width, 1), true},
                     {tied.weight({1, 1, 1, width, block}), nn::TyingPattern::zero(1, 1), false}});
}

constexpr int kWidth = 2;
constexpr double kAlpha = 0.5, kRate = 0.002;

/// Weights and loss after `steps`, from w = 0.15 and the best v for it.
struct Reached {
  double w, v, loss;
};

Reached train_for(const nn::Layout& layout, std::uint64_t steps) {
  nn::TrainingOptions options;
  options.learning_rate = kRate;
  options.batch = 128;
  options.steps = steps;
  options.precision = nn::Precision::float64;
  constexpr double w = 0.15;
  nn::Vector<double> theta0 = nn::Vector<double>::Constant(static_cast<Eigen::Index>(layout.parameters()), w);
  theta0(theta0.size() - 1) = 1 / (std::sqrt(2.0) * kWidth * w);
  EvenBatch source;
  const nn::TrainingResult result =
      nn::train(layout, nn::Quadratic{kAlpha}, options, theta0, source, {}, {}, {});
  return {layout.weight(result.theta, 0)(0, 0), layout.weight(result.theta, 1)(0, 0), result.train_loss};
}

/// E[S^4] of the batch.
double fourth_moment() {
  Eigen::ArrayXXd X(128, 2);
  Eigen::ArrayXd y(128);
  EvenBatch().fill(0, X, y);
  return X.rowwise().sum().square().square().mean();
}

class VanishingGrowth : public ::testing::TestWithParam<std::string_view> {};

TEST_P(VanishingGrowth, FollowsGradientFlow) {
  const nn::Layout layout = equal_units(GetParam(), 2, kWidth);
  constexpr std::uint64_t half = 100000;
  const Reached early = train_for(layout, half), late = train_for(layout, 2 * half);
  const double rate = (std::pow(late.w, -4) - std::pow(early.w, -4)) / (half * kRate);
  const double predicted = 8 * kAlpha * kAlpha * kWidth * kWidth * fourth_moment();
  EXPECT_NEAR(rate / predicted, 1, 0.05);  // the best p is 1/sqrt(2) up to terms of order w^2
  EXPECT_LT(late.w, 0.9 * early.w);
  EXPECT_GT(late.v, 1.1 * early.v);
  EXPECT_NEAR(late.w * late.v * kWidth * std::sqrt(2.0), 1, 0.02);
  EXPECT_NEAR(late.loss / (0.5 * std::pow(kAlpha * late.w, 2) * fourth_moment()), 1, 0.05);
}

INSTANTIATE_TEST_SUITE_P(EqualUnits, VanishingGrowth, ::testing::Values("full", "equivariant"));

}  // namespace
}  // namespace rgsweep::theory

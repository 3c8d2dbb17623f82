// The quadrature against closed forms: in every case the true error has to be below the estimate, and the
// estimate small.
#include "rgsweep/theory/layer_truth.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "networks.hpp"
#include "rgsweep/math/joint_cumulants.hpp"
#include "rgsweep/math/moments.hpp"
#include "rgsweep/math/quadrature.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "rgsweep/theory/plateau.hpp"
#include "rgsweep/theory/solvable.hpp"

namespace rgsweep::theory {
namespace {

const char* const kAllMoments[] = {"gaussian", "uniform",    "laplace",      "exponential",
                                   "gamma(2)", "gamma(0.6)", "bimodal(0.95)"};

data::Distribution distribution(const char* text) {
  return data::parse_distribution(text);
}

Eigen::VectorXd vector(const std::vector<double>& values) {
  return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

// Cumulants of w.x + b for independent inputs.
std::vector<double> affine_cumulants(const data::Distribution& inputs, const Eigen::VectorXd& w, double b) {
  std::vector<double> one;
  for (int n = 1; n <= 6; ++n) one.push_back(inputs.cumulant(n));
  const std::vector<double> weights(w.begin(), w.end());
  return math::linear_combination_cumulants(weights, b, std::vector(weights.size(), one));
}

// Row u is within its error of `exact`, and the error is at most tolerance * sigma^n (or of the cumulant).
// Orders that are NaN in `exact` must be NaN.
void expect_within_error(const TrueCumulants& actual, Eigen::Index u, const std::vector<double>& exact,
                         double tolerance, const std::string& what) {
  for (Eigen::Index n = 0; n < 6; ++n) {
    const double truth = exact[static_cast<std::size_t>(n)];
    const std::string where = what + ", unit " + std::to_string(u) + ", order " + std::to_string(n + 1);
    ASSERT_EQ(std::isnan(actual.value(u, n)), std::isnan(truth)) << where;
    if (std::isnan(truth)) continue;
    const double scale = std::max(std::pow(exact[1], (static_cast<double>(n) + 1) / 2), std::abs(truth));
    EXPECT_LE(std::abs(actual.value(u, n) - truth), actual.error(u, n)) << where;
    EXPECT_LE(actual.error(u, n), tolerance * scale) << where;
  }
}

// A single unit z = w.x + bias and f = v phi(z) + c.
struct OneUnit {
  nn::Layout layout;
  nn::Vector<double> theta;

  OneUnit(const Eigen::VectorXd& w, double bias, double v, double c)
      : layout(mlp(static_cast<int>(w.size()), 1, 1)), theta(w.size() + 3) {
    theta << w, bias, v, c;
    EXPECT_TRUE(layout.weight(theta, 0).row(0).transpose().isApprox(w));
    EXPECT_EQ(layout.bias(theta, 0)[0], bias);
    EXPECT_EQ(layout.weight(theta, 1)(0, 0), v);
    EXPECT_EQ(layout.bias(theta, 1)[0], c);
  }
};

TEST(LayerTruth, FirstLayerIsTheAffineIdentity) {
  for (const char* text : kAllMoments)
    for (const int block : {2, 3}) {
      if (block == 3 && std::string(text) == "gamma(0.6)") continue;  // takes a second
      const nn::Layout layout = mlp(block, 1, 3);
      const nn::Vector<double> theta = random_theta(layout, 1, 2);
      const LayerTruth truth = TruthIntegrator(distribution(text))(layout, theta, nn::LeakyRelu{0.3});
      ASSERT_EQ(truth.pre.size(), 1U);
      for (Eigen::Index u = 0; u < 3; ++u)
        expect_within_error(
            truth.pre[0], u,
            affine_cumulants(distribution(text), layout.weight(theta, 0).row(u), layout.bias(theta, 0)[u]),
            1e-6, text);
    }
}

// E[phi^n] = M_n + a^n (m_n - M_n), M_n = mu M_(n-1) + (n-1) s^2 M_(n-2).
TEST(LayerTruth, OneLeakyReluOfAGaussian) {
  for (const double slope : {-0.5, 0.0, 0.2, 1.0})
    for (const auto& [weights, bias] : {std::pair{std::vector{0.8, -0.6}, 0.0},
                                        {std::vector{1e-3, 1.1}, 0.7},
                                        {std::vector{0.0, -0.5}, 0.1},
                                        {std::vector{-0.3, -0.2, 1.2}, -1.0},
                                        {std::vector{0.5, 2.0, -1e-3}, 3.0}}) {
      const Eigen::VectorXd w = vector(weights);
      const OneUnit unit(w, bias, 1, 0);
      const double s = w.norm(), h = bias / s;
      const auto raw = math::gaussian_raw_moments(bias, s, 6);
      double before = std::erfc(-h / std::numbers::sqrt2) / 2;
      double last = bias * before + s * std::exp(-h * h / 2) / std::sqrt(2 * std::numbers::pi);
      std::vector<double> moments;
      for (int n = 1; n <= 6; ++n) {
        moments.push_back(last + std::pow(slope, n) * (raw[static_cast<std::size_t>(n) - 1] - last));
        const double next = bias * last + n * s * s * before;
        before = last;
        last = next;
      }
      const auto exact = math::cumulants_from_raw_moments(moments);
      const LayerTruth truth =
          TruthIntegrator(distribution("gaussian"))(unit.layout, unit.theta, nn::LeakyRelu{slope});
      expect_within_error(truth.post[0], 0, exact, 1e-6, "slope " + std::to_string(slope));
      expect_within_error(truth.output, 0, exact, 1e-6, "slope " + std::to_string(slope));
    }
}

// kappa_n = 2^(n-1) (n-1)! alpha^n s^(2n) + 2^(n-3) n! alpha^(n-2) s^(2n-2) g^2, g = 1 + 2 alpha m.
TEST(LayerTruth, OneQuadraticOfAGaussian) {
  for (const double alpha : {0.05, 0.7, -1.5})
    for (const int block : {2, 3}) {
      const Eigen::VectorXd w = vector(block == 2 ? std::vector{0.7, -0.4} : std::vector{0.7, -0.4, 0.2});
      const double m = 0.3, s = w.norm(), g = 1 + 2 * alpha * m;
      std::vector<double> exact{m + alpha * (m * m + s * s)};
      for (int n = 2; n <= 6; ++n)
        exact.push_back(std::pow(2, n - 1) * std::tgamma(n) * std::pow(alpha, n) * std::pow(s, 2 * n) +
                        std::pow(2, n - 3) * std::tgamma(n + 1) * std::pow(alpha, n - 2) *
                            std::pow(s, 2 * n - 2) * g * g);
      const OneUnit unit(w, m, 1, 0);
      const LayerTruth truth =
          TruthIntegrator(distribution("gaussian"))(unit.layout, unit.theta, nn::Quadratic{alpha});
      expect_within_error(truth.post[0], 0, exact, 1e-9, "alpha " + std::to_string(alpha));
    }
}

TEST(LayerTruth, OneTanhOfAGaussian) {
  const Eigen::VectorXd w = vector({0.9, 0.5});
  const OneUnit unit(w, 0.4, -2, 1);
  std::vector<double> moments;
  for (int n = 1; n <= 6; ++n)
    moments.push_back(math::gaussian_expectation([&](double z) { return std::pow(1 - 2 * std::tanh(z), n); },
                                                 0.4, w.norm(), {0.0}));
  const LayerTruth truth = TruthIntegrator(distribution("gaussian"))(unit.layout, unit.theta, nn::Tanh{});
  expect_within_error(truth.output, 0, math::cumulants_from_raw_moments(moments), 1e-6, "tanh");
}

TEST(LayerTruth, DeepLinearNetworksAreAffine) {
  for (const char* text :
       {"gaussian", "uniform", "exponential", "rademacher", "student_t(5)", "student_t(20)"})
    for (const int block : {2, 3})
      for (const int depth : {1, 2, 3}) {
        // student_t on planes of three inputs takes a second a network.
        if (block == 3 && depth > 1 && distribution(text).entry().name == "student_t") continue;
        const nn::Layout layout = mlp(block, depth, 3);
        const nn::Vector<double> theta = random_theta(layout, 2, 1.5);
        Eigen::MatrixXd W = layout.weight(theta, 0);
        Eigen::VectorXd b = layout.bias(theta, 0);
        for (std::size_t l = 1; l < layout.layers.size(); ++l) {
          b = layout.weight(theta, l) * b + layout.bias(theta, l);
          W = layout.weight(theta, l) * W;
        }
        const Eigen::VectorXd w = W.row(0);
        const LayerTruth truth = TruthIntegrator(distribution(text))(layout, theta, nn::Linear{});
        expect_within_error(truth.output, 0, affine_cumulants(distribution(text), w, b[0]), 1e-6, text);
        // f - y is affine too, with variance |w - u|^2, u the target's weights.
        const double mse = (w.array() - 1 / std::sqrt(block)).square().sum() + b[0] * b[0];
        EXPECT_NEAR(truth.mse, mse, truth.mse_error + 1e-14 * mse) << text;  // mse itself is rounded
        EXPECT_LT(truth.mse_error, 1e-8 * mse) << text;
      }
}

// With z = sum x / sqrt(b) and the best factor C the error is the plateau.
TEST(LayerTruth, TiedLeakyReluReachesThePlateau) {
  for (const int block : {2, 3})
    for (const double slope : {0.0, 0.3, 0.8}) {
      const double best = (1 + slope) / (1 + slope * slope);
      const OneUnit unit(Eigen::VectorXd::Constant(block, 1 / std::sqrt(block)), 0, best, 0);
      const LayerTruth truth =
          TruthIntegrator(distribution("gaussian"))(unit.layout, unit.theta, nn::LeakyRelu{slope});
      EXPECT_NEAR(truth.mse, plateau(slope), truth.mse_error);
      EXPECT_LT(truth.mse_error, 1e-7);
    }
}

// Units on one line, of either sign, and lines through corners of each other.
TEST(LayerTruth, WitnessesHaveNoErrorAndTheTargetsCumulants) {
  for (const char* text : {"gaussian", "uniform", "exponential", "rademacher"})
    for (const char* symmetry : {"none", "exchange", "equivariant", "odd"})
      for (const int block : {2, 3}) {
        const nn::Layout layout =
            mlp(block, 1, 2 * (std::string(symmetry) == "equivariant" ? block : 1), "none", symmetry);
        const nn::Activation activation = nn::LeakyRelu{0.1};
        const LayerTruth truth = TruthIntegrator(distribution(text))(
            layout, solvable_witness(layout, symmetry, activation), activation);
        EXPECT_NEAR(truth.mse, 0, truth.mse_error);
        EXPECT_LT(truth.mse_error, 1e-7);
        const Eigen::VectorXd target = Eigen::VectorXd::Constant(block, 1 / std::sqrt(block));
        expect_within_error(truth.output, 0, affine_cumulants(distribution(text), target, 0), 1e-6, text);
      }
}

TEST(LayerTruth, RademacherIsTheSumOverSigns) {
  const nn::Layout layout = mlp(3, 2, 4);
  const nn::Vector<double> theta = random_theta(layout, 3);
  const nn::ReferenceNetwork network(layout, nn::LeakyRelu{0.2});
  Eigen::ArrayXXd X(8, 3);
  for (int s = 0; s < 8; ++s)
    for (int i = 0; i < 3; ++i) X(s, i) = (s >> i) % 2 == 0 ? -1 : 1;
  const auto trace = network.trace(theta, X);
  const auto cumulants = [](const Eigen::ArrayXd& values) {
    std::vector<double> moments;
    const Eigen::ArrayXd deviation = values - values.mean();
    Eigen::ArrayXd power = Eigen::ArrayXd::Ones(values.size());
    for (int n = 1; n <= 6; ++n) {
      power *= deviation;
      moments.push_back(power.mean());
    }
    std::vector<double> result = math::cumulants_from_raw_moments(moments);
    result[0] = values.mean();
    return result;
  };
  const LayerTruth truth = TruthIntegrator(distribution("rademacher"))(layout, theta, network.activation());
  for (std::size_t l = 0; l < 2; ++l)
    for (Eigen::Index u = 0; u < 4; ++u) {
      expect_within_error(truth.pre[l], u, cumulants(trace.pre[l].col(u)), 1e-9, "pre");
      expect_within_error(truth.post[l], u, cumulants(trace.post[l].col(u)), 1e-9, "post");
    }
  const Eigen::ArrayXd target = X.rowwise().sum() / std::sqrt(3.0);
  EXPECT_NEAR(truth.mse, (trace.output - target).square().mean(), 1e-14);
}

TEST(LayerTruth, OnlyOrdersThatExist) {
  const nn::Layout layout = mlp(2, 2, 2);
  const nn::Vector<double> theta = random_theta(layout, 4);
  const auto exists = [&](const char* text, const nn::Activation& activation) {
    return TruthIntegrator(distribution(text))(layout, theta, activation);
  };
  const auto highest = [](const TrueCumulants& cumulants) {
    return 6 - cumulants.value.row(0).isNaN().count();
  };
  const LayerTruth leaky = exists("student_t(4.5)", nn::LeakyRelu{0.2});
  for (std::size_t l = 0; l < 2; ++l) {
    EXPECT_EQ(highest(leaky.pre[l]), 4);
    EXPECT_EQ(highest(leaky.post[l]), 4);
    EXPECT_TRUE((leaky.pre[l].value.isNaN() == leaky.pre[l].error.isNaN()).all());
  }
  EXPECT_EQ(highest(leaky.output), 4);
  EXPECT_TRUE(std::isfinite(leaky.mse));
  const LayerTruth tanh = exists("student_t(2.5)", nn::Tanh{});
  EXPECT_EQ(highest(tanh.pre[0]), 2);
  EXPECT_EQ(highest(tanh.post[0]), 6);
  EXPECT_EQ(highest(tanh.output), 6);
  EXPECT_TRUE(std::isfinite(tanh.mse));  // the target has a variance
  const LayerTruth quadratic = exists("student_t(7)", nn::Quadratic{0.3});
  EXPECT_EQ(highest(quadratic.pre[0]), 6);
  EXPECT_EQ(highest(quadratic.post[0]), 3);
  EXPECT_EQ(highest(quadratic.pre[1]), 3);
  EXPECT_EQ(highest(quadratic.output), 1);
  EXPECT_TRUE(std::isnan(quadratic.mse));
}

TEST(LayerTruth, MeansOverUnits) {
  const nn::Layout layout = mlp(2, 1, 3);
  const LayerTruth truth =
      TruthIntegrator(distribution("uniform"))(layout, random_theta(layout, 5), nn::LeakyRelu{0});
  for (Eigen::Index n = 0; n < 6; ++n) {
    EXPECT_NEAR(truth.post[0].mean()[n], truth.post[0].value.col(n).sum() / 3, 1e-15);
    EXPECT_NEAR(truth.post[0].mean_error()[n], truth.post[0].error.col(n).sum() / 3, 1e-15);
  }
}

TEST(LayerTruth, WeightsThatAreNotFiniteGiveNoNumbers) {
  const nn::Layout layout = mlp(2, 2, 3);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1e300})
    for (const nn::Activation& activation :
         {nn::Activation(nn::LeakyRelu{0.2}), nn::Activation(nn::Quadratic{1})}) {
      nn::Vector<double> theta = random_theta(layout, 6);
      theta[0] = bad;
      const LayerTruth truth = TruthIntegrator(distribution("gaussian"))(layout, theta, activation);
      EXPECT_FALSE(std::isfinite(truth.output.value(0, 5)));
      EXPECT_FALSE(std::isfinite(truth.mse) && bad != 1e300);
    }
}

TEST(LayerTruth, TwoOrThreeInputs) {
  EXPECT_TRUE(has_layer_truth(2));
  EXPECT_TRUE(has_layer_truth(3));
  EXPECT_FALSE(has_layer_truth(4));
  const nn::Layout layout = mlp(4, 1, 2);
  EXPECT_THROW(TruthIntegrator(distribution("gaussian"))(layout, random_theta(layout, 7), nn::Tanh{}),
               std::logic_error);
}

}  // namespace
}  // namespace rgsweep::theory

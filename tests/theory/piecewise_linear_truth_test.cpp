// Polygons against draws, against tensor rules that do not know of the kinks, and three inputs against two.
#include <cmath>
#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include "networks.hpp"
#include "rgsweep/data/rg_map.hpp"
#include "rgsweep/math/cumulant_accumulator.hpp"
#include "truth_schemes.hpp"

namespace rgsweep::theory {
namespace {

data::Distribution distribution(const char* text) {
  return data::parse_distribution(text);
}

// Estimates from draws are within 5 standard errors, for the orders that have one (N >= 2n).
void expect_near_draws(const TrueCumulants& truth, const Eigen::ArrayXXd& values, int orders,
                       const std::string& what) {
  for (Eigen::Index u = 0; u < values.cols(); ++u) {
    math::CumulantAccumulator drawn;
    drawn.add({values.col(u).data(), static_cast<std::size_t>(values.rows())});
    const auto k = drawn.k_statistics(), errors = drawn.standard_errors();
    for (Eigen::Index n = 0; n < orders; ++n) {
      const auto at = static_cast<std::size_t>(n);
      EXPECT_LT(std::abs(truth.value(u, n) - k[at]), 5 * errors[at])
          << what << ", unit " << u << ", order " << n + 1;
      EXPECT_LT(truth.error(u, n), 1e-3 * errors[at]) << what << ", unit " << u << ", order " << n + 1;
    }
  }
}

void expect_near_draws(const nn::Layout& layout, const nn::Vector<double>& theta,
                       const nn::Activation& activation, const char* text, int orders) {
  const int block = layout.inputs();
  const LayerTruth truth = TruthIntegrator(distribution(text))(layout, theta, activation);
  Stream stream(1, Purpose::observable, 0);
  const Eigen::ArrayXXd X = data::draw_inputs(distribution(text), block, 100000, stream);
  const auto trace = nn::ReferenceNetwork(layout, activation).trace(theta, X);
  for (std::size_t l = 0; l < trace.pre.size(); ++l) {
    const std::string what = std::string(text) + ", layer " + std::to_string(l);
    expect_near_draws(truth.pre[l], trace.pre[l], orders, what + " before");
    expect_near_draws(truth.post[l], trace.post[l], orders, what + " after");
  }
  expect_near_draws(truth.output, trace.output, orders, std::string(text) + ", output");
  const Eigen::ArrayXd squares = (trace.output - data::RgMap{block}.target(X)).square();
  const double spread = std::sqrt((squares - squares.mean()).square().mean() / static_cast<double>(X.rows()));
  EXPECT_LT(std::abs(truth.mse - squares.mean()), 5 * spread) << text;
}

TEST(PiecewiseLinearTruth, AgreesWithDrawsAtDepthTwoAndThree) {
  for (const char* text : {"gaussian", "uniform", "laplace", "exponential", "gamma(0.6)", "bimodal(0.95)"})
    for (const int depth : {2, 3}) {
      const nn::Layout layout = mlp(2, depth, 4);
      expect_near_draws(layout, random_theta(layout, 10, 1.5), nn::LeakyRelu{0.1}, text, 5);
    }
  const nn::Layout layout = mlp(2, 2, 4);
  expect_near_draws(layout, random_theta(layout, 11, 1.5), nn::LeakyRelu{0.1}, "student_t(9)", 2);
}

TEST(PiecewiseLinearTruth, AgreesWithDrawsForThreeInputs) {
  const nn::Layout layout = mlp(3, 2, 3);
  expect_near_draws(layout, random_theta(layout, 12, 1.5), nn::LeakyRelu{0}, "gaussian", 5);
  expect_near_draws(layout, random_theta(layout, 13, 1.5), nn::LeakyRelu{-0.3}, "exponential", 5);
}

TEST(PiecewiseLinearTruth, AgreesWithDrawsForAGraph) {
  const nn::Layout layout = nn::make_layout(nn::test_parameters(
      {{"model.architecture", "gnn"}, {"model.features", "2"}, {"model.depth", "2"}, {"model.bias", "all"}}));
  expect_near_draws(layout, random_theta(layout, 14, 1.5), nn::LeakyRelu{0.2}, "exponential", 5);
}

struct BothSchemes {
  LayerTruth polygons, tensor;
};

BothSchemes both(const nn::Layout& layout, const nn::Vector<double>& theta, const nn::Activation& activation,
                 const char* text) {
  const TruthInputs inputs(distribution(text));
  TruthProblem problem{nn::ReferenceNetwork(layout, activation), theta, pieces(activation),
                       inputs.moments_below()};
  BothSchemes result;
  result.polygons =
      piecewise_linear_moments(problem, inputs.density(6), {}).table.cumulants(problem.moments_below, 1);
  problem.pieces.slopes.clear();  // curved, for all it knows
  TruthOptions options;
  options.max_points = 150000;
  result.tensor = smooth_moments(problem, inputs, options).table.cumulants(problem.moments_below, 1);
  return result;
}

// Tensor rules cross the kinks, and say how much that costs them.
TEST(PiecewiseLinearTruth, AgreesWithTensorRulesWithinTheirErrors) {
  for (const char* text : {"gaussian", "uniform", "exponential"})
    for (const int depth : {1, 2})
      for (std::uint64_t key = 20; key < 23; ++key) {
        const nn::Layout layout = mlp(2, depth, 3);
        const BothSchemes of = both(layout, random_theta(layout, key, 1.5), nn::LeakyRelu{0.2}, text);
        for (Eigen::Index n = 0; n < 6; ++n) {
          const double scale = std::pow(of.polygons.output.value(0, 1), (static_cast<double>(n) + 1) / 2);
          EXPECT_LE(std::abs(of.polygons.output.value(0, n) - of.tensor.output.value(0, n)),
                    of.tensor.output.error(0, n))
              << text << ", depth " << depth << ", network " << key << ", order " << n + 1;
          EXPECT_LT(of.polygons.output.error(0, n), 1e-7 * scale);
          EXPECT_GT(of.tensor.output.error(0, n), 1e-7 * scale);
        }
        EXPECT_LE(std::abs(of.polygons.mse - of.tensor.mse), of.tensor.mse_error);
      }
}

// What the third input cannot reach is the same as with two inputs.
TEST(PiecewiseLinearTruth, ThreeInputsOfWhichOneIsNotRead) {
  const nn::Layout two = mlp(2, 2, 3), three = mlp(3, 2, 3);
  const nn::Vector<double> theta = random_theta(two, 30, 1.5);
  for (int unread = 0; unread < 3; ++unread) {
    // The first layer's weights come first, row by row.
    nn::Vector<double> wider(three.parameters());
    Eigen::Index from = 0, to = 0;
    for (int unit = 0; unit < 3; ++unit)
      for (int input = 0; input < 3; ++input) wider[to++] = input == unread ? 0 : theta[from++];
    wider.tail(wider.size() - to) = theta.tail(theta.size() - from);
    for (const char* text : {"gaussian", "exponential"}) {
      const TruthIntegrator integrator(distribution(text));
      const LayerTruth plane = integrator(two, theta, nn::LeakyRelu{0.2});
      const LayerTruth space = integrator(three, wider, nn::LeakyRelu{0.2});
      for (Eigen::Index n = 0; n < 6; ++n) {
        EXPECT_LE(std::abs(plane.output.value(0, n) - space.output.value(0, n)),
                  plane.output.error(0, n) + space.output.error(0, n))
            << text << ", order " << n + 1;
        for (Eigen::Index u = 0; u < 3; ++u)
          EXPECT_LE(std::abs(plane.post[1].value(u, n) - space.post[1].value(u, n)),
                    plane.post[1].error(u, n) + space.post[1].error(u, n))
              << text << ", order " << n + 1;
      }
    }
  }
}

// A tighter tolerance finds what the looser one promised.
TEST(PiecewiseLinearTruth, LooserTolerancesKeepTheirPromise) {
  const nn::Layout layout = mlp(3, 2, 4);
  const nn::Vector<double> theta = random_theta(layout, 31, 1.5);
  TruthOptions loose, tight;
  loose.tolerance = 1e-4;
  tight.tolerance = 1e-9;
  const LayerTruth a = TruthIntegrator(distribution("uniform"), loose)(layout, theta, nn::LeakyRelu{0});
  const LayerTruth b = TruthIntegrator(distribution("uniform"), tight)(layout, theta, nn::LeakyRelu{0});
  EXPECT_LT(a.evaluations, b.evaluations);
  for (std::size_t l = 0; l < 2; ++l) {
    EXPECT_TRUE(((a.post[l].value - b.post[l].value).abs() <= a.post[l].error).all());
    EXPECT_TRUE(((a.pre[l].value - b.pre[l].value).abs() <= a.pre[l].error).all());
  }
  EXPECT_LE(std::abs(a.mse - b.mse), a.mse_error);
}

}  // namespace
}  // namespace rgsweep::theory

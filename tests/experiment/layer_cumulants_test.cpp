// Measured cumulants against the exact ones and their own errors, predictions against direct calls of theory.
#include "layer_cumulants.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "points.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/nn/initializer.hpp"
#include "rgsweep/theory/propagation.hpp"

namespace rgsweep::experiment {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

struct Traced {
  Parameters point;
  nn::Layout layout;
  Eigen::VectorXd theta;

  LayerCumulants at(std::uint64_t key = 1, bool theory = true) const {
    return LayerTracer(point, layout, key)(theta, theory);
  }
};

/// An untrained network with trace.theory = on.
Traced traced(Settings settings) {
  settings.emplace_back("trace.theory", "on");
  const Parameters point = make_point(settings);
  const nn::Layout layout = nn::make_layout(point);
  return {point, layout, nn::initial_parameters(layout, point, 5)};
}

constexpr LayerSide sides[] = {LayerSide::pre, LayerSide::post};

// Of the last layer z = W x + b of a linear network kappa_n = sum_s W_s^n kappa_n(x), exact at every order.
TEST(LayerCumulants, TruthOfALinearNetwork) {
  const Traced net =
      traced({{"activation.kind", "linear"}, {"task.train", "exponential"}, {"model.width", "3"}});
  const LayerCumulants cumulants = net.at();
  ASSERT_EQ(cumulants.layers, 2U);
  const Eigen::MatrixXd first = net.layout.weight(net.theta, 0), f = net.layout.weight(net.theta, 1) * first;
  double factorial = 1;  // kappa_n = (n-1)! from order 2 on
  for (std::size_t n = 1; n <= 6; ++n) {
    if (n > 1) factorial *= static_cast<double>(n - 1);
    const double kappa = n == 1 ? 0 : factorial;
    const auto power = [n](double weight) { return std::pow(weight, static_cast<double>(n)); };
    const double units = first.unaryExpr(power).rowwise().sum().mean() * kappa;
    for (const LayerSide side : sides)
      EXPECT_NEAR(cumulants.at(LayerQuantity::truth, side, 0, n), units, 1e-8 * (1 + std::abs(units))) << n;
    const double output = f.unaryExpr(power).sum() * kappa;
    EXPECT_NEAR(cumulants.at(LayerQuantity::truth, LayerSide::pre, 1, n), output,
                1e-8 * (1 + std::abs(output)))
        << n;
    EXPECT_TRUE(std::isnan(cumulants.at(LayerQuantity::truth, LayerSide::post, 1, n)));
    EXPECT_TRUE(std::isnan(cumulants.at(LayerQuantity::measured, LayerSide::post, 1, n)));
  }
}

// Mean and variance of the units, formed anew from the same samples.
TEST(LayerCumulants, MeasuresTheSamplesOfItsStream) {
  const Traced net = traced({{"activation.kind", "tanh"}, {"model.depth", "2"}, {"model.bias", "all"}});
  const LayerCumulants cumulants = net.at(7);
  Stream stream(7, Purpose::observable, hash("layers"));
  const std::size_t samples = layer_samples(net.point, kLayerNumbersBesideTheory);
  const auto trace =
      nn::ReferenceNetwork(net.layout, nn::make_activation(net.point))
          .trace(net.theta, data::draw_inputs(data::parse_distribution("gaussian"), 2, samples, stream));
  const auto expect = [&](const Eigen::ArrayXXd& units, LayerSide side, std::size_t layer) {
    const Eigen::ArrayXd mean = units.colwise().mean();
    const double variance = (units.rowwise() - mean.transpose()).square().sum() /
                            static_cast<double>((samples - 1) * static_cast<std::size_t>(units.cols()));
    EXPECT_NEAR(cumulants.at(LayerQuantity::measured, side, layer, 1), mean.mean(), 1e-12);
    EXPECT_NEAR(cumulants.at(LayerQuantity::measured, side, layer, 2), variance, 1e-12);
  };
  for (std::size_t l = 0; l < 2; ++l) {
    expect(trace.pre[l], LayerSide::pre, l);
    expect(trace.post[l], LayerSide::post, l);
  }
  expect(trace.output, LayerSide::pre, 2);
}

// Deviations from the truth over the standard error, many times: their mean square is 1 where the error is
// right. Units share their samples, so that an error as of independent ones would be too small.
TEST(LayerCumulants, StandardErrorsAreRight) {
  const Traced net =
      traced({{"activation.kind", "leaky_relu"}, {"model.width", "4"}, {"task.train", "uniform"}});
  constexpr int keys = 60;
  constexpr std::pair<LayerSide, std::size_t> places[] = {
      {LayerSide::pre, 0}, {LayerSide::post, 0}, {LayerSide::pre, 1}};
  const LayerCumulants exact = net.at();
  double squares[3][4] = {};
  for (int key = 0; key < keys; ++key) {
    const LayerCumulants c = net.at(static_cast<std::uint64_t>(key), false);
    for (std::size_t p = 0; p < 3; ++p)
      for (std::size_t n = 1; n <= 4; ++n) {
        const auto& [side, layer] = places[p];
        const double deviation =
            c.at(LayerQuantity::measured, side, layer, n) - exact.at(LayerQuantity::truth, side, layer, n);
        squares[p][n - 1] +=
            std::pow(deviation / c.at(LayerQuantity::standard_error, side, layer, n), 2) / keys;
      }
  }
  // The mean of 60 squares scatters by 0.18.
  for (const auto& place : squares)
    for (const double square : place) {
      EXPECT_GT(square, 0.5);
      EXPECT_LT(square, 1.7);
    }
}

TEST(LayerCumulants, PredictionsAreThoseOfTheory) {
  for (const char* architecture : {"mlp", "gnn"}) {
    const Traced net = traced({{"model.architecture", architecture},
                               {"model.depth", "2"},
                               {"task.train", "laplace"},
                               {"activation.kind", "tanh"}});
    const LayerCumulants cumulants = net.at();
    std::vector<double> inputs;
    for (int n = 1; n <= 6; ++n) inputs.push_back(data::parse_distribution("laplace").cumulant(n));
    const bool nodes = has_nodes(net.point);
    struct Case {
      LayerQuantity quantity;
      theory::Closure closure;
      bool independent;
    };
    for (const Case& what : {Case{LayerQuantity::gaussian, theory::Closure::gaussian, false},
                             Case{LayerQuantity::edgeworth, theory::Closure::edgeworth, false},
                             Case{LayerQuantity::gaussian_independent, theory::Closure::gaussian, true},
                             Case{LayerQuantity::edgeworth_independent, theory::Closure::edgeworth, true}}) {
      theory::PropagationOptions options;
      options.closure = what.closure;
      if (what.independent) options.nodes = theory::unit_nodes(net.point);
      const theory::LayerCumulants predicted =
          theory::predict(net.layout, net.theta, nn::make_activation(net.point), inputs, options);
      for (std::size_t n = 1; n <= 6; ++n) {
        const auto same = [&](double expected, LayerSide side, std::size_t layer) {
          const double value = cumulants.at(what.quantity, side, layer, n);
          if (what.independent && !nodes) {
            EXPECT_TRUE(std::isnan(value));
          } else {
            EXPECT_TRUE(value == expected || (std::isnan(value) && !std::isfinite(expected)));
          }
        };
        for (std::size_t l = 0; l < 2; ++l) {
          same(predicted.pre[l][n - 1], LayerSide::pre, l);
          same(predicted.post[l][n - 1], LayerSide::post, l);
        }
        same(predicted.output[n - 1], LayerSide::pre, 2);
      }
    }
    // What joins the nodes reaches the variance of the sink in the second layer.
    if (nodes) {
      EXPECT_NE(cumulants.at(LayerQuantity::gaussian, LayerSide::pre, 1, 2),
                cumulants.at(LayerQuantity::gaussian_independent, LayerSide::pre, 1, 2));
    }
  }
}

TEST(LayerCumulants, WithoutTheoryThereIsOnlyWhatWasMeasured) {
  const Traced net = traced({{"task.block", "4"}, {"activation.kind", "relu"}});
  for (const bool theory : {false, true}) {
    const LayerCumulants c = net.at(3, theory);
    EXPECT_TRUE(std::isfinite(c.at(LayerQuantity::measured, LayerSide::post, 0, 6)));
    EXPECT_TRUE(std::isfinite(c.at(LayerQuantity::standard_error, LayerSide::pre, 1, 6)));
    EXPECT_TRUE(std::isnan(c.at(LayerQuantity::truth, LayerSide::pre, 0, 2)));  // four inputs
    EXPECT_EQ(std::isfinite(c.at(LayerQuantity::edgeworth, LayerSide::pre, 0, 2)), theory);
  }
}

TEST(LayerCumulants, SamplesAreBounded) {
  const auto samples = [](Settings settings) { return layer_samples(make_point(settings), 7000); };
  EXPECT_EQ(samples({}), 1000U);  // 2 inputs, 2 units on both sides, 1 output
  EXPECT_EQ(samples({{"model.width", "4096"}, {"model.depth", "3"}}), 256U);
  EXPECT_EQ(samples({{"task.test_samples", "100"}}), 100U);
  const Traced one = traced({{"task.test_samples", "1"}});
  EXPECT_TRUE(std::isfinite(one.at().at(LayerQuantity::measured, LayerSide::pre, 0, 1)));
  EXPECT_TRUE(std::isnan(one.at().at(LayerQuantity::standard_error, LayerSide::pre, 0, 1)));
}

// Where predictions are compared with what was measured there are more samples, and smaller errors.
TEST(LayerCumulants, WhatStandsForTheTruthIsMeasuredBetter) {
  const auto gain = [](const char* block) {
    const Traced net = traced({{"task.block", block}});
    const auto error = [&](bool theory) {
      return net.at(1, theory).at(LayerQuantity::standard_error, LayerSide::post, 0, 2);
    };
    return error(false) / error(true);
  };
  EXPECT_EQ(gain("2"), 1);
  EXPECT_NEAR(gain("4"), 4, 0.4);
}

// Weights that are not finite, and orders that do not exist, are no errors.
TEST(LayerCumulants, WhatDoesNotExistIsNaN) {
  Traced net = traced({{"task.train", "student_t(5)"}});
  const LayerCumulants c = net.at();
  EXPECT_TRUE(std::isfinite(c.at(LayerQuantity::truth, LayerSide::post, 0, 4)));
  EXPECT_TRUE(std::isnan(c.at(LayerQuantity::truth, LayerSide::post, 0, 6)));
  net.theta[0] = std::nan("");
  for (const double number : net.at().numbers) EXPECT_FALSE(std::isinf(number));
}

}  // namespace
}  // namespace rgsweep::experiment

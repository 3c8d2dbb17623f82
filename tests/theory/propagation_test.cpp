// What propagation has to get right: the first layer, linear networks, Gaussian inputs at depth 1, and what
// is not known.
#include "rgsweep/theory/propagation.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "propagated.hpp"

namespace rgsweep::theory {
namespace {

// sum_s w_s^n kappa_n, + b at order 1, term by term; for discrete inputs by enumeration too.
TEST(Propagation, TheFirstLayerIsExactAtEveryOrder) {
  for (const char* inputs : {"uniform", "laplace", "exponential", "rademacher"})
    for (const char* block : {"2", "3"})
      for (const Closure closure : {Closure::gaussian, Closure::edgeworth}) {
        const Network network =
            random_network({{"model.width", "5"}, {"model.bias", "all"}, {"task.block", block}}, 1);
        const Cumulants actual = predict(network, inputs, {.closure = closure}).pre[0];
        const Eigen::MatrixXd W = network.layout.weight(network.theta, 0);
        const std::vector<double> kappa = cumulants(inputs);
        for (std::size_t n = 1; n <= 6; ++n) {
          double expected = n == 1 ? network.layout.bias(network.theta, 0).mean() : 0;
          for (const double w : W.reshaped())
            expected += kappa[n - 1] * std::pow(w, static_cast<double>(n)) / static_cast<double>(W.rows());
          EXPECT_NEAR(actual[n - 1], expected, 1e-12 * (1 + std::abs(expected))) << inputs << n;
        }
        if (inputs == std::string("rademacher"))
          expect_equal(actual, unit_mean(truth(network, inputs).pre[0]), 6, 1e-12, inputs);
      }
}

// One hidden layer of Gaussian variables: nothing is left out.
TEST(Propagation, DepthOneWithGaussianInputsIsExact) {
  for (const auto& [kind, bias, tolerance] : {std::tuple{"leaky_relu", "none", 1e-10},
                                              {"leaky_relu", "all", 1e-7},
                                              {"relu", "output", 1e-10},
                                              {"quadratic", "all", 1e-8},
                                              {"tanh", "all", 1e-6},
                                              {"linear", "all", 1e-10}})
    for (const char* width : {"1", "2", "6"}) {
      const Network network =
          random_network({{"activation.kind", kind}, {"model.bias", bias}, {"model.width", width}}, 2, 0.8);
      const std::string what = std::string(kind) + " " + bias + " " + width;
      const LayerTruth exact = truth(network, "gaussian", 1e-11);
      const LayerCumulants edgeworth = predict(network, "gaussian", {});
      const LayerCumulants gaussian = predict(network, "gaussian", {.closure = Closure::gaussian});
      expect_equal(edgeworth.post[0], unit_mean(exact.post[0]), 6, tolerance, what);
      expect_equal(gaussian.post[0], unit_mean(exact.post[0]), 6, tolerance, what);
      expect_equal(edgeworth.output, unit_mean(exact.output), 6, tolerance, what);
      expect_equal(gaussian.output, unit_mean(exact.output), 2, tolerance, what);
      for (std::size_t n = 2; n < 6; ++n) EXPECT_EQ(gaussian.output[n], 0);
    }
}

// Second layer of a network with Gaussian inputs: exact once more, as the first one's law is.
TEST(Propagation, TheSecondLayerBeforeItsActivationIsExactForGaussianInputs) {
  const Network network = random_network({{"model.width", "5"}, {"model.depth", "2"}}, 3);
  const LayerTruth exact = truth(network, "gaussian");
  expect_equal(predict(network, "gaussian", {}).pre[1], unit_mean(exact.pre[1]), 6, 1e-9, "edgeworth");
  expect_equal(predict(network, "gaussian", {.closure = Closure::gaussian}).pre[1], unit_mean(exact.pre[1]),
               2, 1e-9, "gaussian");
}

TEST(Propagation, LinearNetworksOfAnyDepthAreExactToFourthOrder) {
  for (const char* block : {"2", "3"}) {
    const Network network = random_network({{"activation.kind", "linear"},
                                            {"model.depth", "3"},
                                            {"model.width", "4"},
                                            {"model.bias", "all"},
                                            {"task.block", block}},
                                           4);
    const LayerTruth exact = truth(network, "exponential");
    const LayerCumulants edgeworth = predict(network, "exponential", {});
    const LayerCumulants gaussian = predict(network, "exponential", {.closure = Closure::gaussian});
    for (std::size_t l = 0; l < 3; ++l) {
      expect_equal(edgeworth.pre[l], unit_mean(exact.pre[l]), 4, 1e-9, "pre");
      expect_equal(edgeworth.post[l], unit_mean(exact.post[l]), 4, 1e-9, "post");
      expect_equal(gaussian.post[l], unit_mean(exact.post[l]), 2, 1e-9, "post");
    }
    expect_equal(edgeworth.output, unit_mean(exact.output), 4, 1e-9, "output");
  }
}

TEST(Propagation, WhatIsNotKnownIsNaN) {
  // A weight that is not finite.
  Network network = random_network({{"model.width", "3"}, {"model.depth", "2"}}, 40);
  network.theta[1] = std::numeric_limits<double>::infinity();
  const LayerCumulants diverged = predict(network, "gaussian", {});
  EXPECT_TRUE(std::isnan(diverged.pre[0][0]) && std::isnan(diverged.post[1][1]) &&
              std::isnan(diverged.output[0]));

  // Too wide for tensors: known up to the second layer.
  network = random_network({{"model.width", "6"}, {"model.depth", "3"}}, 41);
  const LayerCumulants wide = predict(network, "laplace", {.widest = 5});
  EXPECT_FALSE(std::isnan(wide.pre[1][5]) || std::isnan(wide.post[1][5]));
  EXPECT_TRUE(std::isnan(wide.pre[2][0]) && std::isnan(wide.post[2][0]) && std::isnan(wide.output[1]));
  const LayerCumulants gaussian = predict(network, "laplace", {.closure = Closure::gaussian, .widest = 5});
  EXPECT_FALSE(std::isnan(gaussian.output[1]));

  // Inputs with few moments: those orders that exist, and the Gaussian closure.
  const LayerCumulants heavy = predict(network, "student_t(3.5)", {});
  EXPECT_FALSE(std::isnan(heavy.pre[0][2]));
  EXPECT_TRUE(std::isnan(heavy.pre[0][3]) && std::isnan(heavy.post[0][0]));
  EXPECT_FALSE(std::isnan(predict(network, "student_t(3.5)", {.closure = Closure::gaussian}).output[1]));
}

// Nothing of the hidden layers depends on whether the output is asked for.
TEST(Propagation, WithoutTheOutputHiddenLayersAreTheSame) {
  for (const char* block : {"2", "3"})
    for (const char* kind : {"leaky_relu", "quadratic", "tanh"})
      for (const Closure closure : {Closure::gaussian, Closure::edgeworth}) {
        const Network network = random_network({{"activation.kind", kind},
                                                {"model.width", "4"},
                                                {"model.depth", "3"},
                                                {"model.bias", "all"},
                                                {"task.block", block}},
                                               43);
        const LayerCumulants all = predict(network, "laplace", {.closure = closure});
        const LayerCumulants hidden = predict(network, "laplace", {.closure = closure, .output = false});
        EXPECT_TRUE(std::isnan(hidden.output[0]));
        for (std::size_t l = 0; l < 3; ++l) {
          const std::size_t known = l > 0 && closure == Closure::edgeworth ? 4 : 6;
          expect_equal(hidden.pre[l], all.pre[l], known, 1e-13, kind);
          expect_equal(hidden.post[l], all.post[l], 6, 1e-10, kind);
        }
      }
}

// Three inputs: the readout's third and fourth cumulants come from expansions, and are as good as they say.
TEST(Propagation, TheTruncationErrorIsWhatIsReported) {
  for (const char* bias : {"none", "all"})
    for (std::uint64_t key : {44U, 45U}) {
      const Network network =
          random_network({{"task.block", "3"}, {"model.width", "5"}, {"model.bias", bias}}, key);
      const Cumulants exact = unit_mean(truth(network, "gaussian", 1e-9).output);
      double last = 0;
      for (int edges : {4, 6}) {
        const LayerCumulants closed = predict(network, "gaussian", {.wick_edges = edges});
        for (std::size_t n : {0U, 1U}) {
          EXPECT_NEAR(closed.output[n], exact[n], 1e-8 * (1 + std::abs(exact[n])));
          EXPECT_EQ(closed.output_remainder[n], 0);
        }
        for (std::size_t n : {2U, 3U}) {
          EXPECT_GT(closed.output_remainder[n], 0);
          EXPECT_LT(std::abs(closed.output[n] - exact[n]), 2 * closed.output_remainder[n])
              << bias << key << " order " << n + 1 << " edges " << edges;
        }
        if (edges == 6) {
          EXPECT_LT(closed.output_remainder[2], last);
        }
        last = closed.output_remainder[2];
      }
      // Nothing is truncated in the plane.
      const Network planar = random_network({{"model.width", "5"}, {"model.bias", bias}}, key);
      for (double remainder : predict(planar, "gaussian", {}).output_remainder) EXPECT_EQ(remainder, 0);
    }
}

TEST(Propagation, RefusesWhatDoesNotFit) {
  const Network network = random_network({{"model.width", "3"}}, 42);
  EXPECT_THROW(
      theory::predict(network.layout, network.theta.head(2), network.activation, cumulants("gaussian"), {}),
      std::logic_error);
  EXPECT_THROW(
      theory::predict(network.layout, network.theta, network.activation, std::vector<double>{0, 1}, {}),
      std::logic_error);
}

}  // namespace
}  // namespace rgsweep::theory

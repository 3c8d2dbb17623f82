// What is claimed of the infimum: exact points by weights that represent the map, others by random weights
// that never go below it and by weights that attain or approach it. Losses are those of layer_truth.hpp.
#include "rgsweep/theory/infimum.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "infimum_networks.hpp"
#include "rgsweep/theory/plateau.hpp"

namespace rgsweep::theory {
namespace {

// W = (1, -1) on the sum of the inputs (each site, for equivariant), then (1, -1; -1, 1), then v = (g, -g).
TEST(Infimum, TwoUnitsOfOppositeSignAreExactAtEveryDepth) {
  for (const Changes& activation : kActivations)
    for (const char* symmetry : {"none", "exchange", "odd", "equivariant"})
      for (int depth : {1, 2, 3})
        for (int block : {2, 3})
          for (const char* inputs : {"gaussian", "exponential", "rademacher"}) {
            const bool sites = symmetry == std::string("equivariant");
            const int group = sites ? block : 1, width = 2 * group;
            Network network(joined(activation, {{"model.symmetry", symmetry},
                                                {"model.depth", std::to_string(depth)},
                                                {"model.width", std::to_string(width)},
                                                {"model.bias", "all"},
                                                {"task.block", std::to_string(block)},
                                                {"task.train", inputs}}));
            const auto sign = [group](int unit) { return unit / group == 0 ? 1.0 : -1.0; };
            Eigen::MatrixXd first(width, block), next(width, width), v(1, width);
            double slope = 1;  // c of phi(z) - phi(-z) = 2 c z
            if (const auto* leaky = std::get_if<nn::LeakyRelu>(&network.activation))
              slope = (1 + leaky->slope) / 2;
            for (int i = 0; i < width; ++i) {
              for (int j = 0; j < block; ++j) first(i, j) = sites && i % group != j ? 0 : sign(i);
              for (int j = 0; j < width; ++j) next(i, j) = i % group == j % group ? sign(i) * sign(j) : 0;
              v(0, i) = sign(i) / (std::pow(2 * slope, depth) * std::sqrt(block));
            }
            network.set_weight(0, first);
            for (std::size_t l = 1; l < static_cast<std::size_t>(depth); ++l) network.set_weight(l, next);
            network.set_weight(static_cast<std::size_t>(depth), v);
            EXPECT_LT(network.largest_error(random_inputs(block)), 1e-10) << symmetry << depth;
            expect_infimum(network.at, 0, true, symmetry);
          }
}

const std::vector<Changes> kTied{{{"model.symmetry", "full"}, {"model.width", "4"}},
                                 {{"model.symmetry", "none"}, {"model.width", "1"}},
                                 {{"model.symmetry", "exchange"}, {"model.width", "1"}},
                                 {{"model.symmetry", "equivariant"}, {"model.width", "2"}}};

/// All weights of each layer equal: w in the first, -1 times the sign of the layer before in the others.
void set_equal_weights(Network& network, double w, const std::vector<int>& signs) {
  for (std::size_t l = 0; l < network.layout.layers.size(); ++l) {
    const nn::TyingPattern& pattern = network.layout.layers[l].weight;
    network.set_weight(l,
                       Eigen::MatrixXd::Constant(pattern.rows(), pattern.cols(), l == 0 ? w : signs[l - 1]));
  }
}

// phi(-phi(z)) = -a z for 0 < a < 1.
TEST(Infimum, TiedLeakyReluOfEvenDepthIsExact) {
  for (const Changes& tied : kTied)
    for (const char* depth : {"2", "4"}) {
      Network network(joined(tied, {{"model.depth", depth}, {"activation.slope", "0.3"}}));
      set_equal_weights(network, 1,
                        depth == std::string("2") ? std::vector{-1, 1} : std::vector{-1, 1, -1, 1});
      const Eigen::ArrayXXd one = Eigen::ArrayXXd::Ones(1, 2);
      const double gain =
          nn::ReferenceNetwork(network.layout, network.activation).output(network.theta, one)[0];
      const std::size_t last = network.layout.layers.size() - 1;
      network.set_weight(last, network.layout.weight(network.theta, last) * std::sqrt(2) / gain);
      EXPECT_LT(network.largest_error(random_inputs(2)), 1e-10);
      expect_infimum(network.at, 0, true, tied[0].second);
    }
}

TEST(Infimum, TiedLeakyReluStaysAtThePlateau) {
  for (const Changes& tied : kTied)
    for (const char* depth : {"1", "3"})
      for (const char* inputs : {"gaussian", "laplace", "uniform"})
        for (const char* bias : {"none", "output"}) {
          const bool channel = tied[0].second == "equivariant";
          if (channel && depth == std::string("3")) continue;
          Network network(joined(tied, {{"model.depth", depth},
                                        {"model.bias", bias},
                                        {"task.train", inputs},
                                        {"activation.slope", "0.3"}}));
          const std::string what = tied[0].second + " " + depth + " " + inputs + " " + bias;
          const bool free = bias == std::string("none");
          if (!free && (channel || inputs != std::string("gaussian"))) continue;
          const double expected = free ? plateau(0.3) : plateau_output_bias(0.3);
          expect_infimum(network.at, expected, true, what);
          EXPECT_EQ(infimum(network.at).recursion, false) << what;
          set_equal_weights(network, 0.7, {depth == std::string("1") ? 1 : -1, 1, 1});
          EXPECT_NEAR(network.best_loss(), expected, 1e-7) << what;
          for (std::uint64_t key = 0; key < 8; ++key) {
            network.randomise(key);
            EXPECT_GT(network.best_loss(), expected - 1e-7) << what;
          }
        }
}

// A channel of uncorrelated units does better than equal ones once there is a bias to take the mean.
TEST(Infimum, OneChannelWithAnOutputBiasGoesBelowThePlateau) {
  for (const char* block : {"2", "3"}) {
    Network network({{"model.symmetry", "equivariant"},
                     {"model.width", block},
                     {"task.block", block},
                     {"model.bias", "output"},
                     {"activation.slope", "0.1"}});
    const Infimum found = infimum(network.at);
    EXPECT_EQ(found.attained, true);
    EXPECT_LT(found.mse, 0.95 * plateau_output_bias(0.1));
    double least = 1;
    for (double B : {-0.4, 0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.6, 1.0}) {
      network.theta << 1, B, 1, 0;
      least = std::min(least, network.best_loss());
    }
    EXPECT_GT(least, found.mse - 1e-7) << block;
    EXPECT_LT(least, found.mse * 1.002) << block;
  }
}

// A bias beyond the inputs makes phi linear where they are: exactly for bounded ones, in the limit for
// others.
TEST(Infimum, HiddenBiasesSolveInTheLimit) {
  for (const Changes& tied : kTied)
    for (const auto& [inputs, attained] :
         {std::pair{"uniform", true}, {"rademacher", true}, {"gaussian", false}, {"laplace", false}}) {
      Network network(
          joined(tied, {{"model.bias", "all"}, {"task.train", inputs}, {"activation.slope", "0.1"}}));
      expect_infimum(network.at, 0, attained, inputs);
      double last = 1;
      for (double bias : {2.0, 5.0, 10.0}) {
        set_equal_weights(network, 1, {1});
        network.set_bias(0, bias);
        const double loss = network.best_loss();
        if (attained && bias > 4) {
          EXPECT_NEAR(loss, 0, 1e-9) << inputs;
        } else {
          EXPECT_LT(loss, 0.5 * last) << inputs << bias;
        }
        last = loss;
      }
      EXPECT_LT(last, 1e-3);
    }
}

TEST(Infimum, VanishingWeightsApproachTheMap) {
  for (const char* kind : {"quadratic", "tanh"})
    for (const Changes& tied : kTied)
      for (const char* depth : {"1", "2"}) {
        Network network(joined(tied, {{"activation.kind", kind}, {"model.depth", depth}}));
        const Infimum found = infimum(network.at);
        EXPECT_EQ(found.mse, 0);
        EXPECT_NE(found.attained, true);
        double last = 1;
        for (double weight : {0.1, 0.01, 0.001}) {
          set_equal_weights(network, weight, {1, 1});
          const double loss = network.best_loss();
          EXPECT_LT(loss, std::max(0.25 * last, 1e-9)) << kind << depth << tied[0].second;
          last = loss;
        }
        EXPECT_LT(last, 1e-4);
      }
  expect_infimum(point({{"activation.kind", "tanh"}, {"model.width", "8"}}), 0, false, "tanh");
  EXPECT_EQ(infimum(point(joined(kTied[0], {{"activation.kind", "quadratic"}}))).attained, false);
  EXPECT_EQ(infimum(point(joined(kTied[0], {{"activation.kind", "quadratic"}}))).recursion, false);
}

Eigen::ArrayXXd corners(int block) {
  Eigen::ArrayXXd X(1 << block, block);
  for (int i = 0; i < X.rows(); ++i)
    for (int j = 0; j < block; ++j) X(i, j) = (i >> j) % 2 == 0 ? 1 : -1;
  return X;
}

// On the values +-1 of an input every function is affine.
TEST(Infimum, DiscreteInputsAreEasier) {
  for (const auto& [kind, odd, even] : {std::tuple{"leaky_relu", 0.65, 0.35}, {"quadratic", 1.0, 0.4}}) {
    Network network({{"activation.kind", kind},
                     {"model.symmetry", "equivariant"},
                     {"model.width", "3"},
                     {"task.block", "3"},
                     {"model.bias", "output"},
                     {"task.train", "rademacher"}});
    const double gain = 1 / (odd * std::sqrt(3));
    network.theta << 1, 0, gain, -3 * even * gain;
    EXPECT_LT(network.largest_error(corners(3)), 1e-12) << kind;
    expect_infimum(network.at, 0, true, kind);
  }
  for (const char* symmetry : {"none", "exchange", "full", "odd", "equivariant"}) {
    Network network({{"activation.kind", "tanh"},
                     {"model.symmetry", symmetry},
                     {"model.width", "2"},
                     {"task.train", "rademacher"}});
    const bool odd = symmetry == std::string("odd");
    network.set_weight(0, (Eigen::Matrix2d() << 1, 1, odd ? -1 : 1, odd ? -1 : 1).finished());
    const double gain = std::numbers::sqrt2 / (2 * std::tanh(2.0));
    network.set_weight(1, Eigen::RowVector2d(gain, odd ? -gain : gain));
    EXPECT_LT(network.largest_error(corners(2)), 1e-12) << symmetry;
    expect_infimum(network.at, 0, true, symmetry);
  }
}

// phi(z) = |z| makes every output even.
TEST(Infimum, AnEvenActivationLearnsNothing) {
  for (const char* symmetry : {"none", "exchange", "full", "odd"})
    for (const char* depth : {"1", "2"}) {
      Network network({{"model.symmetry", symmetry},
                       {"model.width", "4"},
                       {"model.depth", depth},
                       {"model.bias", "output"},
                       {"activation.slope", "-1"}});
      expect_infimum(network.at, 1, true, symmetry);
      network.randomise(3);
      EXPECT_GT(network.truth().mse, 1 - 1e-7);
    }
}

TEST(Infimum, WhatTheoryDoesNotSayIsUnknown) {
  const auto unknown = [](const Changes& changes) { return std::isnan(infimum(point(changes)).mse); };
  EXPECT_TRUE(unknown({{"model.symmetry", "full"}, {"task.train", "exponential"}}));
  EXPECT_EQ(infimum(point({{"model.symmetry", "full"}, {"task.train", "exponential"}})).recursion, false);
  EXPECT_TRUE(unknown({{"model.symmetry", "full"}, {"model.bias", "output"}, {"task.train", "uniform"}}));
  EXPECT_TRUE(unknown({{"model.symmetry", "full"}, {"model.depth", "2"}, {"activation.slope", "-0.5"}}));
  EXPECT_TRUE(unknown({{"model.symmetry", "equivariant"}, {"model.depth", "3"}}));
  EXPECT_TRUE(unknown({{"activation.slope", "-1"}, {"task.train", "exponential"}}));
  EXPECT_TRUE(unknown(graph_network("chain", "sink", "3", "full")));
  EXPECT_TRUE(unknown(graph_network("pair", "sink", "2", "none", "2", "2")));
}

TEST(Infimum, SoftlyTiedWeightsAreFree) {
  expect_infimum(point({{"model.symmetry", "full"}, {"training.symmetry_penalty", "0.1"}}), 0, true, "soft");
  expect_infimum(point({{"model.symmetry", "full"}, {"activation.slope", "0.2"}}), plateau(0.2), true,
                 "hard");
}

}  // namespace
}  // namespace rgsweep::theory

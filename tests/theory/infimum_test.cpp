// What is claimed of the infimum: exact points by weights that represent the map, others by random weights
// that never go below it and by weights that attain or approach it. Losses are those of layer_truth.hpp.
#include "rgsweep/theory/infimum.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "../nn/test_keys.hpp"
#include "rgsweep/data/distribution.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "rgsweep/theory/layer_truth.hpp"
#include "rgsweep/theory/plateau.hpp"

namespace rgsweep::theory {
namespace {

using Changes = std::vector<std::pair<std::string, std::string>>;

Parameters point(const Changes& changes) {
  static const KeyTable table = [] {
    std::vector<Key> keys = nn::test_keys().keys();
    keys.push_back({.name = "task.train", .type = ValueType::text, .initial = "gaussian", .summary = ""});
    if (nn::test_keys().find("training.symmetry_penalty") == KeyTable::npos)
      keys.push_back(
          {.name = "training.symmetry_penalty", .type = ValueType::real, .initial = "0", .summary = ""});
    return KeyTable(keys);
  }();
  Parameters parameters(table);
  for (const auto& [key, value] : changes) parameters.set(key, value);
  parameters.complete();
  return parameters;
}

struct Network {
  Parameters at;
  nn::Layout layout;
  nn::Activation activation;
  nn::Vector<double> theta;

  explicit Network(const Changes& changes)
      : at(point(changes)), layout(nn::make_layout(at)), activation(nn::make_activation(at)) {
    theta = nn::Vector<double>::Zero(static_cast<Eigen::Index>(layout.parameters()));
  }

  /// Sets the free parameters of W^layer, which must be able to hold W.
  void set_weight(std::size_t layer, const Eigen::MatrixXd& W) {
    const nn::TyingPattern& pattern = layout.layers[layer].weight;
    for (int i = 0; i < pattern.rows(); ++i)
      for (int j = 0; j < pattern.cols(); ++j)
        if (pattern.label(i, j) != nn::TyingPattern::kZero)
          theta[static_cast<Eigen::Index>(layout.layers[layer].weight_offset) + pattern.label(i, j)] =
              pattern.sign(i, j) * W(i, j);
    ASSERT_EQ(layout.weight(theta, layer), W);
  }
  void set_bias(std::size_t layer, double value) {
    theta
        .segment(static_cast<Eigen::Index>(layout.layers[layer].bias_offset),
                 layout.layers[layer].bias.parameters())
        .setConstant(value);
  }
  void randomise(std::uint64_t key) {
    theta = nn::random_matrix(static_cast<Eigen::Index>(layout.parameters()), 1, key);
  }

  double largest_error(const Eigen::ArrayXXd& X) const {
    const Eigen::ArrayXd y = X.rowwise().sum() / std::sqrt(static_cast<double>(X.cols()));
    return (nn::ReferenceNetwork(layout, activation).output(theta, X) - y).abs().maxCoeff();
  }
  LayerTruth truth() const {
    TruthOptions options;
    options.tolerance = 1e-7;
    return TruthIntegrator(data::parse_distribution(at.text("task.train")), options)(layout, theta,
                                                                                     activation);
  }
  /// With the readout's scale, and its bias if it has one, at their best.
  double best_loss() const {
    const LayerTruth exact = truth();
    const double mean = exact.output.value(0, 0), variance = exact.output.value(0, 1);
    const double power = variance + mean * mean, cross = (power + 1 - exact.mse) / 2;
    return 1 - cross * cross / (at.text("model.bias") == "none" ? power : variance);
  }
};

void expect_infimum(const Parameters& at, double mse, std::optional<bool> attained, const std::string& what) {
  const Infimum found = infimum(at);
  EXPECT_NEAR(found.mse, mse, 1e-12) << what;
  EXPECT_EQ(found.attained, attained) << what;
  if (mse == 0 && attained == true) {
    EXPECT_EQ(found.recursion, true) << what;
  } else {
    EXPECT_NE(found.recursion, true) << what;
  }
}

Eigen::ArrayXXd random_inputs(Eigen::Index block) {
  return 5 * nn::random_matrix(100, block, 77);
}

const std::vector<Changes> kActivations{{{"activation.kind", "leaky_relu"}, {"activation.slope", "0.2"}},
                                        {{"activation.kind", "leaky_relu"}, {"activation.slope", "-0.5"}},
                                        {{"activation.kind", "relu"}},
                                        {{"activation.kind", "quadratic"}, {"activation.alpha", "0.3"}},
                                        {{"activation.kind", "linear"}}};

Changes joined(Changes all, const Changes& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

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

Changes graph_network(const char* graph, const char* readout, const char* block, const char* symmetry,
                      const char* features = "2", const char* depth = "1") {
  return {{"model.architecture", "gnn"}, {"model.graph", graph},       {"model.readout", readout},
          {"task.block", block},         {"model.symmetry", symmetry}, {"model.features", features},
          {"model.depth", depth},        {"activation.slope", "0.2"}};
}

/// f = (sum over the sites that are seen) / sqrt(b), for every input.
void expect_sum_of(Network& network, const std::vector<double>& seen, const std::string& what) {
  const Eigen::ArrayXXd X = random_inputs(static_cast<Eigen::Index>(seen.size()));
  const Eigen::Map<const Eigen::VectorXd> of(seen.data(), static_cast<Eigen::Index>(seen.size()));
  const Eigen::ArrayXd y = (X.matrix() * of).array() / std::sqrt(static_cast<double>(seen.size()));
  const Eigen::ArrayXd f = nn::ReferenceNetwork(network.layout, network.activation).output(network.theta, X);
  EXPECT_LT((f - y).abs().maxCoeff(), 1e-10) << what;
}

/// Features (1, -1) of self weight 1 and message weight `message`; the readout (g, -g).
void set_pair(Network& network, double message, double gain) {
  const nn::TyingPattern &W = network.layout.layers[0].weight, &v = network.layout.layers[1].weight;
  Eigen::MatrixXd weight(W.rows(), W.cols()), readout(1, v.cols());
  for (int i = 0; i < W.rows(); ++i)
    for (int j = 0; j < W.cols(); ++j)
      weight(i, j) =
          W.label(i, j) == nn::TyingPattern::kZero ? 0 : (i % 2 == 0 ? 1 : -1) * (i / 2 == j ? 1 : message);
  for (int j = 0; j < v.cols(); ++j)
    readout(0, j) = v.label(0, j) == nn::TyingPattern::kZero ? 0 : j % 2 == 0 ? gain : -gain;
  network.set_weight(0, weight);
  network.set_weight(1, readout);
}

TEST(Infimum, OfGraphNetworks) {
  const double odd = 1.2;  // 2 c at a = 0.2
  for (const char* symmetry : {"none", "exchange", "odd"}) {
    for (const auto& [graph, block] :
         {std::pair{"pair", "2"}, {"pair", "4"}, {"complete", "3"}, {"ring", "3"}}) {
      Network network(graph_network(graph, "sink", block, symmetry));
      expect_infimum(network.at, 0, true, std::string(graph) + symmetry);
      set_pair(network, 1, 1 / (odd * std::sqrt(std::stod(block))));
      EXPECT_LT(network.largest_error(random_inputs(std::stoi(block))), 1e-10) << graph << symmetry;
    }
    // The sink of a chain of three sees two sites.
    Network chain(graph_network("chain", "sink", "3", symmetry));
    expect_infimum(chain.at, 1 - 2.0 / 3, true, symmetry);
    set_pair(chain, 1, 1 / (odd * std::sqrt(3)));
    expect_sum_of(chain, {0, 1, 1}, symmetry);
  }
  // A sum over nodes: no messages, or equal ones where every node sends to as many.
  Network silent(graph_network("pair", "sum", "3", "none"));
  expect_infimum(silent.at, 0, true, "silent");
  set_pair(silent, 0, 1 / (odd * std::sqrt(3)));
  EXPECT_LT(silent.largest_error(random_inputs(3)), 1e-10);
  Network ring(graph_network("ring", "sum", "5", "exchange"));
  expect_infimum(ring.at, 0, true, "ring");
  set_pair(ring, 1, 1 / (3 * odd * std::sqrt(5)));
  EXPECT_LT(ring.largest_error(random_inputs(5)), 1e-10);
  EXPECT_TRUE(std::isnan(infimum(point(graph_network("pair", "sum", "2", "exchange"))).mse));

  // One feature, or all weights equal: one function of the sum.
  for (const char* symmetry : {"none", "full"}) {
    Network tied(graph_network("pair", "sink", "2", symmetry, symmetry == std::string("none") ? "1" : "3"));
    expect_infimum(tied.at, plateau(0.2), true, symmetry);
    for (std::uint64_t key = 0; key < 8; ++key) {
      tied.randomise(key);
      EXPECT_GT(tied.best_loss(), plateau(0.2) - 1e-7);
    }
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

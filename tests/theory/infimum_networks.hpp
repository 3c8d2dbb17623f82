// Networks whose loss is compared with what infimum() says.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "../nn/test_keys.hpp"
#include "rgsweep/data/distribution.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "rgsweep/theory/infimum.hpp"
#include "rgsweep/theory/layer_truth.hpp"

namespace rgsweep::theory {

using Changes = std::vector<std::pair<std::string, std::string>>;

inline Parameters point(const Changes& changes) {
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

/// A network under test, its weights all 0 at first.
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

inline void expect_infimum(const Parameters& at, double mse, std::optional<bool> attained,
                           const std::string& what) {
  const Infimum found = infimum(at);
  EXPECT_NEAR(found.mse, mse, 1e-12) << what;
  EXPECT_EQ(found.attained, attained) << what;
  if (mse == 0 && attained == true) {
    EXPECT_EQ(found.recursion, true) << what;
  } else {
    EXPECT_NE(found.recursion, true) << what;
  }
}

inline Eigen::ArrayXXd random_inputs(Eigen::Index block) {
  return 5 * nn::random_matrix(100, block, 77);
}

inline const std::vector<Changes> kActivations{
    {{"activation.kind", "leaky_relu"}, {"activation.slope", "0.2"}},
    {{"activation.kind", "leaky_relu"}, {"activation.slope", "-0.5"}},
    {{"activation.kind", "relu"}},
    {{"activation.kind", "quadratic"}, {"activation.alpha", "0.3"}},
    {{"activation.kind", "linear"}}};

inline Changes joined(Changes all, const Changes& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

inline Changes graph_network(const char* graph, const char* readout, const char* block, const char* symmetry,
                             const char* features = "2", const char* depth = "1") {
  return {{"model.architecture", "gnn"}, {"model.graph", graph},       {"model.readout", readout},
          {"task.block", block},         {"model.symmetry", symmetry}, {"model.features", features},
          {"model.depth", depth},        {"activation.slope", "0.2"}};
}

}  // namespace rgsweep::theory

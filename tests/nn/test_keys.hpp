// The spec keys that nn reads, and random networks and batches, for its tests.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/core/rng.hpp"
#include "rgsweep/nn/activation.hpp"
#include "rgsweep/nn/architecture.hpp"
#include "rgsweep/nn/graph.hpp"

namespace rgsweep::nn {

inline const KeyTable& test_keys() {
  using enum ValueType;
  static const KeyTable table({
      {.name = "task.block", .type = integer, .initial = "2", .summary = ""},
      {.name = "model.architecture", .type = text, .initial = "mlp", .summary = ""},
      {.name = "model.depth", .type = integer, .initial = "1", .summary = ""},
      {.name = "model.width", .type = integer, .initial = "2", .summary = ""},
      {.name = "model.graph", .type = text, .initial = "pair", .summary = ""},
      {.name = "model.features", .type = integer, .initial = "2", .summary = ""},
      {.name = "model.readout", .type = text, .initial = "sink", .summary = ""},
      {.name = "model.symmetry", .type = text, .initial = "none", .summary = ""},
      {.name = "model.bias", .type = text, .initial = "none", .summary = ""},
      {.name = "model.init", .type = text, .initial = "normal", .summary = ""},
      {.name = "model.init_scale", .type = real, .initial = "1", .summary = ""},
      {.name = "activation.kind", .type = text, .initial = "leaky_relu", .summary = ""},
      {.name = "activation.slope", .type = real, .initial = "0.3", .summary = ""},
      {.name = "activation.alpha", .type = real, .initial = "0.4", .summary = ""},
      {.name = "activation.knots", .type = integer, .initial = "9", .summary = ""},
      {.name = "activation.degree", .type = integer, .initial = "3", .summary = ""},
      {.name = "activation.range", .type = real, .initial = "3", .summary = ""},
      {.name = "activation.trainable_weights", .type = text, .initial = "on", .summary = ""},
      {.name = "training.optimizer", .type = text, .initial = "sgd", .summary = ""},
      {.name = "training.learning_rate", .type = real, .initial = "0.05", .summary = ""},
      {.name = "training.batch", .type = integer, .initial = "64", .summary = ""},
      {.name = "training.steps", .type = integer, .initial = "200", .summary = ""},
      {.name = "training.schedule", .type = text, .initial = "constant", .summary = ""},
      {.name = "training.weight_decay", .type = real, .initial = "0", .summary = ""},
      {.name = "training.symmetry_penalty", .type = real, .initial = "0", .summary = ""},
      {.name = "training.target_loss", .type = real, .initial = "0", .summary = ""},
      {.name = "training.precision", .type = text, .initial = "float32", .summary = ""},
  });
  return table;
}

/// The defaults above with some keys changed.
inline Parameters test_parameters(
    std::initializer_list<std::pair<std::string_view, std::string>> changes = {}) {
  Parameters parameters(test_keys());
  for (const auto& [key, value] : changes) parameters.set(key, value);
  parameters.complete();
  return parameters;
}

inline Matrix<double> random_matrix(Eigen::Index rows, Eigen::Index cols, std::uint64_t key) {
  Stream stream(key, Purpose::observable, 0);
  Matrix<double> result(rows, cols);
  for (double& entry : result.reshaped()) entry = stream.normal();
  return result;
}

/// One of all combinations of activation, symmetry, bias, depth and width; the width is the next one that the
/// symmetry's groups of units fill. With a graph it is a gnn with that many features a node.
struct Combination {
  std::string activation, symmetry, bias;
  int depth, width;
  std::string graph = "", readout = "sink";

  Parameters parameters() const {
    const int group = nn::symmetry(symmetry).unit_group(3);
    const int units = (width + group - 1) / group * group;
    return test_parameters({{"task.block", "3"},
                            {"activation.kind", activation},
                            {"model.symmetry", symmetry},
                            {"model.bias", bias},
                            {"model.depth", std::to_string(depth)},
                            {"model.width", std::to_string(units)},
                            {"model.architecture", graph.empty() ? "mlp" : "gnn"},
                            {"model.graph", graph.empty() ? "pair" : graph},
                            {"model.features", std::to_string(units)},
                            {"model.readout", readout}});
  }
  std::string text() const {
    return activation + " " + symmetry + " bias " + bias + " depth " + std::to_string(depth) + " width " +
           std::to_string(width) + (graph.empty() ? "" : " gnn on " + graph + " to " + readout);
  }
};

/// Read off the tables, so that a new entry is tested without being named here. The graph networks take the
/// activations in turn.
inline std::vector<Combination> all_combinations(const std::vector<int>& depths,
                                                 const std::vector<int>& widths) {
  std::vector<Combination> result;
  for (const ActivationEntry& activation : activations())
    for (const Symmetry& tied : symmetries())
      for (std::string_view bias : bias_choices())
        for (int depth : depths)
          for (int width : widths)
            result.push_back(
                {std::string(activation.name), std::string(tied.name), std::string(bias), depth, width});
  std::size_t turn = 0;
  for (const Graph& edges : graphs())
    for (const Readout& read : readouts())
      for (const Symmetry& tied : symmetries())
        for (std::string_view bias : bias_choices())
          for (int depth : depths)
            for (int width : widths)
              if (tied.messages != Messages::undefined)
                result.push_back({std::string(activations()[turn++ % activations().size()].name),
                                  std::string(tied.name), std::string(bias), depth, width,
                                  std::string(edges.name), std::string(read.name)});
  return result;
}

}  // namespace rgsweep::nn

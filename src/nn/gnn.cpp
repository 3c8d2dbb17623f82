#include "gnn.hpp"

#include <utility>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/nn/graph.hpp"

namespace rgsweep::nn {

namespace {

/// As many as model.width may have at most.
constexpr int kMostUnits = 4096;

int nodes_of(const Parameters& parameters) {
  return static_cast<int>(parameters.integer("task.block"));
}
int features_of(const Parameters& parameters) {
  return static_cast<int>(parameters.integer("model.features"));
}

/// A pattern made of blocks (rows x cols of `part`) in a grid. placed(i, j) is the first label of the copy of
/// `part` in block (i, j), or kZero.
template <class Placed>
TyingPattern stacked(int grid_rows, int grid_cols, const TyingPattern& part, const Placed& placed) {
  std::vector<int> labels, signs;
  for (int row = 0; row < grid_rows * part.rows(); ++row)
    for (int col = 0; col < grid_cols * part.cols(); ++col) {
      const int first = placed(row / part.rows(), col / part.cols());
      const int label = part.label(row % part.rows(), col % part.cols());
      const bool zero = first == TyingPattern::kZero || label == TyingPattern::kZero;
      labels.push_back(zero ? TyingPattern::kZero : first + label);
      signs.push_back(part.sign(row % part.rows(), col % part.cols()));
    }
  return TyingPattern(grid_rows * part.rows(), grid_cols * part.cols(), std::move(labels), std::move(signs));
}

}  // namespace

int gnn_units(const Parameters& parameters) {
  return nodes_of(parameters) * features_of(parameters);
}

void check_gnn(const Parameters& parameters, const Symmetry& tied) {
  if (tied.messages == Messages::undefined) {
    std::vector<std::string> allowed;
    for (const Symmetry& other : symmetries())
      if (other.messages != Messages::undefined) allowed.emplace_back(other.name);
    throw UsageError("model.symmetry = " + std::string(tied.name) +
                     " is not defined for model.architecture = gnn; allowed: one of " + join(allowed, ", "));
  }
  const int group = tied.unit_group(nodes_of(parameters));
  if (features_of(parameters) % group != 0)
    throw UsageError("model.features = " + std::to_string(features_of(parameters)) +
                     " does not fit model.symmetry = " + std::string(tied.name) + "; allowed: multiples of " +
                     std::to_string(group));
  if (gnn_units(parameters) > kMostUnits)
    throw UsageError("model.features = " + std::to_string(features_of(parameters)) +
                     " is too much for task.block = " + std::to_string(nodes_of(parameters)) +
                     "; allowed: at most " + std::to_string(kMostUnits / nodes_of(parameters)));
}

Layout make_gnn(const Parameters& parameters, const Symmetry& tied) {
  const int nodes = nodes_of(parameters), features = features_of(parameters);
  const int depth = static_cast<int>(parameters.integer("model.depth"));
  const Graph& edges = graph(parameters.text("model.graph"));
  const Readout& read = readout(parameters.text("model.readout"));
  const std::string& bias = bias_choice(parameters);

  std::vector<Layer> layers;
  for (int l = 0; l < depth; ++l) {
    const LayerShape node{l, depth, features, l == 0 ? 1 : features, nodes};
    const TyingPattern self = tied.weight(node);
    const int message = tied.messages == Messages::shared ? 0 : self.parameters();
    layers.push_back({stacked(nodes, nodes, self,
                              [&](int to, int from) {
                                if (to == from) return 0;
                                return edges.edge(from, to, nodes) ? message : TyingPattern::kZero;
                              }),
                      bias == "all" ? stacked(nodes, 1, tied.bias(node), [](int, int) { return 0; })
                                    : TyingPattern::zero(nodes * features, 1),
                      true});
  }
  const LayerShape node{depth, depth, 1, features, nodes};
  layers.push_back({stacked(1, nodes, tied.weight(node),
                            [&](int, int from) { return read.reads(from, nodes) ? 0 : TyingPattern::kZero; }),
                    bias == "none" ? TyingPattern::zero(1, 1) : tied.bias(node), false});
  return Layout(std::move(layers));
}

}  // namespace rgsweep::nn

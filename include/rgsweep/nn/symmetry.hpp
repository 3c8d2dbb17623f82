// The table of symmetries (key model.symmetry). A symmetry is a tying pattern for the weights and one for the
// biases of each layer; the same patterns constrain a network and measure how far a free one is from the
// constraint.
#pragma once

#include <span>
#include <string_view>

#include "rgsweep/nn/tying_pattern.hpp"

namespace rgsweep::nn {

/// Where a weight matrix (rows x cols) stands in its network. Layer 0 reads the inputs, layer depth is the
/// readout.
struct LayerShape {
  int layer = 0;
  int depth = 1;  ///< number of hidden layers
  int rows = 0;
  int cols = 0;
};

struct Symmetry {
  std::string_view name;
  std::string_view summary;
  TyingPattern (*weight)(const LayerShape&);  ///< rows x cols
  TyingPattern (*bias)(const LayerShape&);    ///< rows x 1, for a layer that has biases
};

std::span<const Symmetry> symmetries();

/// Throws UsageError for an unknown name.
const Symmetry& symmetry(std::string_view name);

}  // namespace rgsweep::nn

// The table of graphs over the sites of a block (key model.graph) and of readouts (key model.readout): what a
// graph network sends along, and what it looks at in the end. No graph has an edge from a node to itself.
#pragma once

#include <span>
#include <string_view>

namespace rgsweep::nn {

struct Graph {
  std::string_view name;
  std::string_view summary;
  bool (*edge)(int from, int to, int nodes);  ///< whether `from` sends messages to `to`
};

std::span<const Graph> graphs();

/// Throws UsageError for an unknown name.
const Graph& graph(std::string_view name);

struct Readout {
  std::string_view name;
  std::string_view summary;
  bool (*reads)(int node, int nodes);
};

std::span<const Readout> readouts();

/// Throws UsageError for an unknown name.
const Readout& readout(std::string_view name);

}  // namespace rgsweep::nn

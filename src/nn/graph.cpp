// One entry per graph and per readout.
#include "rgsweep/nn/graph.hpp"

#include <array>
#include <cstdlib>

#include "rgsweep/core/registry.hpp"

namespace rgsweep::nn {

namespace {

bool to_last(int from, int to, int nodes) {
  return to == nodes - 1 && from != to;
}
bool neighbours(int from, int to, int) {
  return std::abs(from - to) == 1;
}
bool neighbours_around(int from, int to, int nodes) {
  return (from + 1) % nodes == to || (to + 1) % nodes == from;
}
bool different(int from, int to, int) {
  return from != to;
}

constexpr std::array kGraphs{
    Graph{"pair", "every node sends to the last one: 0 -> 1 for two nodes", to_last},
    Graph{"chain", "neighbours send to each other", neighbours},
    Graph{"ring", "neighbours send to each other, and the last node and the first", neighbours_around},
    Graph{"complete", "every node sends to every other", different},
};

constexpr std::array kReadouts{
    Readout{"sink", "the last node", [](int node, int nodes) { return node == nodes - 1; }},
    Readout{"sum", "the sum over all nodes", [](int, int) { return true; }},
};

}  // namespace

std::span<const Graph> graphs() {
  return kGraphs;
}

const Graph& graph(std::string_view name) {
  return lookup(graphs(), name, "graph");
}

std::span<const Readout> readouts() {
  return kReadouts;
}

const Readout& readout(std::string_view name) {
  return lookup(readouts(), name, "readout");
}

}  // namespace rgsweep::nn

// Graph networks as tying patterns. Node i of the block has F features,
//   h_i^l = phi(W_self h_i^(l-1) + sum_{j -> i} W_msg h_j^(l-1) + beta),  h_i^0 = x_i (one feature),
// and f = sum over the nodes that are read of v.h_i^L, plus c. Stacked over nodes (unit = node * F + feature)
// this is an mlp: block (i, j) of W^l is W_self for i = j, W_msg where j sends to i, and zero elsewhere.
// A symmetry ties W_self, and W_msg alike, as it ties the matrix of an mlp of F units with one input.
#pragma once

#include "rgsweep/nn/architecture.hpp"

namespace rgsweep::nn {

/// Nodes times features.
int gnn_units(const Parameters& parameters);
/// Throws UsageError.
void check_gnn(const Parameters& parameters, const Symmetry& tied);
/// Reads task.block (nodes), model.depth (message-passing layers), model.graph, features, readout and bias.
Layout make_gnn(const Parameters& parameters, const Symmetry& tied);

}  // namespace rgsweep::nn

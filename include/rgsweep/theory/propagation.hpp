// Cumulants of every layer of a network, carried through it layer by layer under a closure (closure.hpp), for
// independent inputs of one distribution. The first layer's pre-activations are linear in the inputs: their
// cumulants are exact at every order, whatever the closure.
//
// The nodes of a graph network may be treated as joint, the covariance and the joint cumulants of the stacked
// layer kept, or as independent: after each activation what joins different nodes is dropped.
#pragma once

#include <span>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/nn/activation.hpp"
#include "rgsweep/nn/architecture.hpp"
#include "rgsweep/theory/closure.hpp"

namespace rgsweep::theory {

/// For each hidden layer the mean over its units of the marginal cumulants of z and of h = phi(z), and the
/// cumulants of the output. Where a closure does not say: NaN (closure.hpp).
struct LayerCumulants {
  std::vector<Cumulants> pre, post;
  std::vector<Cumulants> pre_remainder;  ///< of the Wick expansions that pre comes from, mean over units
  Cumulants output{};
  Cumulants output_remainder{};
};

struct PropagationOptions {
  Closure closure = Closure::edgeworth;
  /// Node of each hidden unit, for independent nodes; empty: joint.
  std::vector<int> nodes = {};
  /// Whether to predict the output too. It needs what joins the units of the last hidden layer, where nearly
  /// all of the work is; the layers themselves are the same without.
  bool output = true;
  int wick_edges = 4;
  Eigen::Index widest = 16;
};

/// `inputs`: cumulants 1..6 of one input, NaN where they do not exist. Values that are not finite in theta
/// give NaN throughout.
LayerCumulants predict(const nn::Layout& layout, const nn::Vector<double>& theta,
                       const nn::Activation& activation, std::span<const double> inputs,
                       const PropagationOptions& options);

/// The node of each hidden unit of a layer of the network, in the order of the rows of W: unit = node * F +
/// feature for a graph network of F features (model.features), and one node 0 for others.
std::vector<int> unit_nodes(const Parameters& parameters);

}  // namespace rgsweep::theory

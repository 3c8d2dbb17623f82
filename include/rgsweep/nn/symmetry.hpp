// The table of symmetries (key model.symmetry). A symmetry is a tying pattern for the weights and one for the
// biases of each layer; the same patterns constrain a network and measure how far a free one is from the
// constraint. Two of them give the hidden units a meaning:
//   equivariant  unit (channel c, site s) is row c * block + s; every block of channels c, d has A_cd on the
//                site diagonal and B_cd off it, the input being one channel, and the readout is v_c at every
//                site: f does not change under any permutation of the sites
//   odd          units 2p and 2p + 1 are a pair h, h' with h'(x) = h(-x): first-layer rows of opposite sign,
//                later layers that commute with the swap of all pairs, one bias a pair, readout weights of
//                opposite sign and never an output bias: f(-x) = -f(x)
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
  int block = 2;  ///< sites of the network's input
};

/// What a symmetry makes of the two matrices W_self and W_msg of a graph network's layer.
enum class Messages { own, shared, undefined };

struct Symmetry {
  std::string_view name;
  std::string_view summary;
  /// rows x cols; std::logic_error where the number of hidden units does not fit unit_group
  TyingPattern (*weight)(const LayerShape&);
  TyingPattern (*bias)(const LayerShape&);  ///< rows x 1, for a layer that has biases
  int (*unit_group)(int block);             ///< the hidden units of a layer come in groups of this many
  Messages messages;
};

/// The entry that leaves all weights free.
inline constexpr std::string_view free_symmetry = "none";

std::span<const Symmetry> symmetries();

/// Throws UsageError for an unknown name.
const Symmetry& symmetry(std::string_view name);

}  // namespace rgsweep::nn

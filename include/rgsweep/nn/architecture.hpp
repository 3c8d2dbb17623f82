// The table of architectures (key model.architecture) and what they make: the layout of a network,
//   h^0 = x,  z^l = W^l h^(l-1) + b^l,  h^l = phi(z^l),  f = v.h^L + c,
// as one tying pattern per weight matrix and bias and the place of their free parameters in one vector theta.
// The readout (v, c) is the last layer, with one row and no activation. The coefficients of a learnable
// activation, one set for each hidden layer, stand at the end of theta, so that what is trained is a tail of
// theta also where weights and biases are not.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/nn/activation.hpp"
#include "rgsweep/nn/symmetry.hpp"
#include "rgsweep/nn/tying_pattern.hpp"

namespace rgsweep::nn {

struct Layer {
  TyingPattern weight;            ///< units x inputs of the layer
  TyingPattern bias;              ///< units x 1; without parameters where there is no bias
  bool activated = true;          ///< false for the readout
  std::size_t weight_offset = 0;  ///< first parameter in theta; set by Layout, as all that follows
  std::size_t bias_offset = 0;
  int coefficients = 0;  ///< of its activation
  std::size_t coefficient_offset = 0;
};

class Layout {
 public:
  /// Sets the offsets: weights, then biases, layer after layer. Throws std::logic_error unless the sizes
  /// chain, all layers but the last are activated and the last has one row.
  explicit Layout(std::vector<Layer> chain);

  /// Gives every hidden layer `count` coefficients of its activation, behind all weights and biases, which
  /// are trained too or keep their first values.
  void append_coefficients(int count, bool weights_trainable);

  std::vector<Layer> layers;  ///< hidden layers, then the readout

  std::size_t parameters() const { return parameters_; }
  /// theta is trained from here to its end.
  std::size_t first_trainable() const { return first_trainable_; }
  int inputs() const { return layers.front().weight.cols(); }
  int depth() const { return static_cast<int>(layers.size()) - 1; }
  /// Largest number of units of a layer.
  int width() const;
  LayerShape shape(std::size_t layer) const;

  /// W^l (units x inputs of the layer) and b^l (units x 1) of `theta`; layer depth() is the readout.
  Matrix<double> weight(const Vector<double>& theta, std::size_t layer) const;
  Vector<double> bias(const Vector<double>& theta, std::size_t layer) const;
  /// The coefficients of hidden layer `layer` in `theta`; empty unless its activation is learnable.
  Vector<double> coefficients(const Vector<double>& theta, std::size_t layer) const;
  /// Throws std::logic_error unless the hidden layers have as many coefficients as `phi`.
  void require(const Activation& phi) const;

 private:
  std::size_t parameters_ = 0, first_trainable_ = 0;
};

struct Architecture {
  std::string_view name;
  std::string_view summary;
  std::vector<std::string> keys;  ///< the spec keys it uses, besides those that every network has
  int (*hidden_units)(const Parameters&);
  void (*check)(const Parameters&, const Symmetry&);
  Layout (*make)(const Parameters&, const Symmetry&);
};

std::span<const Architecture> architectures();

/// Values of model.bias: none, output (readout only), all.
std::span<const std::string_view> bias_choices();

/// model.bias, checked. Throws UsageError.
const std::string& bias_choice(const Parameters& parameters);

/// Units of each hidden layer, all nodes together for a gnn; reads model.architecture and its keys.
int hidden_units(const Parameters& parameters);

/// Throws a UsageError that names the key, its value and what is allowed where the values of a point, each
/// allowed by itself, do not go together: a width that the symmetry cannot divide into its groups, or a
/// symmetry that the architecture does not have. make_layout() checks the same.
void check_network(const Parameters& parameters);

/// Whether training.symmetry_penalty imposes model.symmetry softly: by a penalty on free weights.
bool softly_symmetric(const Parameters& parameters);

/// Reads task.block (inputs), model.architecture and its keys, depth, symmetry and bias, activation.kind and
/// its keys; the weights are free where the symmetry is imposed softly. Throws UsageError.
Layout make_layout(const Parameters& parameters);

/// The same network under another symmetry: its patterns project W^l on what the symmetry allows.
Layout make_layout(const Parameters& parameters, std::string_view symmetry);

}  // namespace rgsweep::nn

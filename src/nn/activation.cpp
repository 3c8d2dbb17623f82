// One entry per activation.
#include "rgsweep/nn/activation.hpp"

#include "rgsweep/core/registry.hpp"

namespace rgsweep::nn {

std::span<const ActivationEntry> activations() {
  static const std::vector<ActivationEntry> table{
      {"linear", "z", {}, [](const Parameters&) -> Activation { return Linear{}; }},
      {"relu", "max(z, 0)", {}, [](const Parameters&) -> Activation { return LeakyRelu{0}; }},
      {"leaky_relu",
       "z for z > 0, activation.slope * z for z < 0",
       {"activation.slope"},
       [](const Parameters& p) -> Activation { return LeakyRelu{p.real("activation.slope")}; }},
      {"quadratic",
       "z + activation.alpha * z^2",
       {"activation.alpha"},
       [](const Parameters& p) -> Activation { return Quadratic{p.real("activation.alpha")}; }},
      {"tanh", "tanh(z)", {}, [](const Parameters&) -> Activation { return Tanh{}; }},
  };
  return table;
}

Activation make_activation(const Parameters& parameters) {
  return lookup(activations(), parameters.text("activation.kind"), "activation").make(parameters);
}

}  // namespace rgsweep::nn

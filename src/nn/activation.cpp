// One entry per activation.
#include "rgsweep/nn/activation.hpp"

#include <stdexcept>

#include "rgsweep/core/registry.hpp"

namespace rgsweep::nn {

namespace {

SplineBasis spline_basis(const Parameters& p) {
  return SplineBasis(static_cast<int>(p.integer("activation.knots")),
                     static_cast<int>(p.integer("activation.degree")), p.real("activation.range"));
}

const ActivationEntry& entry_of(const Parameters& parameters) {
  return lookup(activations(), parameters.text("activation.kind"), "activation");
}

}  // namespace

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
      {"spline",
       "learnable spline on uniform knots, linear beyond them; starts near leaky_relu of activation.slope",
       {"activation.slope", "activation.knots", "activation.degree", "activation.range",
        "activation.trainable_weights"},
       [](const Parameters& p) -> Activation {
         const SplineBasis basis = spline_basis(p);
         return Spline(basis, basis.leaky_relu(p.real("activation.slope")));
       },
       [](const Parameters& p) { return spline_basis(p).coefficients(); }},
  };
  return table;
}

Activation make_activation(const Parameters& parameters) {
  return entry_of(parameters).make(parameters);
}

int coefficient_count(const Parameters& parameters) {
  const ActivationEntry& entry = entry_of(parameters);
  return entry.coefficients ? entry.coefficients(parameters) : 0;
}

bool weights_trainable(const Parameters& parameters) {
  if (!entry_of(parameters).coefficients) return true;
  const std::string& choice = parameters.text("activation.trainable_weights");
  if (choice != "on" && choice != "off")
    throw UsageError("unknown activation.trainable_weights '" + choice + "'; known: on, off");
  return choice == "on";
}

Vector<double> coefficients(const Activation& phi) {
  const auto* spline = std::get_if<Spline>(&phi);
  return spline ? spline->coefficients() : Vector<double>();
}

Activation with_coefficients(const Activation& phi, const Vector<double>& coefficients) {
  if (const auto* spline = std::get_if<Spline>(&phi)) return Spline(spline->basis(), coefficients);
  if (coefficients.size() > 0) throw std::logic_error("with_coefficients(): the activation has none");
  return phi;
}

Vector<double> coefficient_gradient(const Activation& phi, const Eigen::ArrayXXd& Z,
                                    const Eigen::ArrayXXd& G) {
  const auto* spline = std::get_if<Spline>(&phi);
  return spline ? spline->coefficient_gradient(Z, G) : Vector<double>();
}

}  // namespace rgsweep::nn

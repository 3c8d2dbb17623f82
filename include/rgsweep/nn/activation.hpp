// The table of activations (key activation.kind) and their functors, arithmetic expressions that Eigen
// vectorises. leaky_relu with slope a on z < 0 is phi(z) = p z + q |z|, phi'(z) = p + q sign(z), p = (1+a)/2,
// q = (1-a)/2; this form passes a NaN on, so that a diverged network shows in its loss. Comparisons do not
// vectorise in Eigen 3.4 and neither does sign, so sign(z) = clamp(1e30 z, -1, 1): exact but for |z| < 1e-30,
// and phi'(0) = p, the mean of both sides, in every precision and in the reference as in the kernels.
// A learnable activation has coefficients of its own, trained with the weights: one set for each hidden
// layer, which all its units share. Networks ask for them through the functions below, whatever the
// activation.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/nn/spline.hpp"
#include "rgsweep/nn/types.hpp"

namespace rgsweep::nn {

/// phi(z) = z
struct Linear {
  template <class Derived>
  auto value(const Eigen::ArrayBase<Derived>& z) const {
    return typename Derived::Scalar(1) * z.derived();
  }
  template <class Derived>
  auto derivative(const Eigen::ArrayBase<Derived>& z) const {
    return Derived::Constant(z.rows(), z.cols(), typename Derived::Scalar(1));
  }
};

/// phi(z) = z for z > 0, slope * z for z < 0. Slope 0 is relu, slope 1 linear.
struct LeakyRelu {
  double slope = 0;

  template <class Derived>
  auto value(const Eigen::ArrayBase<Derived>& z) const {
    using Scalar = typename Derived::Scalar;
    return Scalar((1 + slope) / 2) * z.derived() + Scalar((1 - slope) / 2) * z.derived().abs();
  }
  template <class Derived>
  auto derivative(const Eigen::ArrayBase<Derived>& z) const {
    using Scalar = typename Derived::Scalar;
    return Scalar((1 + slope) / 2) +
           Scalar((1 - slope) / 2) * (Scalar(1e30) * z.derived()).min(Scalar(1)).max(Scalar(-1));
  }
};

/// phi(z) = z + alpha z^2
struct Quadratic {
  double alpha = 1;

  template <class Derived>
  auto value(const Eigen::ArrayBase<Derived>& z) const {
    using Scalar = typename Derived::Scalar;
    return z.derived() * (Scalar(1) + Scalar(alpha) * z.derived());
  }
  template <class Derived>
  auto derivative(const Eigen::ArrayBase<Derived>& z) const {
    using Scalar = typename Derived::Scalar;
    return Scalar(1) + Scalar(2 * alpha) * z.derived();
  }
};

/// phi(z) = tanh(z)
struct Tanh {
  template <class Derived>
  auto value(const Eigen::ArrayBase<Derived>& z) const {
    return z.derived().tanh();
  }
  template <class Derived>
  auto derivative(const Eigen::ArrayBase<Derived>& z) const {
    return typename Derived::Scalar(1) - z.derived().tanh().square();
  }
};

using Activation = std::variant<Linear, LeakyRelu, Quadratic, Tanh, Spline>;

struct ActivationEntry {
  std::string_view name;
  std::string_view summary;
  std::vector<std::string> keys;  ///< the spec keys it uses
  Activation (*make)(const Parameters&);
  /// Number of coefficients; null for an activation that is not learnable.
  int (*coefficients)(const Parameters&) = nullptr;
};

std::span<const ActivationEntry> activations();

/// Reads activation.kind and the keys its entry names. A learnable activation has the coefficients that it
/// starts from. Throws UsageError for an unknown kind.
Activation make_activation(const Parameters& parameters);

/// Number of coefficients of make_activation(), without making it.
int coefficient_count(const Parameters& parameters);

/// Whether weights and biases are trained too: activation.trainable_weights of a learnable activation, else
/// always. Throws UsageError unless it is on or off.
bool weights_trainable(const Parameters& parameters);

/// The coefficients that phi has; empty unless it is learnable.
Vector<double> coefficients(const Activation& phi);

/// phi with other coefficients. Throws std::logic_error unless there are as many.
Activation with_coefficients(const Activation& phi, const Vector<double>& coefficients);

/// sum over all entries of G dphi(Z)/dc; empty unless phi is learnable. Z and G have the same shape.
Vector<double> coefficient_gradient(const Activation& phi, const Eigen::ArrayXXd& Z,
                                    const Eigen::ArrayXXd& G);

}  // namespace rgsweep::nn

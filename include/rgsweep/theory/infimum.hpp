// The infimum of MSE / Var(y) over the weights of a network, y = b^(-1/2) sum_i x_i, as far as it is known,
// by the parameters of a point. phi_a(z) = p z + q |z|, p = (1+a)/2, q = (1-a)/2, is leaky_relu.
//
// Exact, 0 at finite weights, for every input distribution, depth and bias (biases 0):
//   linear phi (also a = 1 or alpha = 0), any symmetry of an mlp; and for leaky_relu with a != -1 and for
//   quadratic any mlp with two units (channels, for equivariant) of opposite sign: phi(z) - phi(-z) = 2 c z
//   (solvable.hpp), layer after layer with W = (1, -1; -1, 1) on the pair.
// One function of one variable (full, or a single unit), depth 1, leaky_relu:
//   no bias      the plateau (1-a)^2 / (2 (1+a^2)) for every even distribution: E[f y] keeps p alone, and
//                E[f^2] = (p^2 + q^2) E[z^2]. One equivariant channel with units z_s, Z = sum_s z_s prop. to
//                y: E[f y]^2 / (E[f^2] E[y^2]) = p^2 / (p^2 + q^2 E[(sum |z_s|)^2] / E[Z^2]), and (sum
//                |z_s|)^2 >= Z^2, so that the plateau is the infimum again, at equal weights.
//   output bias  Gaussian inputs: plateau_output_bias(a). One equivariant channel does better: with rho the
//                correlation of two units, Var(sum |z_s|) / Var(Z) = R(rho) =
//                [1 - 2/pi + (b-1) C(rho)] / [1 + (b-1) rho], C = Cov(|u|, |v|)
//                = (2/pi) (sqrt(1-rho^2) + rho asin rho - 1), which is convex with C(0) = 0 and C(1) = 1 -
//                2/pi, so that R < 1 - 2/pi in between; the infimum is q^2 R / (p^2 + q^2 R) at the least R.
//   all biases   0: as the bias grows, E[(phi_a(z+B) - z - B)^2] <= (1-a)^2 E[z^2; z < -B]. Attained where
//                the inputs are bounded, never where they reach everywhere: the kinks, all of one sign,
//                cannot cancel.
// The same function at depth L > 1, 0 < a < 1, without hidden biases: phi_a keeps signs, so that a layer
// gives
//   the factor a to one of the two half lines and 1 to the other, as the sign of its weight is chosen. Even
//   L: both get a^(L/2), f is linear: exact. Odd L: slopes in the ratio a at best, the loss of depth 1. For a
//   = 0 more than one layer changes nothing: a half line that was cut stays so.
// One function, quadratic: 0, approached by vanishing weights (solvable.hpp) and attained by none: a
// quadratic
//   in y equals y at no more than two of its values. In cumulants, kappa_3 = 8 alpha^3 s^6 + 6 alpha s^4 g^2
//   of a tied unit never vanishes.
// tanh: 0, approached by vanishing weights; f is bounded, and analytic, so that nothing with a density is
//   represented.
// Graph networks of depth 1: a sink that receives from k - 1 nodes sees k sites, MSE >= 1 - k/b, and is an
// mlp
//   of that block; a sum over nodes can leave out all messages, or send equal ones on a regular graph.
#pragma once

#include <limits>
#include <optional>

#include "rgsweep/core/parameters.hpp"

namespace rgsweep::theory {

struct Infimum {
  double mse = std::numeric_limits<double>::quiet_NaN();  ///< NaN: not known
  std::optional<bool> attained = {};                      ///< by finite weights; empty: not known
  /// Whether some finite weights give the output the cumulants b^(1-n/2) kappa_n at every order n: a CLT step
  /// in distribution, which f = y is, and without an output bias nothing whose mean cannot vanish.
  std::optional<bool> recursion = {};
};

/// Reads model.*, activation.*, task.block and task.train. Weights that training.symmetry_penalty ties softly
/// count as free.
Infimum infimum(const Parameters& point);

}  // namespace rgsweep::theory

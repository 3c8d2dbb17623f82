// Networks of depth 1 without biases whose best loss is known: f = v.phi(W x) against y = b^(-1/2) sum_i x_i,
// for an activation phi(z) = c z + even part (linear c = 1, leaky_relu c = (1 + a)/2, quadratic c = 1).
// Exact wherever two units can have opposite signs, since phi(z) - phi(-z) = 2 c z:
//   none, exchange, odd      W = (u, -u), v = (g, -g), u the row of ones
//   equivariant, 2 channels  A = (1, -1), B = 0, v = (g, -g): unit (c, s) sees +-x_s alone
// with g = 1 / (2 c sqrt(b)). Where the weights of all units are equal (full, equivariant with one channel)
// the even part cannot cancel: leaky_relu stays at its plateau, and quadratic reaches its infimum 0 only
// along W -> 0, v -> infinity. With one equivariant channel all pairs of units have one correlation rho, and
// for Gaussian inputs E[f^2] / E[f y]^2 is (1 + a^2) / (2 c^2) plus a term >= 0 that vanishes at rho = 1,
// where A = B: the plateau is the infimum for every block size.
#pragma once

#include <string_view>

#include "rgsweep/nn/activation.hpp"
#include "rgsweep/nn/architecture.hpp"

namespace rgsweep::theory {

/// What is known of the infimum of MSE / Var(y) over the weights, without biases, at any slope but +-1 and
/// any alpha != 0.
enum class Solvable {
  exact,    ///< 0, at the weights of solvable_witness()
  limit,    ///< 0, attained by no finite weights: see vanishing_weights()
  plateau,  ///< plateau(slope) > 0 for Gaussian inputs
  unknown   ///< not in the table
};

/// The table's verdict on an mlp of `width` hidden units under `symmetry`, for leaky_relu or quadratic.
/// `width` must suit the symmetry.
Solvable solvable(std::string_view symmetry, const nn::Activation& activation, int block, int width);

/// The coefficient c of the odd part of phi. Throws std::logic_error if that part is not linear (tanh) or
/// changes in training (spline).
double odd_slope(const nn::Activation& activation);

/// theta of `layout`, an mlp of depth 1 under `symmetry`, with f(x) = y for every input; hidden units beyond
/// the witness have weights 0, and so have biases. Throws std::logic_error where there is none: too few
/// units, or c = 0.
nn::Vector<double> solvable_witness(const nn::Layout& layout, std::string_view symmetry,
                                    const nn::Activation& activation);

/// theta of `layout`, an mlp of depth 1, with every first-layer weight equal to `weight` and every readout
/// weight to 1 / (H c weight sqrt(b)), so that the linear part of f is y for every `weight`; an element of
/// every symmetry but odd.
nn::Vector<double> vanishing_weights(const nn::Layout& layout, const nn::Activation& activation,
                                     double weight);

/// MSE / Var(y) of vanishing_weights() for quadratic: alpha^2 weight^2 E[(sum_i x_i)^4] / b
/// = (alpha weight)^2 (3 b + kappa4), kappa4 that of one input.
double vanishing_weights_mse(double alpha, double weight, int block, double kappa4);

}  // namespace rgsweep::theory

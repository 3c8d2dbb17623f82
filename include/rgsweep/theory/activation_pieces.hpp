// Where an activation is not smooth: what quadrature has to know to choose its scheme. A new activation is
// taken for smooth and of linear growth unless pieces() says otherwise.
#pragma once

#include <vector>

#include "rgsweep/nn/activation.hpp"

namespace rgsweep::theory {

struct ActivationPieces {
  /// Values of z where phi or a derivative jumps, increasing; phi is analytic between them.
  std::vector<double> kinks;
  /// Where phi is linear between its kinks, phi(z) = offsets[i] + slopes[i] z on piece i, which is below
  /// kinks[i]; one more than kinks. Empty where phi is curved.
  std::vector<double> slopes, offsets;
  /// phi(z) grows as |z|^growth: which moments of phi(z) exist, and how far out they reach.
  int growth = 1;

  bool is_linear() const { return !slopes.empty(); }
};

ActivationPieces pieces(const nn::Activation& activation);

}  // namespace rgsweep::theory

// Closed forms for depth 1, b = 2 and Gaussian inputs, when every unit of an exchange-tied leaky-ReLU layer
// has the same sign. Then f = C phi_a(z) with z = (x_1 + x_2)/sqrt(2) ~ N(0, 1) also the target, and the best
// C leaves a loss that no training can go below. All losses are MSE / Var(target).
#pragma once

namespace rgsweep::theory {

/// Infimum without biases, min_C E[(C phi_a(z) - z)^2] = 1 - E[z phi_a]^2 / E[phi_a^2]
/// = (1-a)^2 / (2 (1+a^2)).
double plateau(double slope);

/// Infimum with an output bias only: Var(phi_a) takes the place of E[phi_a^2].
double plateau_output_bias(double slope);

/// Fraction of exchange-tied initialisations, symmetric in sign, whose `width` units do not all have one
/// sign: 1 - 2^(1-width). Where training never changes a unit's sign, these and only these can solve the map.
double escape_fraction(int width);

}  // namespace rgsweep::theory

// The loops behind unit_estimate.hpp, for each variant (core/variant.hpp). Sums run over eight lanes, each in
// the order of its samples, and without fused operations, so that every variant gives the same bits.
#pragma once

#include <cstddef>

#include "rgsweep/core/variant.hpp"

namespace rgsweep::experiment::unit_sums {

constexpr std::size_t lanes = 8;

/// Moments m_2, m_3, and what follows from them, of one unit: the polynomials of unit_estimate.hpp but for
/// their constants are d, d^2, (d^2 - 3 m_2) d, ((d^2 - 6 m_2) d - 4 m_3) d,
/// (((d^2 - 10 m_2) d - 10 m_3) d + b5) d and ((((d^2 - 15 m_2) d - 20 m_3) d + a6) d + b6) d.
struct Influence {
  double m2, m3, b5, a6, b6;
};

struct Functions {
  /// The mean and sum (x - mean)^r, r = 2..6, as sums[2..6].
  void (*central)(const double* x, std::size_t count, double& mean, double* sums);
  /// Adds the six polynomials in d = x - mean to those of psi, each `stride` long, a multiple of the lanes
  /// and at least `count`; what is beyond `count` has no meaning.
  void (*add_influence)(const double* x, std::size_t count, double mean, const Influence& of, double* psi,
                        std::size_t stride);
};

const Functions& functions(std::size_t variant = chosen_variant());

}  // namespace rgsweep::experiment::unit_sums

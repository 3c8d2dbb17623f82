// Splines by the textbook: the Cox-de Boor recursion, evaluated as it stands.
#pragma once

#include <algorithm>
#include <cmath>

#include "rgsweep/nn/spline.hpp"

namespace rgsweep::nn {

/// The B-spline of degree p on the knots i, i + 1, ..., i + p + 1.
inline double b_spline(int i, int p, double u) {
  if (p == 0) return i <= u && u < i + 1 ? 1 : 0;
  return ((u - i) * b_spline(i, p - 1, u) + (i + p + 1 - u) * b_spline(i + 1, p - 1, u)) / p;
}

/// Its derivative.
inline double b_spline_slope(int i, int p, double u) {
  return b_spline(i, p - 1, u) - b_spline(i + 1, p - 1, u);
}

/// B_k(z), linear beyond the outer knots.
inline double oracle_basis(const SplineBasis& basis, int k, double z) {
  const double u = z / basis.spacing() + basis.intervals() / 2.0;
  // The recursion's intervals are open on the right; a slope of degree 1 at K would be that beyond it.
  const double inside = std::min(std::max(u, 0.0), std::nextafter(basis.intervals(), 0.0));
  const int first = k - basis.degree();
  double value = b_spline(first, basis.degree(), inside);
  if (u < 0 || u > basis.intervals()) value += (u - inside) * b_spline_slope(first, basis.degree(), inside);
  return value;
}

/// B_k'(z).
inline double oracle_basis_slope(const SplineBasis& basis, int k, double z) {
  const double u = z / basis.spacing() + basis.intervals() / 2.0;
  const double inside = std::min(std::max(u, 0.0), std::nextafter(basis.intervals(), 0.0));
  return b_spline_slope(k - basis.degree(), basis.degree(), inside) / basis.spacing();
}

}  // namespace rgsweep::nn

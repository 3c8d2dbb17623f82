// Moments M_ij = integral x^i y^j p(x) p(y) dx dy, i + j <= 6, over a convex polygon, by Green's theorem:
//   M_ij = - sum over edges, counterclockwise, of integral x^i p(x) A_j(y(x)) dx,
// with the partial moments A_j of input_density.hpp. Each edge is cut where it crosses a panel end in x or in
// y, and each piece integrated by a Gauss-Kronrod pair. Edges steeper than 45 degrees run in y.
#pragma once

#include <Eigen/Core>

#include "input_density.hpp"
#include "polygon.hpp"

namespace rgsweep::theory {

struct PolygonMoments {
  static constexpr int size = InputDensity::max_moment + 1;
  using Table = Eigen::Matrix<double, size, size>;  ///< element (i, j); those with i + j > 6 mean nothing

  Table value = Table::Zero();
  /// Bound: differences within the pairs, rounding, and the error of the density, all pieces added up.
  Table error = Table::Zero();

  PolygonMoments& operator+=(const PolygonMoments& other) {
    value += other.value;
    error += other.error;
    return *this;
  }
};

/// For coordinates relative to the density's origin.
PolygonMoments polygon_moments(const InputDensity& density, const Polygon& polygon);

}  // namespace rgsweep::theory

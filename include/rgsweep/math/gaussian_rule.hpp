// Quadrature over a standard Gaussian xi in 0, 1 or 2 dimensions, E[f(xi)] = sum_q weights_q f(nodes_q), for
// an f that is smooth everywhere, or off given points or lines. In the plane, where all lines pass the origin
// (sectors): xi = r (cos, sin), Gauss-Legendre in the angle between the lines and the Gauss rule of
// r exp(-r^2/2) in r, which leaves only rounding for piecewise polynomials. For other lines (strips):
// Gauss-Legendre in one coordinate, cut where two lines cross unless these places are more than 32, and in
// the other between the places where the lines cross it; the first coordinate is turned to where its
// direction is farthest from all normals, so that no line runs along a strip. Errors are then rounding, or
// about 1e-6 without the cuts. More than 256 lines are not cut at: each of so many matters little to f. What
// is beyond |xi| = 9.5 (13 on a line) is left out.
#pragma once

#include <Eigen/Core>

namespace rgsweep::math {

struct GaussianRule {
  Eigen::MatrixXd nodes;   ///< points x dimensions
  Eigen::ArrayXd weights;  ///< positive, sum 1 up to the error of the rule
};

/// For smooth f: Gauss-Hermite, `points` in each dimension (0 to 2 of them).
GaussianRule smooth_gaussian_rule(Eigen::Index dimensions, int points);

/// The same for f that is analytic where all |Im xi| < `strip`: the trapezoidal rule on a square lattice (1
/// or 2 dimensions), whose error falls as exp(-2 pi strip / step) and is about 1e-17 of f at the strip's
/// edge, or more where that would take steps below `finest`. Smaller than Gauss-Hermite for strips below 2.
GaussianRule analytic_gaussian_rule(Eigen::Index dimensions, double strip, double finest);

/// Directions in the plane, points x 2, with weights (sum 1), for functions of the angle that are
/// trigonometric polynomials of degree 18 or so between the lines normals.row(i).xi = 0. The second half of
/// the directions is opposite to the first.
GaussianRule direction_rule(const Eigen::MatrixXd& normals);

/// For f that is smooth between the hyperplanes normals.row(i).xi + offsets[i] = 0 (normals: any number x 0,
/// 1 or 2; zero rows are none). Sectors are exact for polynomials to `degree` (at most 60) along each ray. On
/// lines and strips a panel is at most `panel` wide (a third of it across strips), good for functions that
/// vary as a polynomial of degree 10 or so.
GaussianRule piecewise_gaussian_rule(const Eigen::MatrixXd& normals, const Eigen::VectorXd& offsets,
                                     int degree = 15, double panel = 2.5);

}  // namespace rgsweep::math

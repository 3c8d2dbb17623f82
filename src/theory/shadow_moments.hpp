// Gaussian moments of the part of the plane that a half-line hides from the origin. The line is at distance
// d >= 0; s counts from the origin towards it and t along it. Beyond the half-line t' < t_0 is the wedge
// {s > d, t < a s}, a = t_0 / d, over which
//   G_jk = int t^j s^k pdf(t) pdf(s) = (j-1) G_{j-2,k} - a^(j-1) B_{j-1+k},
//   G_0k = (k-1) G_{0,k-2} + d^(k-1) pdf(d) Phi(t_0) + a B_{k-1},   G_00 = Phi(-d)/2 + T(d, a),
//   B_m  = int_d^inf s^m pdf(s) pdf(a s) ds = cos^(m+1) T_m(r) / sqrt(2 pi),
// by parts, with Owen's T, T_m(r) = E[u^m 1(u > r)], and (r, angle) the polar coordinates of the half-line's
// end: r^2 = d^2 + t_0^2, a = tan. Nothing is divided by d.
#pragma once

#include <Eigen/Core>

namespace rgsweep::theory {

/// Column of t^j s^k among all with j + k <= degree, by degree first: 1, s, t, s^2, s t, t^2, ...
constexpr Eigen::Index moment_column(Eigen::Index j, Eigen::Index k) {
  return (j + k) * (j + k + 1) / 2 + j;
}
constexpr Eigen::Index moment_columns(Eigen::Index degree) {
  return moment_column(0, degree + 1);
}

/// Half-lines are taken this many at a time, which stay close to the processor.
inline constexpr int kShadowTile = 32;
using ShadowColumn = Eigen::Array<double, kShadowTile, 1>;
using ShadowTable = Eigen::Array<double, kShadowTile, Eigen::Dynamic>;

/// Half-lines at distances d > 0 with ends t, which may be infinite: rows of G_jk, j + k <= degree.
ShadowTable shadow_moments(const ShadowColumn& d, const ShadowColumn& t, Eigen::Index degree);

/// E[t^j s^k] over the whole plane, one row.
Eigen::ArrayXXd plane_moments(Eigen::Index degree);

}  // namespace rgsweep::theory

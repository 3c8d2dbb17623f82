// Joint cumulants of two units under the Edgeworth closure, each unit once or several times, and the
// coefficients of the units that they and the Wick expansions are made of. With A = phi(z_i) - mean and B the
// same of j, cumulants of repeated variables are those of powers (Leonov and Shiryaev 1959):
//   kappa(A,A,B) = kappa(A^2,B),               kappa(A,A,A,B) = kappa(A^3,B) - 3 kappa(A,A) kappa(A,B),
//   kappa(A,A,B,B) = kappa(A^2,B^2) - 2 kappa(A,B)^2.
#pragma once

#include <array>
#include <vector>

#include <Eigen/Core>

#include "rgsweep/math/joint_cumulants.hpp"
#include "rgsweep/nn/activation.hpp"
#include "rgsweep/theory/gaussian_activation.hpp"

namespace rgsweep::theory {

/// E_gauss[(phi(z_i) - mean_i)^power He_d(t_i)], power = 1..3, of all units of a layer.
class UnitCoefficients {
 public:
  static constexpr int powers = 3;
  static constexpr int most_ends = 6;  ///< of hyperedges on one unit: two of order 3

  /// `marginals`: the cumulants of each phi(z_i). Both are kept by reference.
  UnitCoefficients(const nn::Activation& activation, const std::vector<Marginal>& z,
                   const Eigen::ArrayXXd& marginals, int wick_edges);

  const nn::Activation& activation() const { return activation_; }
  const Marginal& law(Eigen::Index unit) const { return z_[static_cast<std::size_t>(unit)]; }
  double variance(Eigen::Index unit) const { return marginals_(unit, 1); }
  /// d = 0 .. wick_edges + most_ends.
  const double* plain(Eigen::Index unit, int power) const;
  /// The same over sqrt(d!), d = 0 .. degree().
  const double* orthonormal(Eigen::Index unit, int power) const;
  int degree() const { return degree_; }

 private:
  const nn::Activation& activation_;
  const std::vector<Marginal>& z_;
  const Eigen::ArrayXXd& marginals_;
  int degree_, plain_degrees_;
  std::vector<double> plain_, orthonormal_;  // units x powers x degrees
};

/// kpq: A occurs p times and B q times.
struct PairCumulants {
  double k11 = 0, k21 = 0, k12 = 0, k31 = 0, k13 = 0, k22 = 0;
};

/// `t`: both units standardised, to order 4. A series in their correlation, or an integral over the plane
/// where that converges too slowly.
PairCumulants pair_cumulants(const UnitCoefficients& units, Eigen::Index i, Eigen::Index j,
                             const math::JointCumulants& t);

}  // namespace rgsweep::theory

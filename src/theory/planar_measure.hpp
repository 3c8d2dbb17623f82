// The Edgeworth measure of z = mean + L xi, where xi (0 to 2 components) has mean 0, unit covariance and the
// cumulants given to order 4: its density is that of a standard normal times
//   1 + sum_{p+q=3,4} K[p,q] / (p! q!) He_p(x) He_q(y) + (the sum over p+q=3)^2 / 2,
// where K[p,q] has p indices on the first component and q on the second, and in the square degrees are added.
#pragma once

#include <vector>

#include <Eigen/Core>

#include "rgsweep/math/joint_cumulants.hpp"
#include "rgsweep/nn/activation.hpp"
#include "rgsweep/theory/gaussian_activation.hpp"

namespace rgsweep::theory {

/// Element (p, q) is the coefficient of He_p(x) He_q(y).
using PlanarCoefficients = Eigen::Matrix<double, 7, 7>;
PlanarCoefficients edgeworth_coefficients(const math::JointCumulants& xi);

/// The same polynomial by the coefficients of x^p y^q.
PlanarCoefficients in_powers(const PlanarCoefficients& coefficients);

/// The law of each component of z.
std::vector<Marginal> planar_marginals(const Eigen::VectorXd& mean, const Eigen::MatrixXd& L,
                                       const math::JointCumulants& xi);

/// As points with signed weights.
class PlanarMeasure {
 public:
  PlanarMeasure(Eigen::VectorXd mean, Eigen::MatrixXd L, const math::JointCumulants& xi,
                const nn::Activation& activation);

  Eigen::Index points() const { return weights_.size(); }
  const Eigen::ArrayXd& weights() const { return weights_; }
  /// phi(z) at `count` points from `first` on: count x units.
  Eigen::ArrayXXd activated_at(Eigen::Index first, Eigen::Index count) const;

 private:
  Eigen::VectorXd mean_;
  Eigen::MatrixXd L_;
  nn::Activation activation_;
  Eigen::MatrixXd nodes_;
  Eigen::ArrayXd weights_;
};

/// Whether phi(L xi) is homogeneous in xi: a leaky_relu.
bool is_homogeneous(const nn::Activation& activation, const Eigen::VectorXd& mean);

/// For homogeneous phi(L xi), xi of 1 or 2 components: along the ray of a unit vector e every unit is
/// r phi(L e), and the integrals over r have closed forms. With E[r^k] = (k - 2 + dimensions) E[r^(k-2)],
///   E[product of n units] = sum over rays of weights(n) * product of their values().
class RayMeasure {
 public:
  static constexpr int orders = 6;

  RayMeasure(const Eigen::MatrixXd& L, const math::JointCumulants& xi, const nn::Activation& activation);

  const Eigen::ArrayXXd& values() const { return values_; }  ///< rays x units
  auto weights(int n) const { return weights_.col(n); }      ///< n = 0..orders; signed

 private:
  Eigen::ArrayXXd values_, weights_;
};

}  // namespace rgsweep::theory

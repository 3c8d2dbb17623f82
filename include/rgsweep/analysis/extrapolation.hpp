// Extrapolation of distances from the linear end to infinite size,
//   d_k = d_inf + B (T_k / T_max)^(-1/z),   d_inf >= 0,   1/z in [slowest_drift, fastest_drift],
// by generalised least squares, with the likelihood interval of d_inf.
#pragma once

#include <optional>

#include <Eigen/Core>

#include "rgsweep/math/statistics.hpp"

namespace rgsweep::analysis {

/// 95 % of the rise of chi^2 over its minimum at the true value of a quantity that is known to be >= 0,
/// measured with a normal error of standard deviation s: where t = value / s is less than 1.96 the minimum is
/// often at the bound, and c solves Phi(c^(1/2)) - Phi(-(t^2 + c) / (2 t)) = 0.95; 2.71 at the bound
/// itself, 3.84 far from it (S. G. Self and K.-Y. Liang, J. Am. Stat. Assoc. 82, 605, 1987; G. J. Feldman and
/// R. D. Cousins, Phys. Rev. D 57, 3873, 1998). Without a known deviation, 0, it is 3.84.
double bounded_chi2_95(double value, double deviation);

class Extrapolation {
 public:
  /// One distance and one ln T for each size, and the covariance of the distances.
  Extrapolation(const Eigen::VectorXd& distance, const Eigen::VectorXd& log_size,
                const Eigen::MatrixXd& covariance);

  struct Fit {
    double limit;      ///< d_inf
    double amplitude;  ///< B
    double exponent;   ///< 1/z
    double chi2;
  };
  /// With or without the limit given.
  Fit best(std::optional<double> limit = std::nullopt) const;

  /// Limits at which chi^2 has not risen further than bounded_chi2_95() over its minimum `fit`; limits above
  /// a hundred times the largest distance are not looked for and come as infinite.
  math::Interval interval(const Fit& fit) const;

 private:
  Eigen::VectorXd white(const Eigen::VectorXd& v) const;
  Fit at(double exponent, std::optional<double> limit) const;
  double rise(double limit, const Fit& fit) const { return best(limit).chi2 - fit.chi2; }
  double deviation_of(const Fit& fit, double two_sided) const;

  Eigen::MatrixXd whiten_;
  Eigen::VectorXd log_size_, y_, ones_;
  double largest_;
};

}  // namespace rgsweep::analysis

// Where a noisy curve, or its first derivative, passes through 0, and which places around it may be the true
// one. A polynomial of low degree is fitted around c with weights (1 - u^2)^2, u = (x - c) / h; its value or
// derivative at c is a sum s(c) = sum_i w_i(c) y_i with the variance w' V w, V the covariance of the y. The
// interval is that of the test "s(c) = 0", inverted: all c around the zero, without a gap, at which
// |s(c)| <= t (w' V w)^(1/2), t Student's 97.5 % quantile with Satterthwaite's degrees of freedom (for one
// straight line this is E. C. Fieller's, J. R. Stat. Soc. B 16, 175, 1954). It needs no distribution of the
// zero itself, which may lie anywhere in a resample that is noisy enough, and its ends are places with values
// of opposite sign for certain.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "rgsweep/analysis/replicates.hpp"

namespace rgsweep::analysis {

/// Values along an axis with what is known of their errors.
struct NoisyCurve {
  std::vector<double> x;  ///< ascending
  Eigen::VectorXd y;
  Eigen::MatrixXd covariance;  ///< diagonal where the places are independent
  bool diagonal = true;
  double degrees = 0;  ///< of freedom of the variance of one place
};

/// Means of three neighbours with weights 1/4, 1/2, 1/4, twice: enough to tell a peak from the noise of
/// single places.
std::vector<double> smoothed(std::span<const double> y);

/// Where a curve's covariance comes from.
///   resampled  of the resamples
///   jackknife  sum over samples of (n - 1)/n sum_i (y_(i) - mean) (y_(i) - mean)', y_(i) the values without
///   member i
///              (B. Efron and C. Stein, Ann. Stat. 9, 586, 1981). For a curved ratio such as U4: the variance
///              of its resamples counts the curvature twice, since it is taken at an estimate that scatters
///              itself.
enum class Errors { resampled, jackknife };

/// The values of row 0 with their covariance, its variances averaged over neighbouring places. `values(row)`
/// has one value a place, by the row numbers of the joint tables; `members` is the number of members or seeds
/// of the smallest sample. None when a value of row 0 is NaN, more than 2.5 % of the resamples have one, or,
/// for the jackknife, any row without one member has.
std::optional<NoisyCurve> noisy_curve(
    std::vector<double> x, const JointRows& joint, std::size_t members, Errors errors,
    const std::function<std::vector<double>(const std::vector<std::size_t>& rows)>& values);

enum class Quantity { value, derivative };

class LocalFit {
 public:
  /// `degree` >= 1, of the polynomial; `half_width` is h > 0. The curve must outlive the fit.
  LocalFit(const NoisyCurve& curve, Quantity quantity, int degree, double half_width);

  struct Measured {
    double value = 0;
    double deviation = 0;
    /// 1 above 0 with 95 % confidence, -1 below, 0 neither or not determined.
    int sign = 0;
  };
  /// NaN, with sign 0, where fewer places than the polynomial has parameters lie within h of c.
  Measured at(double c) const;

  /// A zero with direction 1 (from below to above 0) or -1. Low and high are where the sign is known.
  struct Zero {
    Estimate place = {};
    int direction = 0;
  };
  /// All zeros of which both ends are known, ascending, at a sixteenth of the axis' steps refined by
  /// bisection. Zeros with one interval count once, by the middle one.
  std::vector<Zero> zeros() const;

 private:
  Eigen::VectorXd weights(double c) const;

  const NoisyCurve* curve_;
  Quantity quantity_;
  int degree_;
  double h_;
};

}  // namespace rgsweep::analysis

// Order statistics and intervals for ensembles of results: quantiles, Wilson's interval of a fraction, the
// bootstrap's BCa interval, the tail of chi^2.
#pragma once

#include <span>
#include <vector>

namespace rgsweep::math {

/// The q-quantile, 0 <= q <= 1, with linear interpolation between order statistics (position q (N-1)).
/// NaN values are left out as not measured; infinite ones count as the largest or smallest. NaN when nothing
/// is left. Interpolating towards an infinite value gives that infinity (NaN between two opposite ones).
double quantile(std::span<const double> values, double q);

struct Interval {
  double lower;
  double upper;
  bool contains(double x) const { return lower <= x && x <= upper; }  ///< never, when an end is NaN
};

/// Wilson score interval of a fraction p seen in n trials, z normal standard deviations wide on each side
/// (E. B. Wilson, J. Am. Stat. Assoc. 22, 209, 1927). Within [0, 1]; for n = 0 it is [0, 1].
Interval wilson_interval(double p, double n, double z = 1.959963984540054);

/// What a statistic becomes when one member of a sample is left out, and how many members give that value.
struct LeftOut {
  double value;
  double members = 1;
};

/// Bias-corrected and accelerated bootstrap interval of a statistic whose value is `estimate`
/// (B. Efron, J. Am. Stat. Assoc. 82, 171, 1987): between the Phi(z0 + (z0 + z) / (1 - A (z0 + z)))
/// quantiles of the resampled values. z0 comes from the share of resampled values below the estimate, ties
/// counted half. The rest comes from the values without one member, one list for each of the independent
/// samples that were resampled separately, through their influences l = (n - 1) (mean - value) / n and
/// V = sum l^2 over the n members of a sample: the acceleration (A. C. Davison and D. V. Hinkley, Bootstrap
/// Methods and their Application, 1997, section 5.4)
///   A = sum_samples sum l^3 / (6 (sum_samples V)^(3/2)),
/// and z, which is -+ Student's quantile of `level` (T. C. Hesterberg, Am. Stat. 69, 371, 2015) with
/// Satterthwaite's (sum V)^2 / sum (V^2 / (n - 1)) degrees of freedom, since few members say little about
/// their own variance.
/// NaN stands for a resample in which the statistic is not defined. A few are left out; when their share is
/// above (1 - level)/2, or the estimate is NaN, the interval is not defined and both ends are NaN.
Interval bca_interval(double estimate, std::span<const double> resampled,
                      std::span<const std::vector<LeftOut>> left_out, double level = 0.95);

/// Quantile of Student's t distribution, 0 < probability < 1; with infinitely many degrees the normal one.
double student_quantile(double degrees, double probability);

/// Probability that chi^2 of `degrees` > 0 degrees of freedom, not necessarily whole, exceeds `value`.
double chi_squared_tail(double value, double degrees);

}  // namespace rgsweep::math

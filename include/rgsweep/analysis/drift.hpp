// How critical values a_c move with the training length T (or, in the same form, with the width), measured by
// their distance d = |end - a_c| from the linear end of the axis:
//   drift exponent   y = d ln d / d ln T, 0 for a critical value that stays put, -1/z for d ~ T^(-1/z)
//   extrapolation    a_c(T) = a_inf - B T^(-1/z), that is d = d_inf + B' T^(-1/z) with d_inf >= 0
//   constant         a_c(T) = a_inf
// A crossover has a_inf at the end; a transition has it inside. With few lengths of finite precision a drift
// that is slow enough looks like no drift, so 1/z is limited to [0.1, 4]: a drift slower than T^(-0.1) is
// called none.
#pragma once

#include <cstddef>
#include <span>

#include "rgsweep/analysis/replicates.hpp"

namespace rgsweep::analysis {

inline constexpr double slowest_drift = 0.1;  ///< least 1/z
inline constexpr double fastest_drift = 4;

struct Drift {
  std::size_t lengths = 0;    ///< with a critical value
  Estimate exponent = {};     ///< y; with a BCa interval
  Estimate limit = {};        ///< a_inf; likelihood interval, with d_inf >= 0 known
  double amplitude = 0;       ///< B
  double limit_exponent = 0;  ///< z of the extrapolation
  double limit_p_value = 1;   ///< of a larger chi^2; 1 without degrees of freedom
  Estimate constant = {};     ///< mean of the a_c, weighted by their variances; with a BCa interval
  double constant_p_value = 1;
  double last_distance = 0;   ///< d at the largest T, from the extrapolation
  double nearest_limit = 0;   ///< distances from the end to which the interval of the limit reaches
  double farthest_limit = 0;  ///< infinite when there is no bound
};

/// From the critical values at the sizes T (ascending), by row; their covariances are those of the resamples.
/// `side` is 1 when the axis lies below `end`, -1 when above. With fewer than two lengths only `lengths` and
/// `constant` have values, with two there is no extrapolation.
Drift drift_of(std::span<const double> sizes, std::span<const Replicated* const> critical, double end,
               double side);

/// The exponent with which the distance from the end grows with the threshold eps, d ln d / d ln eps:
/// weighted mean over the lengths of ln(d' / d) / ln(factor), d' at the threshold times `factor`. A critical
/// value that only says where a fixed error falls below the threshold has one near 1/2, since that error goes
/// as d^2.
Estimate threshold_exponent(std::span<const Replicated* const> critical,
                            std::span<const Replicated* const> other, double factor, double end, double side);

}  // namespace rgsweep::analysis

// Order statistics and intervals for ensembles of results.
#pragma once

#include <span>

namespace rgsweep::math {

/// The q-quantile, 0 <= q <= 1, with linear interpolation between order statistics (position q (N-1)).
/// NaN values are left out as not measured; infinite ones count as the largest or smallest. NaN when nothing
/// is left. Interpolating towards an infinite value gives that infinity (NaN between two opposite ones).
double quantile(std::span<const double> values, double q);

struct Interval {
  double lower;
  double upper;
};

/// Wilson score interval of a fraction p seen in n trials, z normal standard deviations wide on each side
/// (E. B. Wilson, J. Am. Stat. Assoc. 22, 209, 1927). Within [0, 1]; for n = 0 it is [0, 1].
Interval wilson_interval(double p, double n, double z = 1.959963984540054);

}  // namespace rgsweep::math

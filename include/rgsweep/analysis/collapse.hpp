// Scaling collapse of success curves of several training lengths T (or widths): success(a, T) is a function
// of T d^z alone, d = |end - a|. The function is not known, so it is fitted together with the exponent,
//   log(p / (1 - p)) = c_0 + c_1 w + c_2 w^2 + c_3 w^3,   w = ln d + (ln T) / z + constant,
// by maximum likelihood with Firth's penalty (logistic.hpp). In 1/z the fit is regular also where success
// does not depend on T at all, 1/z = 0: there is nothing to collapse then, and the interval of z is not
// bounded.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgsweep/analysis/replicates.hpp"

namespace rgsweep::analysis {

/// One curve's part: its successes (as in CurveReplicates) on the places first ... last of x. A place at the
/// end of the axis, d = 0, does not count.
struct CollapsePart {
  double size;  ///< T
  std::span<const double> x;
  const Replicates* success;
  std::size_t first;
  std::size_t last;
};

struct Collapse {
  Estimate exponent = {};  ///< z; high is infinite where 1/z <= 0 is in its interval
  Estimate inverse = {};   ///< 1/z, with a BCa interval
  double quality = 0;      ///< chi^2 of the fitted function over its degrees of freedom (Goodness)
  double degrees = 0;
  double p_value = 1;  ///< of a chi^2 that is larger
};

/// At least two sizes. NaN throughout when there are too few places for the five parameters. `start`: a guess
/// of 1/z.
Collapse collapse_of(const std::vector<CollapsePart>& parts, double end, double start);

}  // namespace rgsweep::analysis

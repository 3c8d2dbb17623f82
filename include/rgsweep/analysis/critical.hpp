// Critical value of a curve. There are three methods:
//   logistic        where the success fraction crosses 1/2 (success_crossing.hpp)
//   susceptibility  where the susceptibility has its maximum (susceptibility_peak.hpp)
//   binder          where the Binder cumulants of two widths cross (binder_crossing.hpp)
// All three get their intervals from bootstrap replicates: the first by the fit repeated on every replicate
// (BCa), the others, whose peak or crossing may be anywhere in a single replicate, by the inverted test with
// the replicates' covariance (local_zero.hpp). Which places of the axis belong to the crossing or the peak is
// decided once, on the data.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "rgsweep/analysis/replicates.hpp"

namespace rgsweep::analysis {

enum class Method : int { logistic, susceptibility, binder };
inline constexpr std::size_t methods = 3;
/// In the order of the values.
std::vector<std::string> method_names();

struct CriticalValue {
  Estimate value = {};
  Replicated replicated = {};  ///< the same by row; of the logistic fit only
  std::size_t first = 0;       ///< places of the axis that the fit used
  std::size_t last = 0;
  int direction = 0;       ///< 1: values rise with the axis, -1: they fall; 0 for a maximum
  bool resolved = true;    ///< false: the crossing is sharper than the axis, known to one step only
  double fit_p_value = 1;  ///< of a misfit as large as this one
  /// Along the axis: from 90 % to 10 % of a logistic fit, of a peak at half its height; NaN for a crossing.
  double width = std::numeric_limits<double>::quiet_NaN();
};

/// A fit whose p-value is below this is taken to misrepresent the data.
inline constexpr double least_p_value = 0.01;

/// Fills in `value` from `replicated`. None when it has no interval: a statistic that is not defined in many
/// resamples says nothing where it is.
std::optional<CriticalValue> if_known(CriticalValue critical);

}  // namespace rgsweep::analysis

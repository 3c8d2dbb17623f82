// The critical value of two widths: where their Binder cumulants U4 = 1 - <m^4> / (3 <m^2>^2) cross. At a
// transition U4 does not depend on the size of the system; on both sides of it larger systems are nearer to
// the limits of their phase.
#pragma once

#include <optional>
#include <span>

#include "rgsweep/analysis/critical.hpp"
#include "rgsweep/analysis/replicates.hpp"

namespace rgsweep::analysis {

/// The zero of the differences of Binder cumulants in `order` (as in CurveReplicates), large minus small
/// width, on the places that both curves have, from a local cubic; x_small and x_large ascend. Of several
/// zeros the one with the largest contrast between its two sides. None when that is within three of its
/// deviations from 0, when the axis is too coarse for the distance between the extremes of the difference, or
/// when an end of the interval is not known. 64 seeds are few for it. The place `end`, where the
/// activation is linear, does not count.
std::optional<CriticalValue> binder_crossing(std::span<const double> x_small, const Replicates& small,
                                             std::span<const double> x_large, const Replicates& large,
                                             std::optional<double> end = {});

}  // namespace rgsweep::analysis

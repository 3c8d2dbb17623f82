// The critical value of an order parameter: where chi = N_units (<m^2> - <|m|>^2) has its maximum.
#pragma once

#include <optional>
#include <span>

#include "rgsweep/analysis/critical.hpp"
#include "rgsweep/analysis/replicates.hpp"

namespace rgsweep::analysis {

/// From the susceptibilities in `order` (as in CurveReplicates) at the places x: where the derivative of a
/// local cubic vanishes. None when the smoothed susceptibility does not come down to half its height on both
/// sides, when the axis has fewer than four steps within the width of the peak, or when an end of the
/// interval is not known. The place `end`, where the activation is linear, does not count: its networks are
/// of another kind than those next to it.
std::optional<CriticalValue> susceptibility_peak(std::span<const double> x, const Replicates& order,
                                                 std::optional<double> end = {});

}  // namespace rgsweep::analysis

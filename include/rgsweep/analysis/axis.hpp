// The parameter that curves run along: how users name it, which one is taken when they name none, and where
// on it the networks become linear.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rgsweep/core/record.hpp"
#include "rgsweep/store/segment.hpp"

namespace rgsweep::analysis {

/// The column that an axis names: any numeric parameter but the seed, by its key ("activation.slope"), its
/// own name ("activation_slope") or the last part of either ("slope", "learning rate"). Throws UsageError
/// that lists the numeric parameters, or those that share the last part.
const Column& axis_column(const Schema& schema, std::string_view axis);

/// The axis when none is named: activation_slope if it takes several values. Throws UsageError that lists the
/// numeric parameters that do.
const Column& default_axis(const store::SegmentReader& results);

/// The column's name without its section: "slope" for "activation_slope".
std::string last_part(std::string_view column);

/// The value of the axis at which the activation is linear, so that every network of any training length can
/// learn the map: slope 1 of leaky_relu, alpha 0 of quadratic. None for other axes.
std::optional<double> linear_end(std::string_view column);

}  // namespace rgsweep::analysis

// How a rank runs one point: within a time limit, and with what a stopped training needs to go on later.
#pragma once

#include <limits>

#include "rgsweep/schedule/worker.hpp"
#include "sweep_setup.hpp"

namespace rgsweep::cli {

struct PointLimits {
  /// A point that takes longer becomes a failed row. Time before a stop counts.
  double timeout_seconds = std::numeric_limits<double>::infinity();
  /// A point that has taken this long when it is stopped is saved; a shorter one starts afresh.
  double save_after_seconds = 60;
};

/// The limits that hold here: the environment variable RGSWEEP_SAVE_AFTER_SECONDS, for tests, overrides the
/// last one.
PointLimits point_limits(double timeout_seconds);

/// For rank `rank`; keeps a reference to `setup`.
schedule::Worker::Run point_runner(const SweepSetup& setup, int rank, const PointLimits& limits);

}  // namespace rgsweep::cli

// From a sweep file's text to everything a run or a plan needs.
#pragma once

#include <string>

#include "rgsweep/core/record.hpp"
#include "rgsweep/sweep/grid.hpp"
#include "rgsweep/sweep/order.hpp"
#include "rgsweep/sweep/spec.hpp"
#include "team.hpp"

namespace rgsweep::cli {

struct SweepSetup {
  sweep::Spec spec;
  sweep::Grid grid;
  Schema schema;
};

/// The root reads the file, every rank parses the same text. Throws UsageError also for values that do not go
/// together, and with `save_weights`, which gives the schema its column `weights`, for networks too large for
/// it.
SweepSetup read_sweep(const std::string& path, const sweep::Overrides& overrides, const Team& team,
                      bool save_weights = false);

/// The grid's points, longest first by the predicted cost of their experiment.
sweep::CostOrder cost_order(const sweep::Grid& grid);

}  // namespace rgsweep::cli

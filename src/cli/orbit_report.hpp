// What `rgsweep analyze` says of an orbit sweep.
#pragma once

#include "rgsweep/analysis/orbit_summary.hpp"

namespace rgsweep::cli {

/// To stdout: a table with a row for each cell, headed by the parameters in which they differ.
void print_orbit(const analysis::OrbitSummary& summary);

}  // namespace rgsweep::cli

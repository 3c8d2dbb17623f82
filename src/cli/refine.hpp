// `[sweep] refine = N`: when every point of the grid is finished, a run adds N slopes to each curve, where
// its success is least known. They follow from the finished points of the grid alone, so they are the same on
// any number of ranks and after any interruption; a point added is a point like any other, with an identity
// of its own.
#pragma once

#include <string>

#include "master.hpp"
#include "sweep_setup.hpp"

namespace rgsweep::cli {

/// Throws UsageError when the sweep asks for refinement and its slopes, its size or its shard do not allow
/// it.
void check_refinement(const SweepSetup& setup, const RunOptions& options);

/// The points to add, as a text for every rank: a paragraph for each curve, a line "KEY<tab>VALUE<tab>..."
/// for each key. "" when the sweep asks for none, when some point of the grid is not in the output file yet,
/// and when no curve has a transition.
std::string refinement(const SweepSetup& setup, const RunOptions& options);

/// The sweep with these points added to its grid. Its spec, which goes into the output, stays as it was
/// written.
SweepSetup refined_setup(const SweepSetup& setup, const std::string& points);

}  // namespace rgsweep::cli

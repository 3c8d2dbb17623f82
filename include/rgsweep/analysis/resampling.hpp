// Bootstrap of a curve. Where the points of a seed share their random numbers whole seeds are resampled, the
// same ones at every slope and on every curve; else the members of each ensemble by themselves. The numbers
// come from counter-based streams with Purpose::bootstrap and step = resample, so they depend on nothing else
// in the file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rgsweep/analysis/curve.hpp"
#include "rgsweep/analysis/replicates.hpp"

namespace rgsweep::analysis {

struct ResamplingPlan {
  std::size_t resamples;
  /// Of the random streams; independent curves have one each, paired curves one for all.
  std::uint64_t key;
  /// Ascending, of all curves: what paired resampling draws from.
  std::vector<std::int64_t> all_seeds = {};
  /// The linear end of the axis. Success there is not counted: every network can learn the map then, in any
  /// training time, so it says nothing about the places before.
  std::optional<double> end = {};
};

/// The thresholds at which success is counted, as multiples of the one asked for: the others show whether a
/// critical value is a property of the networks or of the threshold.
inline constexpr std::array<double, 3> threshold_factors{1, 0.1, 10};

/// What one pass over the resamples of a curve of E ensembles gives.
struct CurveReplicates {
  /// By threshold factor and test: successes in the ensembles, then members measured (2 E columns).
  std::array<std::vector<Replicates>, threshold_factors.size()> success = {};
  /// Susceptibilities, then Binder cumulants of the ensembles (2 E columns); NaN where not defined.
  Replicates order = {};
};

/// Throws std::logic_error when the curve is paired and plan.all_seeds lacks one of its seeds.
CurveReplicates replicate(const Curve& curve, double threshold, const ResamplingPlan& plan);

}  // namespace rgsweep::analysis

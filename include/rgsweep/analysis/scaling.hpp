// Finite-time scaling of one family of curves on one test distribution, and in the same form finite-size
// scaling over widths: critical values, their drift, the collapse, the verdict.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "rgsweep/analysis/collapse.hpp"
#include "rgsweep/analysis/critical.hpp"
#include "rgsweep/analysis/drift.hpp"
#include "rgsweep/analysis/resampling.hpp"
#include "rgsweep/analysis/success_crossing.hpp"
#include "rgsweep/analysis/verdict.hpp"

namespace rgsweep::analysis {

/// The success of one curve at one threshold.
struct SuccessAnalysis {
  SuccessCurve curve = {};
  Passage passage = {};
  std::optional<Crossing> crossing = {};
  std::optional<CriticalValue> critical = {};
  Outcome outcome = Outcome::unclear;
};

/// Without its critical value: whether success crosses 1/2, and where that may be fitted.
SuccessAnalysis analyze_success(const SuccessCurve& curve);

/// The coordinate in which logistic curves describe the crossings of all these curves better. The axis
/// itself, unless the logarithmic distance has a likelihood more than e^3 times as large.
Coordinate better_coordinate(const std::vector<const SuccessAnalysis*>& curves);

/// Fills in `critical` and `outcome`.
void locate_critical(SuccessAnalysis& analysis, Coordinate coordinate, std::uint64_t key);

/// One curve at all threshold factors.
using SuccessAnalyses = std::array<SuccessAnalysis, threshold_factors.size()>;

struct FamilyScaling {
  Drift drift = {};
  Collapse collapse = {};
  /// By threshold factor beyond the first; NaN where no curve has critical values at both thresholds.
  std::array<Estimate, threshold_factors.size() - 1> threshold_exponents = {};
  Judgement judgement = {};
};

/// `sizes` ascend; `curves` are those sizes' curves, critical values included. Where some curves lose success
/// towards the end of the axis, the critical values of the others, which gain it, do not count. A family that
/// is not of training lengths is not judged.
FamilyScaling scale_family(std::span<const double> sizes, const std::vector<const SuccessAnalyses*>& curves,
                           bool training);

}  // namespace rgsweep::analysis

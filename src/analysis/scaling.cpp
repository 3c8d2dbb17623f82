#include "rgsweep/analysis/scaling.hpp"

#include <algorithm>
#include <cmath>

#include "rgsweep/analysis/logistic.hpp"

namespace rgsweep::analysis {
namespace {

/// In -2 log likelihood.
constexpr double clear_advantage = 6;
/// A smaller change of success over the axis is no dependence on it.
constexpr double least_change = 0.5;

/// Whether a change of success by 1/2 over the axis is excluded: the change of a logistic fit, by its
/// interval.
bool is_flat(const SuccessCurve& curve) {
  const std::size_t places = curve.x.size();
  const Replicated change = replicated(*curve.success, [&](std::size_t, std::span<const float> row) {
    const LogisticFit fit = fit_logistic(curve.x, row.first(places), row.subspan(places));
    return fit.probability(curve.x.back()) - fit.probability(curve.x.front());
  });
  const Estimate of_change = estimate(change);
  return of_change.low > -least_change && of_change.high < least_change;
}

Outcome outcome_of(const SuccessAnalysis& analysis) {
  const Passage& passage = analysis.passage;
  const std::size_t places = analysis.curve.x.size();
  const std::span<const float> members = analysis.curve.success->row(0).subspan(places);
  if (std::all_of(members.begin(), members.end(), [](float n) { return n == 0; })) return Outcome::unmeasured;
  if (analysis.critical) return Outcome::crosses;
  if (!passage.uncertain && passage.above != passage.below)
    return passage.above ? Outcome::above : Outcome::below;
  return passage.stretches == 1 && is_flat(analysis.curve) ? Outcome::flat : Outcome::unclear;
}

struct Chosen {
  std::vector<double> sizes = {};
  std::vector<const SuccessAnalyses*> curves = {};
};

/// The curves whose critical values belong together.
Chosen with_critical_value(std::span<const double> sizes, const std::vector<const SuccessAnalyses*>& curves,
                           double side) {
  const auto lost = [&](const SuccessAnalyses* c) {
    return (*c)[0].critical && (*c)[0].critical->direction * side < 0;
  };
  const bool any_lost = std::any_of(curves.begin(), curves.end(), lost);
  Chosen chosen;
  for (std::size_t i = 0; i < curves.size(); ++i)
    if ((*curves[i])[0].critical && (!any_lost || lost(curves[i]))) {
      chosen.sizes.push_back(sizes[i]);
      chosen.curves.push_back(curves[i]);
    }
  return chosen;
}

Estimate exponent_of_threshold(const Chosen& chosen, std::size_t factor, double end, double side) {
  std::vector<const Replicated*> critical, other;
  for (const SuccessAnalyses* curve : chosen.curves) {
    const auto& here = (*curve)[0].critical;
    const auto& there = (*curve)[factor].critical;
    if (!there || there->direction != here->direction) continue;
    critical.push_back(&here->replicated);
    other.push_back(&there->replicated);
  }
  if (critical.empty()) return {};
  return threshold_exponent(critical, other, threshold_factors[factor], end, side);
}

}  // namespace

SuccessAnalysis analyze_success(const SuccessCurve& curve) {
  SuccessAnalysis analysis{.curve = curve};
  const std::size_t places = curve.x.size();
  const std::span<const float> data = curve.success->row(0);
  analysis.passage = success_passage(data.first(places), data.subspan(places), curve.success->paired);
  analysis.crossing = main_crossing(curve, analysis.passage);
  return analysis;
}

Coordinate better_coordinate(const std::vector<const SuccessAnalysis*>& curves) {
  double axis = 0, log_distance = 0;
  for (const SuccessAnalysis* analysis : curves) {
    if (!analysis->crossing) continue;
    if (!side_of(analysis->curve.x, analysis->curve.end)) return Coordinate::axis;
    axis += logistic_misfit(analysis->curve, *analysis->crossing, Coordinate::axis);
    log_distance += logistic_misfit(analysis->curve, *analysis->crossing, Coordinate::log_distance);
  }
  return log_distance < axis - clear_advantage ? Coordinate::log_distance : Coordinate::axis;
}

void locate_critical(SuccessAnalysis& analysis, Coordinate coordinate, std::uint64_t key) {
  if (analysis.crossing)
    analysis.critical = success_crossing(analysis.curve, *analysis.crossing, coordinate, key);
  analysis.outcome = outcome_of(analysis);
}

FamilyScaling scale_family(std::span<const double> sizes, const std::vector<const SuccessAnalyses*>& curves,
                           bool training) {
  FamilyScaling scaling;
  Evidence evidence;
  for (const SuccessAnalyses* curve : curves) evidence.outcomes.push_back((*curve)[0].outcome);
  std::optional<double> end = (*curves.front())[0].curve.end, side = 1;
  for (const SuccessAnalyses* curve : curves) {
    const std::optional<double> of_curve = side_of((*curve)[0].curve.x, end);
    side = curve == curves.front() || of_curve == side ? of_curve : std::nullopt;
    if (!side) break;
  }
  if (side) {
    const Chosen chosen = with_critical_value(sizes, curves, *side);
    std::vector<const Replicated*> critical;
    std::vector<CollapsePart> parts;
    for (std::size_t i = 0; i < chosen.curves.size(); ++i) {
      const SuccessAnalysis& analysis = (*chosen.curves[i])[0];
      critical.push_back(&analysis.critical->replicated);
      parts.push_back({chosen.sizes[i], analysis.curve.x, analysis.curve.success, analysis.critical->first,
                       analysis.critical->last});
    }
    scaling.drift = drift_of(chosen.sizes, critical, *end, *side);
    if (parts.size() >= 2) scaling.collapse = collapse_of(parts, *end, -scaling.drift.exponent.value);
    for (std::size_t f = 1; f < threshold_factors.size(); ++f) {
      const Estimate exponent = exponent_of_threshold(chosen, f, *end, *side);
      scaling.threshold_exponents[f - 1] = exponent;
      if (!std::isnan(exponent.value)) evidence.threshold_exponents.push_back(exponent);
    }
  }
  evidence.end = side.has_value();
  evidence.drift = scaling.drift;
  scaling.judgement = training ? judge(evidence) : Judgement{Verdict::not_judged, Reason::not_training, {}};
  return scaling;
}

}  // namespace rgsweep::analysis

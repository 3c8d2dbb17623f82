#include "rgsweep/analysis/verdict.hpp"

#include <algorithm>
#include <cmath>

#include "rgsweep/analysis/critical.hpp"

namespace rgsweep::analysis {
namespace {

/// Three points determine the extrapolation, with nothing left to contradict it; two do not.
constexpr std::size_t least_lengths = 3;
constexpr double transition_share = 0.5, crossover_share = 2.0 / 3;

Judgement no_verdict(Reason reason) {
  return {Verdict::no_verdict, reason, {}};
}

/// A critical value that follows the threshold says where an error falls below it, not where learning fails.
Judgement transition_at(const Evidence& evidence, const Estimate& position) {
  if (evidence.threshold_exponents.empty()) return no_verdict(Reason::threshold_unchecked);
  for (const Estimate& exponent : evidence.threshold_exponents)
    if (!(exponent.low > -slowest_drift && exponent.high < slowest_drift))
      return no_verdict(Reason::threshold);
  return {Verdict::transition, Reason::decided, position};
}

}  // namespace

const std::vector<VerdictEntry>& verdict_table() {
  static const std::vector<VerdictEntry> table{{Verdict::no_verdict, "no_verdict"},
                                               {Verdict::transition, "transition"},
                                               {Verdict::crossover, "crossover"},
                                               {Verdict::no_transition, "no_transition"},
                                               {Verdict::not_judged, "not_judged"}};
  return table;
}

const std::vector<ReasonEntry>& reason_table() {
  static const std::vector<ReasonEntry> table{
      {Reason::decided, "decided", ""},
      {Reason::not_training, "not_training",
       "only a family of training lengths can tell a transition from a crossover in training time"},
      {Reason::not_measured, "not_measured", "no curve of the family is measured on this test distribution"},
      {Reason::unclear, "unclear",
       "success is near 1/2, or has too few points, to tell whether it crosses 1/2 at all; add seeds"},
      {Reason::changes_everywhere, "changes_everywhere",
       "success is below 1/2 on the whole axis at one training length and above at another; the lengths "
       "between would "
       "tell where it changes"},
      {Reason::no_end, "no_end", "only a slope or alpha has a linear end that a crossover would move to"},
      {Reason::few_lengths, "few_lengths",
       "fewer than three training lengths have a critical value, so that it cannot be extrapolated"},
      {Reason::bad_extrapolation, "bad_extrapolation",
       "the critical values follow neither a constant nor a power law of the training length"},
      {Reason::threshold, "threshold",
       "the critical value may follow the threshold: it would say where an error falls below it"},
      {Reason::threshold_unchecked, "threshold_unchecked",
       "no critical value at ten times the threshold, nor at a tenth of it, shows that it is not the "
       "threshold's"},
      {Reason::moves_away, "moves_away", "the critical value moves away from the linear end"},
      {Reason::stops_short, "stops_short",
       "the critical value moves towards the linear end, and seems to stop shortly before it"},
      {Reason::imprecise, "imprecise",
       "the critical values are too uncertain to tell where they go; add training lengths or seeds"},
  };
  return table;
}

Judgement judge(const Evidence& evidence) {
  const auto is = [&](Outcome outcome) { return [outcome](Outcome other) { return outcome == other; }; };
  const std::vector<Outcome>& outcomes = evidence.outcomes;
  if (std::all_of(outcomes.begin(), outcomes.end(), is(Outcome::unmeasured)))
    return no_verdict(Reason::not_measured);
  if (std::none_of(outcomes.begin(), outcomes.end(), is(Outcome::crosses))) {
    if (std::any_of(outcomes.begin(), outcomes.end(), is(Outcome::unclear)))
      return no_verdict(Reason::unclear);
    if (std::any_of(outcomes.begin(), outcomes.end(), is(Outcome::above)) &&
        std::any_of(outcomes.begin(), outcomes.end(), is(Outcome::below)))
      return no_verdict(Reason::changes_everywhere);
    return {Verdict::no_transition, Reason::decided, {}};
  }
  if (!evidence.end) return no_verdict(Reason::no_end);
  const Drift& drift = evidence.drift;
  if (drift.lengths < least_lengths) return no_verdict(Reason::few_lengths);
  if (drift.limit_p_value < least_p_value) return no_verdict(Reason::bad_extrapolation);

  const double last = drift.last_distance;
  if (drift.nearest_limit >= transition_share * last) {
    if (drift.constant_p_value >= least_p_value) return transition_at(evidence, drift.constant);
    return drift.exponent.low > 0 ? no_verdict(Reason::moves_away) : transition_at(evidence, drift.limit);
  }
  if (!(drift.farthest_limit <= crossover_share * last)) return no_verdict(Reason::imprecise);
  if (drift.nearest_limit > 0) return no_verdict(Reason::stops_short);
  return {Verdict::crossover, Reason::decided, {}};
}

}  // namespace rgsweep::analysis

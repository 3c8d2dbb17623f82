// What a family of training lengths says about its critical value. A transition at infinite training time and
// a crossover that only looks sharp at each finite time differ in what the critical value a_c(T) does as T
// grows, measured by its distance d from the linear end of the axis:
//   transition     stays at some distance: the extrapolated distance is surely at least half the last one
//   crossover      moves towards the end: the extrapolated distance may be 0 and is surely less than two
//                  thirds of the last one
//   no_transition  success crosses 1/2 at no training length, or does not depend on the axis
//   no_verdict      anything else, with the reason
// "Surely" is with 95 % confidence. A wrong verdict is worse than none, so there are no other criteria that
// could turn the last case into one of the others.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rgsweep/analysis/drift.hpp"
#include "rgsweep/analysis/replicates.hpp"

namespace rgsweep::analysis {

enum class Verdict : int { no_verdict, transition, crossover, no_transition, not_judged };

/// Why there is no verdict.
enum class Reason : int {
  decided,
  not_training,
  not_measured,
  unclear,
  changes_everywhere,
  no_end,
  few_lengths,
  bad_extrapolation,
  threshold,
  threshold_unchecked,
  moves_away,
  stops_short,
  imprecise,
};

struct VerdictEntry {
  Verdict verdict;
  std::string name;
};
struct ReasonEntry {
  Reason reason;
  std::string name;
  std::string sentence;
};
/// In the order of the values.
const std::vector<VerdictEntry>& verdict_table();
const std::vector<ReasonEntry>& reason_table();

/// What the success of one curve does over the axis.
enum class Outcome : int {
  crosses,  ///< has a critical value
  above,    ///< is above 1/2 everywhere, with 95 % confidence
  below,
  flat,     ///< does not depend on the axis: a change by 1/2 or more is excluded
  unclear,  ///< none of these can be told
  unmeasured,
};

struct Evidence {
  std::vector<Outcome> outcomes;  ///< by training length
  bool end = false;               ///< the axis has a linear end
  Drift drift = {};
  /// d ln d / d ln eps of threshold_exponent(), at the thresholds that have critical values too.
  std::vector<Estimate> threshold_exponents = {};
};

struct Judgement {
  Verdict verdict = Verdict::no_verdict;
  Reason reason = Reason::decided;
  Estimate position = {};  ///< of a transition: the constant when it fits (p >= 0.01), else the extrapolation
};
Judgement judge(const Evidence& evidence);

}  // namespace rgsweep::analysis

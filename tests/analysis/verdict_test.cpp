// The rules by themselves; how often they are right on synthetic families is transitions_test.cpp's business.
#include "rgsweep/analysis/verdict.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace rgsweep::analysis {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Four lengths whose critical value is extrapolated to a distance between near and far; the last is at 0.2.
Evidence evidence(double nearest, double farthest, double constant_p = 0.5) {
  Evidence result{.outcomes = std::vector<Outcome>(4, Outcome::crosses), .end = true};
  result.drift = {.lengths = 4, .limit_p_value = 0.5, .constant_p_value = constant_p, .last_distance = 0.2};
  result.drift.constant = {0.8, 0.78, 0.82};
  result.drift.limit = {1 - nearest, 1 - farthest, 1 - nearest};
  result.drift.nearest_limit = nearest;
  result.drift.farthest_limit = farthest;
  result.threshold_exponents = {{0.01, -0.02, 0.04}};
  return result;
}

void expect(const Evidence& e, Verdict verdict, Reason reason = Reason::decided) {
  const Judgement judgement = judge(e);
  EXPECT_EQ(judgement.verdict, verdict);
  EXPECT_EQ(judgement.reason, reason) << reason_table()[static_cast<std::size_t>(judgement.reason)].name;
}

TEST(Judge, Transition) {
  expect(evidence(0.15, 0.22), Verdict::transition);
  EXPECT_EQ(judge(evidence(0.15, 0.22)).position.value, 0.8);             // the constant
  EXPECT_EQ(judge(evidence(0.15, 0.22, 1e-4)).position.value, 1 - 0.15);  // the extrapolation
  Evidence away = evidence(0.15, 0.22, 1e-4);
  away.drift.exponent = {0.2, 0.1, 0.3};
  expect(away, Verdict::no_verdict, Reason::moves_away);
}

TEST(Judge, CrossoverAndWhatIsBetween) {
  expect(evidence(0, 0.1, 1e-9), Verdict::crossover);
  expect(evidence(0.05, 0.1, 1e-9), Verdict::no_verdict, Reason::stops_short);
  expect(evidence(0, 0.18, 1e-9), Verdict::no_verdict, Reason::imprecise);
  expect(evidence(0, infinity, 1e-9), Verdict::no_verdict, Reason::imprecise);
}

TEST(Judge, ThresholdsMustAgree) {
  Evidence e = evidence(0.15, 0.22);
  e.threshold_exponents.push_back({0.45, 0.4, 0.5});
  expect(e, Verdict::no_verdict, Reason::threshold);
  e.threshold_exponents = {{0.0, -0.3, 0.3}};
  expect(e, Verdict::no_verdict, Reason::threshold);
  e.threshold_exponents.clear();
  expect(e, Verdict::no_verdict, Reason::threshold_unchecked);
}

TEST(Judge, TooLittleToJudge) {
  Evidence e = evidence(0.15, 0.22);
  e.end = false;
  expect(e, Verdict::no_verdict, Reason::no_end);
  e = evidence(0.15, 0.22);
  e.drift.lengths = 2;
  expect(e, Verdict::no_verdict, Reason::few_lengths);
  e = evidence(0.15, 0.22);
  e.drift.limit_p_value = 1e-3;
  expect(e, Verdict::no_verdict, Reason::bad_extrapolation);
}

TEST(Judge, NoTransition) {
  Evidence e{.outcomes = {Outcome::above, Outcome::flat, Outcome::above}, .end = true};
  expect(e, Verdict::no_transition);
  e.outcomes.push_back(Outcome::unclear);
  expect(e, Verdict::no_verdict, Reason::unclear);
  // One length that crosses is enough to ask where the others do.
  e.outcomes.push_back(Outcome::crosses);
  e.drift.lengths = 1;
  expect(e, Verdict::no_verdict, Reason::few_lengths);
}

TEST(Judge, NothingMeasuredIsNoVerdict) {
  const Evidence e{.outcomes = {Outcome::unmeasured, Outcome::unmeasured}, .end = true};
  expect(e, Verdict::no_verdict, Reason::not_measured);
  // What crosses the whole axis between two lengths is not nothing.
  const Evidence changes{.outcomes = {Outcome::below, Outcome::above}, .end = true};
  expect(changes, Verdict::no_verdict, Reason::changes_everywhere);
}

TEST(VerdictTables, AreInTheOrderOfTheirValues) {
  for (std::size_t i = 0; i < verdict_table().size(); ++i)
    EXPECT_EQ(static_cast<std::size_t>(verdict_table()[i].verdict), i);
  for (std::size_t i = 0; i < reason_table().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(reason_table()[i].reason), i);
    EXPECT_EQ(reason_table()[i].sentence.empty(), reason_table()[i].reason == Reason::decided);
  }
}

}  // namespace
}  // namespace rgsweep::analysis

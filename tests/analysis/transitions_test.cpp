// Verdicts on synthetic families of each kind: how often they are right, and that they are hardly ever wrong.
// A wrong verdict counts against the analysis, none does not. tests/bench/coverage.cpp has the full table.
#include "rgsweep/analysis/transitions.hpp"

#include <gtest/gtest.h>

#include "studies.hpp"

namespace rgsweep::analysis {
namespace {

constexpr std::size_t resamples = 200;

FamilyStudy study(Law law, std::size_t families, std::size_t members = 32, std::size_t lengths = 4) {
  return family_study({law, members, 21, lengths}, families, resamples);
}

TEST(Verdicts, Crossover) {
  for (const Law law : {Law::crossover, Law::steep_crossover}) {
    const FamilyStudy found = study(law, 25);
    EXPECT_EQ(found.share(Verdict::transition), 0);
    EXPECT_EQ(found.share(Verdict::no_transition), 0);
    EXPECT_GE(found.share(Verdict::crossover), 0.8);
    EXPECT_GE(found.drift.covered(), 0.8);
    EXPECT_GE(found.inverse.covered(), 0.8);
  }
}

TEST(Verdicts, Transition) {
  const FamilyStudy found = study(Law::transition, 25);
  EXPECT_EQ(found.share(Verdict::crossover), 0);
  EXPECT_EQ(found.share(Verdict::no_transition), 0);
  EXPECT_GE(found.share(Verdict::transition), 0.8);
  EXPECT_GE(found.position.covered(), 0.8);
}

TEST(Verdicts, NoTransition) {
  for (const Law law : {Law::nothing, Law::even}) {
    const FamilyStudy found = study(law, 25);
    EXPECT_EQ(found.share(Verdict::crossover), 0);
    EXPECT_EQ(found.share(Verdict::transition), 0);
    EXPECT_GE(found.share(Verdict::no_transition), 0.8);
  }
}

TEST(Verdicts, AnErrorThatCrossesTheThresholdIsNoTransition) {
  const FamilyStudy found = study(Law::error, 25);
  EXPECT_EQ(found.share(Verdict::transition), 0);
  EXPECT_EQ(found.share(Verdict::crossover), 0);
}

TEST(Verdicts, NoneFromTooLittle) {
  EXPECT_EQ(study(Law::transition, 10, 32, 2).share(Verdict::no_verdict), 1);
  EXPECT_EQ(study(Law::crossover, 10, 32, 1).share(Verdict::no_verdict), 1);
  const FamilyStudy few = study(Law::crossover, 25, 4, 3);
  EXPECT_EQ(few.share(Verdict::transition), 0);
}

TEST(FindTransitions, DoesNotDependOnOtherCurves) {
  Curves one = family_of({Law::crossover, 16, 11, 3}, 1);
  const Transitions alone = find_transitions(one, success_threshold, resamples);
  one.parameters.push_back({.name = "model_symmetry", .type = ColumnType::text});
  Curves both = one;
  for (Curve& curve : one.curves) curve.parameters.emplace_back(std::string("none"));
  const Transitions named = find_transitions(one, success_threshold, resamples);
  both.curves = one.curves;
  for (Curve& curve : family_of({Law::transition, 16, 11, 3}, 2).curves) {
    curve.parameters.emplace_back(std::string("odd"));
    both.curves.push_back(curve);
  }
  const Transitions together = find_transitions(both, success_threshold, resamples);
  ASSERT_EQ(together.critical.size(), 6U);
  for (std::size_t c = 0; c < 3; ++c) {
    const auto& a = named.critical[c][0][0];
    const auto& b = together.critical[c][0][0];
    ASSERT_EQ(a.has_value(), b.has_value());
    if (!a) continue;
    EXPECT_EQ(a->value.value, b->value.value);
    EXPECT_EQ(a->value.low, b->value.low);
    // Another name means other random numbers, but the same data.
    EXPECT_EQ(alone.critical[c][0][0]->value.value, a->value.value);
  }
  EXPECT_EQ(together.families.size(), 2U);
}

}  // namespace
}  // namespace rgsweep::analysis

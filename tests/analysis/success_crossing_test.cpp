// Whether its interval covers is coverage_test.cpp's business.
#include "rgsweep/analysis/success_crossing.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "ensembles.hpp"
#include "rgsweep/analysis/scaling.hpp"

namespace rgsweep::analysis {
namespace {

constexpr std::size_t members = 32;

struct Located {
  std::vector<double> x;
  CurveReplicates replicates;
  std::optional<CriticalValue> critical;
};

Located locate(const std::vector<double>& x, const std::function<double(double)>& probability,
               Coordinate coordinate = Coordinate::axis, std::optional<double> end = {},
               std::size_t threshold_factor = 0) {
  Stream stream(7, Purpose::test_sample, 0);
  const Curve curve = success_curve(x, members, stream, probability);
  ResamplingPlan plan = plan_of(400, 1, members);
  plan.end = end;
  Located located{x, replicate(curve, success_threshold, plan), {}};
  SuccessAnalysis analysis =
      analyze_success({located.x, &located.replicates.success[threshold_factor][0], end});
  locate_critical(analysis, coordinate, 5);
  located.critical = analysis.critical;
  return located;
}

TEST(SuccessCrossing, PlaceWidthAndDirection) {
  const auto falls = [](double a) { return sigmoid((0.4 - a) / 0.08); };
  const Located located = locate(linspace(0, 1, 31), falls);
  ASSERT_TRUE(located.critical.has_value());
  EXPECT_NEAR(located.critical->value.value, 0.4, 0.05);
  EXPECT_LT(located.critical->value.low, located.critical->value.value);
  EXPECT_GT(located.critical->value.high, located.critical->value.value);
  EXPECT_EQ(located.critical->direction, -1);
  EXPECT_TRUE(located.critical->resolved);
  EXPECT_NEAR(located.critical->width, 2 * std::log(9.0) * 0.08, 0.1);
  EXPECT_GT(located.critical->fit_p_value, least_p_value);
  const Located rises = locate(linspace(0, 1, 31), [&](double a) { return 1 - falls(a); });
  ASSERT_TRUE(rises.critical.has_value());
  EXPECT_EQ(rises.critical->direction, 1);
}

TEST(SuccessCrossing, DoesNotFollowTheThresholdInTheGap) {
  // Errors are 1e-6 or 0.1: the same members succeed at 1e-3, 1e-4 and 1e-2.
  const auto falls = [](double a) { return sigmoid((0.4 - a) / 0.08); };
  const Located at = locate(linspace(0, 1, 31), falls);
  ASSERT_TRUE(at.critical.has_value());
  for (const std::size_t factor : {1U, 2U}) {
    const Located other = locate(linspace(0, 1, 31), falls, Coordinate::axis, {}, factor);
    ASSERT_TRUE(other.critical.has_value());
    EXPECT_EQ(other.critical->value.value, at.critical->value.value);
    EXPECT_EQ(other.critical->value.low, at.critical->value.low);
    EXPECT_EQ(other.critical->value.high, at.critical->value.high);
  }
}

TEST(SuccessCrossing, SharperThanTheAxisIsKnownToAStep) {
  const std::vector<double> x = linspace(0, 1, 11);
  const Located located = locate(x, [](double a) { return a < 0.45 ? 1.0 : 0.0; });
  ASSERT_TRUE(located.critical.has_value());
  EXPECT_FALSE(located.critical->resolved);
  EXPECT_NEAR(located.critical->value.value, 0.45, 1e-12);
  EXPECT_NEAR(located.critical->value.low, 0.4, 0.01);
  EXPECT_NEAR(located.critical->value.high, 0.5, 0.01);
}

TEST(SuccessCrossing, InTheLogarithmicDistanceFromTheEnd) {
  // Logistic in ln(1 - a): half of the members at 1 - a = 0.2.
  const auto falls = [](double a) { return a < 1 ? sigmoid(3 * std::log((1 - a) / 0.2)) : 0.0; };
  const Located located = locate(linspace(0, 1, 41), falls, Coordinate::log_distance, 1.0);
  ASSERT_TRUE(located.critical.has_value());
  EXPECT_LT(located.critical->value.low, 0.8);
  EXPECT_GT(located.critical->value.high, 0.8);
  const double far = 0.2 * std::pow(9, 1.0 / 3), near = 0.2 / std::pow(9, 1.0 / 3);
  EXPECT_NEAR(located.critical->width, far - near, 0.12);
}

TEST(SuccessCrossing, TheLinearEndDoesNotCount) {
  // Every network succeeds at slope 1, whatever happens before.
  const auto falls = [](double a) { return a == 1 ? 1.0 : sigmoid((0.6 - a) / 0.06); };
  const std::vector<double> x = linspace(0, 1, 21);
  const Located located = locate(x, falls, Coordinate::axis, 1.0);
  ASSERT_TRUE(located.critical.has_value());
  EXPECT_LT(located.critical->last, x.size() - 1);
  EXPECT_NEAR(located.critical->value.value, 0.6, 0.06);
}

TEST(SuccessCrossing, ABlipFarAwayDoesNotMoveTheFit) {
  const auto falls = [](double a) { return a > 0.95 ? 0.5 : sigmoid((0.3 - a) / 0.04); };
  const Located located = locate(linspace(0, 1, 41), falls);
  ASSERT_TRUE(located.critical.has_value());
  EXPECT_NEAR(located.critical->value.value, 0.3, 0.03);
  EXPECT_LE(located.critical->last, 39U);
}

TEST(SuccessCrossing, LossGoesBeforeGain) {
  // Lost at 0.3, gained again at 0.8 towards the end of the axis.
  const auto lost_and_gained = [](double a) { return a < 0.3 || a > 0.8 ? 1.0 : 0.0; };
  const Located located = locate(linspace(0, 1, 41), lost_and_gained, Coordinate::axis, 1.0);
  ASSERT_TRUE(located.critical.has_value());
  EXPECT_NEAR(located.critical->value.value, 0.3, 0.03);
}

TEST(SideOf, TheEnd) {
  const std::vector<double> x{0, 0.5, 1};
  EXPECT_EQ(side_of(x, 1.0), 1);
  EXPECT_EQ(side_of(x, 0.0), -1);
  EXPECT_FALSE(side_of(x, 0.5).has_value());
  EXPECT_FALSE(side_of(x, std::nullopt).has_value());
}

}  // namespace
}  // namespace rgsweep::analysis

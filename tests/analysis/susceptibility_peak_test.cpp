// Whether its interval covers is coverage_test.cpp's business.
#include "rgsweep/analysis/susceptibility_peak.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "ensembles.hpp"

namespace rgsweep::analysis {
namespace {

constexpr std::size_t members = 64;

/// |m| near 0 or 0.9, with a probability that is `share(x)`.
CurveReplicates order_of(const std::vector<double>& x, const std::function<double(double)>& share) {
  Stream stream(4, Purpose::test_sample, 0);
  const Curve curve = curve_of(x, members, false, stream, [&](double a, double uniform) {
    return Draw{1, uniform < share(a) ? 0.9 : 0};
  });
  return replicate(curve, success_threshold, plan_of(400, 1, members));
}

TEST(SusceptibilityPeak, IsWhereHalfOfTheMembersAreOrdered) {
  const std::vector<double> x = linspace(0, 1, 41);
  const CurveReplicates replicates = order_of(x, [](double a) { return sigmoid((0.42 - a) / 0.07); });
  const auto peak = susceptibility_peak(x, replicates.order);
  ASSERT_TRUE(peak.has_value());
  EXPECT_NEAR(peak->value.value, 0.42, 0.04);
  EXPECT_LT(peak->value.low, 0.42);
  EXPECT_GT(peak->value.high, 0.42);
  EXPECT_EQ(peak->direction, 0);
  EXPECT_NEAR(peak->width, 0.07 * 2 * std::log(3 + std::sqrt(8.0)), 0.06);  // of q (1 - q) at half height
  EXPECT_LT(x[peak->first], 0.42);
  EXPECT_GT(x[peak->last], 0.42);
}

TEST(SusceptibilityPeak, NoneWithoutAMaximumInside) {
  const std::vector<double> x = linspace(0, 1, 41);
  EXPECT_FALSE(susceptibility_peak(x, order_of(x, [](double) { return 0.3; }).order).has_value());
  EXPECT_FALSE(susceptibility_peak(x, order_of(x, [](double) { return 0.0; }).order).has_value());
  const CurveReplicates at_the_end = order_of(x, [](double a) { return 0.5 * a; });
  EXPECT_FALSE(susceptibility_peak(x, at_the_end.order).has_value());
}

TEST(SusceptibilityPeak, NoneOnACoarseAxis) {
  const std::vector<double> x = linspace(0, 1, 11);
  EXPECT_FALSE(susceptibility_peak(x, order_of(x, [](double a) { return sigmoid((0.42 - a) / 0.02); }).order)
                   .has_value());
  EXPECT_FALSE(
      susceptibility_peak(linspace(0, 1, 4), order_of(linspace(0, 1, 4), [](double) { return 0.5; }).order)
          .has_value());
}

TEST(SusceptibilityPeak, TheLinearEndDoesNotCount) {
  const std::vector<double> x = linspace(0, 1, 41);
  const auto share = [](double a) { return a == 1 ? 0.5 : sigmoid((0.42 - a) / 0.07); };
  const CurveReplicates replicates = order_of(x, share);
  const auto without = susceptibility_peak(x, replicates.order, 1.0);
  ASSERT_TRUE(without.has_value());
  EXPECT_NEAR(without->value.value, 0.42, 0.04);
  // With it the smoothed curve rises again at its end and the peak is no narrower there.
  const std::vector<double> rest(x.begin(), x.end() - 1);
  const auto same = susceptibility_peak(rest, order_of(rest, share).order);
  ASSERT_TRUE(same.has_value());
  EXPECT_DOUBLE_EQ(without->value.value, same->value.value);
}

}  // namespace
}  // namespace rgsweep::analysis

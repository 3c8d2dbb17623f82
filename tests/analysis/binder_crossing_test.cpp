// Whether its interval covers is coverage_test.cpp's business.
#include "rgsweep/analysis/binder_crossing.hpp"

#include <gtest/gtest.h>

#include "ensembles.hpp"

namespace rgsweep::analysis {
namespace {

constexpr std::size_t members = 400;

/// m is 0, 1 or -1; |m| is 1 with a probability from 1/3 (U4 = 0) to 1 (U4 = 2/3), passing 2/3 at 0.45.
CurveReplicates order_of(const std::vector<double>& x, double width, std::uint64_t key, bool paired = false) {
  Stream stream(key, Purpose::test_sample, 0);
  const Curve curve = curve_of(x, members, paired, stream, [&](double a, double uniform) {
    const double share = (1 + 2 * sigmoid((0.45 - a) / width)) / 3;
    return Draw{1, uniform < share / 2 ? -1.0 : uniform < share ? 1.0 : 0.0};
  });
  return replicate(curve, success_threshold, plan_of(200, key, members));
}

TEST(BinderCrossing, OfTwoWidths) {
  const std::vector<double> x = linspace(0, 1, 41);
  const CurveReplicates small = order_of(x, 0.2, 1), large = order_of(x, 0.07, 2);
  const auto crossing = binder_crossing(x, small.order, x, large.order);
  ASSERT_TRUE(crossing.has_value());
  EXPECT_NEAR(crossing->value.value, 0.45, 0.04);
  EXPECT_LT(crossing->value.low, 0.45);
  EXPECT_GT(crossing->value.high, 0.45);
  EXPECT_EQ(crossing->direction, -1);  // the large width is more ordered below, less above
  const auto back = binder_crossing(x, large.order, x, small.order);
  ASSERT_TRUE(back.has_value());
  EXPECT_NEAR(back->value.value, crossing->value.value, 1e-6);
  EXPECT_EQ(back->direction, 1);
}

TEST(BinderCrossing, UsesThePlacesThatBothHave) {
  const std::vector<double> x = linspace(0, 1, 41);
  std::vector<double> odd = x;  // every other place is a little beside
  for (std::size_t i = 1; i < odd.size(); i += 2) odd[i] += 1e-3;
  const CurveReplicates small = order_of(x, 0.2, 1), large = order_of(odd, 0.07, 2);
  const auto crossing = binder_crossing(x, small.order, odd, large.order);
  ASSERT_TRUE(crossing.has_value());
  EXPECT_NEAR(crossing->value.value, 0.45, 0.06);
  EXPECT_FALSE(binder_crossing(linspace(0, 1, 4), small.order, x, large.order).has_value());
  EXPECT_FALSE(binder_crossing(std::vector<double>(x.begin(), x.begin() + 6), small.order, odd, large.order)
                   .has_value());
}

TEST(BinderCrossing, NoneWhereTheWidthsAgree) {
  const std::vector<double> x = linspace(0, 1, 41);
  std::size_t found = 0;
  for (std::uint64_t k = 0; k < 16; ++k)
    found += binder_crossing(x, order_of(x, 0.1, 2 * k).order, x, order_of(x, 0.1, 2 * k + 1).order) ? 1 : 0;
  EXPECT_LE(found, 1U);
}

TEST(BinderCrossing, TheLinearEndDoesNotCount) {
  const std::vector<double> x = linspace(0, 1, 41);
  const CurveReplicates small = order_of(x, 0.2, 1), large = order_of(x, 0.07, 2);
  const auto all = binder_crossing(x, small.order, x, large.order),
             without = binder_crossing(x, small.order, x, large.order, x[18]);  // next to the crossing
  ASSERT_TRUE(all.has_value());
  ASSERT_TRUE(without.has_value());
  EXPECT_NE(all->value.value, without->value.value);
}

}  // namespace
}  // namespace rgsweep::analysis

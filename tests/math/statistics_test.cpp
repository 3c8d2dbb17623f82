// Quantiles and intervals by hand, and what happens to values that are not numbers.
#include "rgsweep/math/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace rgsweep::math {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

TEST(Quantile, InterpolatesBetweenOrderStatistics) {
  const std::vector<double> values{4, 1, 3, 2};
  EXPECT_EQ(quantile(values, 0), 1);
  EXPECT_EQ(quantile(values, 1), 4);
  EXPECT_EQ(quantile(values, 0.5), 2.5);
  EXPECT_EQ(quantile(values, 0.25), 1.75);
  EXPECT_EQ(quantile(std::vector<double>{7}, 0.3), 7);
  EXPECT_THROW(quantile(values, 1.1), std::logic_error);
  EXPECT_THROW(quantile(values, nan), std::logic_error);
}

TEST(Quantile, LeavesOutNaN) {
  EXPECT_EQ(quantile(std::vector<double>{nan, 1, nan, 3}, 0.5), 2);
  EXPECT_TRUE(std::isnan(quantile(std::vector<double>{nan, nan}, 0.5)));
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
}

TEST(Quantile, RanksInfinities) {
  EXPECT_EQ(quantile(std::vector<double>{inf, 1, 2}, 0.5), 2);
  EXPECT_EQ(quantile(std::vector<double>{inf, 1, 2}, 0.75), inf);
  EXPECT_EQ(quantile(std::vector<double>{inf, inf, 2}, 0.75), inf);
  EXPECT_EQ(quantile(std::vector<double>{-inf, 1}, 0.5), -inf);
  EXPECT_TRUE(std::isnan(quantile(std::vector<double>{-inf, inf}, 0.5)));
}

TEST(Wilson, KnownValues) {
  // (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n) at z = 2, n = 4: p = 1/2 gives 1/2 -+
  // sqrt(2)/4.
  const Interval half = wilson_interval(0.5, 4, 2);
  EXPECT_NEAR(half.lower, 0.5 - std::sqrt(2.0) / 4, 1e-15);
  EXPECT_NEAR(half.upper, 0.5 + std::sqrt(2.0) / 4, 1e-15);
  // At p = 0 it is [0, z^2/(n + z^2)], at p = 1 the mirror image.
  EXPECT_EQ(wilson_interval(0, 4, 2).lower, 0);
  EXPECT_NEAR(wilson_interval(0, 4, 2).upper, 0.5, 1e-15);
  EXPECT_NEAR(wilson_interval(1, 4, 2).lower, 0.5, 1e-15);
  EXPECT_EQ(wilson_interval(1, 4, 2).upper, 1);
}

TEST(Wilson, NoTrialsSayNothing) {
  const Interval all = wilson_interval(nan, 0);
  EXPECT_EQ(all.lower, 0);
  EXPECT_EQ(all.upper, 1);
}

/// 1, 2, ..., 999: the q-quantile is 1000 q.
std::vector<double> ranks() {
  std::vector<double> values(999);
  std::iota(values.begin(), values.end(), 1);
  return values;
}

double normal_cdf(double z) {
  return std::erfc(-z / std::sqrt(2.0)) / 2;
}

TEST(Bca, WithoutBiasOrAccelerationItIsThePercentileInterval) {
  const Interval interval = bca_interval(500, ranks(), {});
  EXPECT_NEAR(interval.lower, 25, 1e-9);
  EXPECT_NEAR(interval.upper, 975, 1e-9);
  const Interval half = bca_interval(500, ranks(), {}, 0.5);
  EXPECT_NEAR(half.lower, 250, 1e-9);
  EXPECT_NEAR(half.upper, 750, 1e-9);
}

TEST(Bca, CorrectsBias) {
  // 691.5 of 999 values below, the equal one counted half: z0 = 0.502074.
  const double z0 = 0.502073791, z = 1.959963984540054;
  EXPECT_NEAR(normal_cdf(z0), 691.5 / 999, 1e-9);
  const Interval interval = bca_interval(692, ranks(), {});
  EXPECT_NEAR(interval.lower, 1000 * normal_cdf(2 * z0 - z), 0.1);
  EXPECT_NEAR(interval.upper, 1000 * normal_cdf(2 * z0 + z), 0.1);
}

TEST(Bca, AcceleratesByTheSkewnessOfTheInfluences) {
  // Two members alike and one apart, 1000 times: influences (n - 1) (mean - value) / n go as 1, 1, -2, whose
  // sums of squares and cubes are 6 and -6 a group: A = -6000 / (6 * 6000^1.5).
  const std::vector<std::vector<LeftOut>> left_out{{{-1, 2000}, {2, 1000}}};
  const double a = -1000 / std::pow(6000, 1.5), z = 1.9607553;  // Student's quantile, 2999 degrees of freedom
  const Interval interval = bca_interval(500, ranks(), left_out);
  EXPECT_NEAR(interval.lower, 1000 * normal_cdf(z / (-1 - a * z)), 0.1);
  EXPECT_NEAR(interval.upper, 1000 * normal_cdf(z / (1 - a * z)), 0.1);
  EXPECT_LT(interval.upper, 975);
  // One list or the same members in a thousand lists of three: only the degrees of freedom are fewer.
  const std::vector<std::vector<LeftOut>> many(1000, {{-1, 2}, {2, 1}});
  EXPECT_NEAR(bca_interval(500, ranks(), many).upper, interval.upper, 1);
}

TEST(Bca, FewMembersWidenIt) {
  // Five members without skewness have four degrees of freedom: Student's 97.5 % quantile is 2.776445.
  const std::vector<std::vector<LeftOut>> left_out{{{-1, 2}, {0, 1}, {1, 2}}};
  const Interval interval = bca_interval(500, ranks(), left_out);
  EXPECT_NEAR(interval.lower, 1000 * normal_cdf(-2.776445), 1e-3);
  EXPECT_NEAR(interval.upper, 1000 * normal_cdf(2.776445), 1e-3);
  // Two such samples have eight: 2.306004.
  const std::vector<std::vector<LeftOut>> two{left_out[0], left_out[0]};
  EXPECT_NEAR(bca_interval(500, ranks(), two).upper, 1000 * normal_cdf(2.306004), 1e-3);
}

TEST(Bca, FollowsAnIncreasingTransformation) {
  std::vector<double> values = ranks();
  const Interval interval = bca_interval(420, values, {});
  for (double& value : values) value = std::exp(value / 100);
  const Interval transformed = bca_interval(std::exp(4.2), values, {});
  EXPECT_NEAR(100 * std::log(transformed.lower), interval.lower, 0.01);
  EXPECT_NEAR(100 * std::log(transformed.upper), interval.upper, 0.01);
}

TEST(Bca, UndefinedResamples) {
  std::vector<double> values = ranks();
  std::fill_n(values.begin() + 480, 20, nan);  // 2 %
  // 480 of 980 lie below 500, so z0 = -0.0256 and the end is the Phi(2 z0 - 1.96) = 2.22 % quantile.
  EXPECT_NEAR(bca_interval(500, values, {}).lower, 21.8, 0.2);
  std::fill_n(values.begin() + 470, 30, nan);  // 3 %
  EXPECT_TRUE(std::isnan(bca_interval(500, values, {}).lower));
  EXPECT_TRUE(std::isnan(bca_interval(nan, ranks(), {}).upper));
  EXPECT_TRUE(std::isnan(bca_interval(1, {}, {}).upper));
  EXPECT_THROW(bca_interval(500, ranks(), {}, 1), std::logic_error);
}

TEST(Bca, ConstantAndInfiniteValues) {
  const Interval point =
      bca_interval(3, std::vector<double>(100, 3.0), std::vector<std::vector<LeftOut>>{{{3, 10}}});
  EXPECT_EQ(point.lower, 3);
  EXPECT_EQ(point.upper, 3);
  std::vector<double> values = ranks();
  std::fill_n(values.end() - 50, 50, inf);
  EXPECT_EQ(bca_interval(500, values, {}).upper, inf);
}

TEST(Interval, ContainsItsEndsAndNothingWhenNotDefined) {
  EXPECT_TRUE((Interval{1, 2}).contains(1));
  EXPECT_FALSE((Interval{1, 2}).contains(2.1));
  EXPECT_FALSE((Interval{nan, 2}).contains(1));
}

TEST(ChiSquared, KnownTails) {
  EXPECT_NEAR(chi_squared_tail(3.841458820694124, 1), 0.05, 1e-12);
  EXPECT_NEAR(chi_squared_tail(2 * std::log(10.0), 2), 0.1, 1e-12);  // exp(-x/2) for two degrees
  EXPECT_NEAR(chi_squared_tail(18.307038053275146, 10), 0.05, 1e-12);
  EXPECT_EQ(chi_squared_tail(-1, 3), 1);
}

}  // namespace
}  // namespace rgsweep::math

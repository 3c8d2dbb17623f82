// Quantiles and Wilson intervals by hand, and what happens to values that are not numbers.
#include "rgsweep/math/statistics.hpp"

#include <cmath>
#include <limits>
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

}  // namespace
}  // namespace rgsweep::math

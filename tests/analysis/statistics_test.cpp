#include "rgsweep/analysis/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "points.hpp"

namespace rgsweep::analysis {
namespace {

using testing::IsNan;

/// An ensemble of given test errors on one distribution; infinite ones are those of diverged members.
Ensemble ensemble_of(const std::vector<double>& mse, const std::vector<double>& order = {}) {
  Ensemble ensemble{.x = 0.5, .units = 2, .test_mse = {mse}};
  for (std::size_t i = 0; i < mse.size(); ++i) {
    ensemble.seeds.push_back(static_cast<std::int64_t>(i));
    ensemble.diverged.push_back(std::isinf(mse[i]));
    ensemble.order_parameter.push_back(i < order.size() ? order[i] : nan);
  }
  return ensemble;
}

TEST(Statistics, OfTestErrors) {
  const Statistics s = statistics(ensemble_of({4e-4, 1e-3, 3e-3, 2e-4, 0.5}), 1e-3);
  EXPECT_EQ(s.n, 5U);
  EXPECT_EQ(s.n_diverged, 0U);
  const TestStatistics& test = s.tests.at(0);
  EXPECT_EQ(test.n, 5U);
  EXPECT_DOUBLE_EQ(test.success_fraction, 0.4);  // the threshold itself is no success
  EXPECT_DOUBLE_EQ(test.mse_median, 1e-3);
  EXPECT_DOUBLE_EQ(test.mse_lower_quartile, 4e-4);
  EXPECT_DOUBLE_EQ(test.mse_upper_quartile, 3e-3);
  EXPECT_DOUBLE_EQ(test.mse_mean, (4e-4 + 1e-3 + 3e-3 + 2e-4 + 0.5) / 5);
}

// Newcombe, Statistics in Medicine 17, 857 (1998), table I, method 3: 81/263, 15/148, 0/20 and 1/29.
TEST(Statistics, WilsonIntervals) {
  const struct {
    int successes, n;
    double low, high;
  } table[] = {
      {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
  for (const auto& row : table) {
    std::vector<double> mse(static_cast<std::size_t>(row.n), 1.0);
    std::fill_n(mse.begin(), row.successes, 0.0);
    const TestStatistics test = statistics(ensemble_of(mse), 1e-3).tests.at(0);
    EXPECT_NEAR(test.success_low, row.low, 5e-5) << row.successes << "/" << row.n;
    EXPECT_NEAR(test.success_high, row.high, 5e-5) << row.successes << "/" << row.n;
  }
}

TEST(Statistics, DivergedMembersAreFailuresOfInfiniteError) {
  const Statistics s = statistics(ensemble_of({1e-6, infinity, 1e-6, infinity, 1e-6}), 1e-3);
  EXPECT_EQ(s.n, 5U);
  EXPECT_EQ(s.n_diverged, 2U);
  EXPECT_EQ(s.tests.at(0).n, 5U);
  EXPECT_DOUBLE_EQ(s.tests[0].success_fraction, 0.6);
  EXPECT_EQ(s.tests[0].mse_median, 1e-6);
  EXPECT_EQ(s.tests[0].mse_upper_quartile, infinity);
  EXPECT_EQ(s.tests[0].mse_mean, infinity);
}

TEST(Statistics, MembersNotMeasuredDoNotCount) {
  const Statistics some = statistics(ensemble_of({nan, 1e-6, nan}), 1e-3);
  EXPECT_EQ(some.n, 3U);
  EXPECT_EQ(some.tests.at(0).n, 1U);
  EXPECT_EQ(some.tests[0].success_fraction, 1);
  const Statistics none = statistics(ensemble_of({nan, nan}), 1e-3);
  EXPECT_EQ(none.tests.at(0).n, 0U);
  for (const double value : {none.tests[0].success_fraction, none.tests[0].success_low,
                             none.tests[0].success_high, none.tests[0].mse_median, none.tests[0].mse_mean})
    EXPECT_THAT(value, IsNan());
}

// m = -1, 1/2, 0, 1/2: <|m|> = 1/2, <m^2> = 3/8, <m^4> = 9/32.
TEST(Statistics, OfTheOrderParameter) {
  Ensemble ensemble = ensemble_of({1, 1, 1, 1, 1}, {-1, 0.5, 0, 0.5, nan});
  ensemble.units = 6;
  const Statistics s = statistics(ensemble, 1e-3);
  EXPECT_DOUBLE_EQ(s.order_parameter_mean_abs, 0.5);
  EXPECT_DOUBLE_EQ(s.susceptibility, 6 * (3.0 / 8 - 1.0 / 4));
  EXPECT_DOUBLE_EQ(s.binder, 1 - (9.0 / 32) / (3 * 9.0 / 64));
}

TEST(Statistics, OrderParameterLimits) {
  const Statistics ordered = statistics(ensemble_of({1, 1, 1}, {-0.3, 0.3, -0.3}), 1e-3);
  EXPECT_NEAR(ordered.susceptibility, 0, 1e-30);
  EXPECT_DOUBLE_EQ(ordered.binder, 2.0 / 3);
  const Statistics balanced = statistics(ensemble_of({1, 1}, {0, 0}), 1e-3);
  EXPECT_EQ(balanced.order_parameter_mean_abs, 0);
  EXPECT_EQ(balanced.susceptibility, 0);
  EXPECT_THAT(balanced.binder, IsNan());
  const Statistics undefined_m = statistics(ensemble_of({1, 1}), 1e-3);
  EXPECT_THAT(undefined_m.order_parameter_mean_abs, IsNan());
  EXPECT_THAT(undefined_m.susceptibility, IsNan());
  EXPECT_THAT(undefined_m.binder, IsNan());
  Ensemble no_width = ensemble_of({1, 1}, {0.5, 0.25});
  no_width.units = nan;
  EXPECT_THAT(statistics(no_width, 1e-3).susceptibility, IsNan());
}

TEST(Statistics, ThresholdIsPositive) {
  EXPECT_THROW(statistics(ensemble_of({1}), 0), std::logic_error);
  EXPECT_THROW(statistics(ensemble_of({1}), nan), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::analysis

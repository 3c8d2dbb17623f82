#include "rgsweep/analysis/drift.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "ensembles.hpp"

namespace rgsweep::analysis {
namespace {

/// Critical values with normal errors, as statistics of 500 resamples and 20 members that are left out.
std::vector<Replicated> with_errors(const std::vector<double>& values, double deviation, std::uint64_t key) {
  std::vector<Replicated> result;
  Stream stream(key, Purpose::test_sample, 0);
  for (const double value : values) {
    Replicated one{.resamples = 500, .paired = false, .left_out = std::vector<LeaveOut>(20, {0, 1})};
    const double data = value + deviation * stream.normal();
    one.values.push_back(data);
    for (int r = 0; r < 500; ++r) one.values.push_back(data + deviation * stream.normal());
    for (int i = 0; i < 20; ++i) one.values.push_back(data + deviation * stream.normal() / 20);
    result.push_back(std::move(one));
  }
  return result;
}

Drift drift_of_values(const std::vector<double>& values, double deviation, std::uint64_t key = 1,
                      double end = 1, double side = 1) {
  std::vector<double> sizes;
  for (std::size_t i = 0; i < values.size(); ++i) sizes.push_back(500 * std::pow(4, static_cast<double>(i)));
  const std::vector<Replicated> replicated = with_errors(values, deviation, key);
  std::vector<const Replicated*> parts;
  for (const Replicated& r : replicated) parts.push_back(&r);
  return drift_of(sizes, parts, end, side);
}

TEST(Drift, OfAPowerLawToTheEnd) {
  // d = 0.6 (T / 500)^(-1/2)
  const Drift drift = drift_of_values({0.4, 0.7, 0.85, 0.925}, 1e-6);
  EXPECT_EQ(drift.lengths, 4U);
  EXPECT_NEAR(drift.exponent.value, -0.5, 1e-4);
  EXPECT_NEAR(drift.limit.value, 1, 1e-4);
  EXPECT_NEAR(drift.limit_exponent, 2, 1e-2);
  EXPECT_NEAR(drift.amplitude, 0.6 * std::sqrt(500.0), 0.1);
  EXPECT_NEAR(drift.last_distance, 0.075, 1e-4);
  EXPECT_LT(drift.constant_p_value, 1e-6);
  EXPECT_EQ(drift.nearest_limit, 0);
}

TEST(Drift, OfAPowerLawThatStopsBeforeTheEnd) {
  const Drift drift = drift_of_values({0.4, 0.6, 0.7, 0.75, 0.775}, 1e-6);  // to 0.8
  EXPECT_NEAR(drift.limit.value, 0.8, 1e-3);
  EXPECT_LT(drift.limit.high, 0.81);
  EXPECT_NEAR(drift.nearest_limit, 1 - drift.limit.high, 1e-12);
  EXPECT_NEAR(drift.farthest_limit, 1 - drift.limit.low, 1e-12);
}

TEST(Drift, OnTheOtherSideOfTheEnd) {
  const Drift drift = drift_of_values({0.6, 0.3, 0.15, 0.075}, 1e-6, 1, 0, -1);
  EXPECT_NEAR(drift.exponent.value, -0.5, 1e-4);
  EXPECT_NEAR(drift.limit.value, 0, 1e-4);
  EXPECT_LE(drift.limit.low, drift.limit.high);
}

TEST(Drift, ConstantIsTheWeightedMean) {
  const Drift drift = drift_of_values({0.63, 0.63, 0.63, 0.63}, 0.01);
  EXPECT_NEAR(drift.constant.value, 0.63, 0.02);
  EXPECT_NEAR(drift.constant.high - drift.constant.low, 2 * 1.96 * 0.01 / 2, 2e-3);
  EXPECT_GT(drift.constant_p_value, 0.01);
}

TEST(Drift, IntervalsCover) {
  std::size_t y = 0, limit = 0, constant = 0;
  const std::size_t trials = 300;
  for (std::uint64_t k = 0; k < trials; ++k) {
    const Drift moving = drift_of_values({0.4, 0.7, 0.85, 0.925}, 0.01, k);
    y += moving.exponent.low <= -0.5 && -0.5 <= moving.exponent.high ? 1 : 0;
    limit += moving.limit.low <= 1 && 1 <= moving.limit.high ? 1 : 0;
    const Drift still = drift_of_values({0.6, 0.6, 0.6, 0.6}, 0.01, k);
    constant += still.constant.low <= 0.6 && 0.6 <= still.constant.high ? 1 : 0;
  }
  EXPECT_GE(y, 0.90 * trials);
  EXPECT_GE(limit, 0.90 * trials);
  EXPECT_GE(constant, 0.90 * trials);
  EXPECT_LT(constant, trials);
}

TEST(Drift, FewLengths) {
  EXPECT_EQ(drift_of({}, {}, 1, 1).lengths, 0U);
  const Drift one = drift_of_values({0.5}, 0.01);
  EXPECT_TRUE(std::isnan(one.exponent.value));
  EXPECT_FALSE(std::isnan(one.constant.value));
  const Drift two = drift_of_values({0.5, 0.75}, 1e-6);
  EXPECT_NEAR(two.exponent.value, -0.5, 1e-4);
  EXPECT_TRUE(std::isnan(two.limit.value));
}

TEST(ThresholdExponent, OfADistanceThatFollowsTheThreshold) {
  // d = sqrt(eps): ten times the threshold is sqrt(10) times as far.
  const std::vector<Replicated> here = with_errors({0.9, 0.9}, 1e-6, 1),
                                there = with_errors({1 - 0.1 * std::sqrt(10.0), 1 - 0.1 * std::sqrt(10.0)},
                                                    1e-6, 2);
  const std::vector<const Replicated*> a{&here[0], &here[1]}, b{&there[0], &there[1]};
  EXPECT_NEAR(threshold_exponent(a, b, 10, 1, 1).value, 0.5, 1e-4);
  EXPECT_NEAR(threshold_exponent(a, a, 10, 1, 1).value, 0, 1e-12);
}

}  // namespace
}  // namespace rgsweep::analysis

#include "rgsweep/analysis/replicates.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rgsweep::analysis {
namespace {

using testing::ElementsAre;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Replicates table(std::vector<LeaveOut> left_out, std::vector<float> values, bool paired = false) {
  return {.columns = 1,
          .resamples = 2,
          .paired = paired,
          .left_out = std::move(left_out),
          .values = std::move(values)};
}

TEST(Replicates, AStatisticByRow) {
  const Replicates one = table({{0, 3}}, {1, 2, 3, 4});
  EXPECT_EQ(one.rows(), 4U);
  const Replicated twice = replicated(one, [](std::size_t r, std::span<const float> row) {
    return 2 * double{row[0]} + 100.0 * static_cast<double>(r);
  });
  EXPECT_THAT(twice.values, ElementsAre(2, 104, 206, 308));
  EXPECT_THAT(twice.resampled(), ElementsAre(104, 206));
  EXPECT_EQ(twice.left_out[0].members, 3);
}

TEST(JointRows, IndependentPartsLeaveOutOneAtATime) {
  const Replicates a = table({{0, 3}, {1, 2}}, {1, 2, 3, 4, 5}), b = table({{0, 7}}, {10, 20, 30, 40});
  const JointRows joint = joint_rows({RowKinds(a), RowKinds(b)});
  const Replicated sum = joint.replicated([&](const std::vector<std::size_t>& rows) {
    return double{a.row(rows[0])[0]} + double{b.row(rows[1])[0]};
  });
  EXPECT_THAT(sum.values, ElementsAre(11, 22, 33, 14, 15, 41));
  ASSERT_EQ(sum.left_out.size(), 3U);
  EXPECT_EQ(sum.left_out[1].sample, 1U);
  EXPECT_EQ(sum.left_out[2].sample, 2U);  // a sample of its own, after the two of the first part
  EXPECT_EQ(sum.left_out[2].members, 7);
}

TEST(JointRows, PairedPartsLeaveOutTheSameSeed) {
  const Replicates a = table({{0, 1}, {0, 1}}, {1, 2, 3, 4, 5}, true),
                   b = table({{0, 1}, {0, 1}}, {10, 20, 30, 40, 50}, true);
  const Replicated sum =
      joint_rows({RowKinds(a), RowKinds(b)}).replicated([&](const std::vector<std::size_t>& rows) {
        return double{a.row(rows[0])[0]} + double{b.row(rows[1])[0]};
      });
  EXPECT_THAT(sum.values, ElementsAre(11, 22, 33, 44, 55));
  EXPECT_EQ(sum.left_out[1].sample, 0U);
}

TEST(JointRows, RefusesPartsThatDoNotMatch) {
  const Replicates a = table({{0, 1}}, {1, 2, 3, 4}), paired = table({{0, 1}}, {1, 2, 3, 4}, true);
  Replicates fewer = a;
  fewer.resamples = 1;
  EXPECT_THROW(joint_rows({RowKinds(a), RowKinds(paired)}), std::logic_error);
  EXPECT_THROW(joint_rows({RowKinds(a), RowKinds(fewer)}), std::logic_error);
  EXPECT_THROW(joint_rows({}), std::logic_error);
}

TEST(Estimate, IsTheValueOfTheDataWithItsInterval) {
  Replicated statistic{.resamples = 999};
  statistic.values.push_back(500);
  for (int i = 1; i <= 999; ++i) statistic.values.push_back(i);
  // Five members without skewness: Student's quantile with four degrees of freedom, Phi(-2.776) = 0.00275.
  for (const auto& [value, members] : {std::pair(-1.0, 2.0), {0.0, 1.0}, {1.0, 2.0}}) {
    statistic.values.push_back(value);
    statistic.left_out.push_back({0, members});
  }
  const Estimate of_statistic = estimate(statistic);
  EXPECT_EQ(of_statistic.value, 500);
  EXPECT_NEAR(of_statistic.low, 2.75, 0.01);
  EXPECT_NEAR(of_statistic.high, 997.25, 0.01);
}

TEST(ResampledDeviation, OfMostOfTheResamples) {
  Replicated statistic{.resamples = 1000};
  statistic.values.push_back(0);
  for (int i = 0; i < 1000; ++i) statistic.values.push_back(i < 10 ? 1e9 : i < 20 ? nan : i);
  EXPECT_NEAR(resampled_deviation(statistic), 0.3413 * 990, 3);
  statistic.values.assign(1001, nan);
  EXPECT_TRUE(std::isnan(resampled_deviation(statistic)));
}

}  // namespace
}  // namespace rgsweep::analysis

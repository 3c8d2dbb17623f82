#include "rgsweep/analysis/refinement.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "studies.hpp"

namespace rgsweep::analysis {
namespace {

constexpr std::size_t members = 32;

std::function<double(double)> falls(double critical, double width) {
  return [=](double a) { return sigmoid((critical - a) / width); };
}

std::vector<double> refined(const std::vector<double>& x, const std::function<double(double)>& probability,
                            std::size_t count, std::uint64_t key = 1) {
  Stream stream(key, Purpose::test_sample, 0);
  const CurveReplicates replicates =
      replicate(success_curve(x, members, stream, probability), success_threshold, plan_of(1, 1, members));
  return refined_places(SuccessCurve{x, &replicates.success[0][0]}, count);
}

TEST(RefinedPlaces, LieWhereSuccessIsLost) {
  const std::vector<double> x = linspace(0, 1, 11);
  const std::vector<double> places = refined(x, falls(0.42, 0.05), 8);
  ASSERT_EQ(places.size(), 8U);
  EXPECT_TRUE(std::is_sorted(places.begin(), places.end()));
  EXPECT_EQ(std::adjacent_find(places.begin(), places.end()), places.end());
  for (const double place : places) {
    EXPECT_NEAR(place, 0.42, 0.2);
    EXPECT_EQ(std::count(x.begin(), x.end(), place), 0);
  }
  EXPECT_LT(places.front(), 0.42);
  EXPECT_GT(places.back(), 0.42);
  EXPECT_EQ(refined(x, falls(0.42, 0.05), 8), places);
}

TEST(RefinedPlaces, FillTheStepThatHidesTheCrossing) {
  const std::vector<double> places = refined(
      linspace(0, 1, 11), [](double a) { return a < 0.65 ? 1.0 : 0.0; }, 6);
  ASSERT_EQ(places.size(), 6U);
  for (const double place : places) {
    EXPECT_GT(place, 0.55);
    EXPECT_LT(place, 0.75);
  }
}

TEST(RefinedPlaces, NoneWithoutACrossing) {
  const std::vector<double> x = linspace(0, 1, 11);
  EXPECT_TRUE(refined(
                  x, [](double) { return 1.0; }, 6)
                  .empty());
  EXPECT_TRUE(refined(
                  x, [](double) { return 0.5; }, 6)
                  .empty());
  EXPECT_TRUE(refined(x, falls(0.42, 0.05), 0).empty());
  // Fifteen candidates in each step, and no more.
  EXPECT_EQ(refined(
                {0, 1}, [](double a) { return 1 - a; }, 100)
                .size(),
            15U);
}

TEST(RefinedPlaces, OfMembers) {
  const std::vector<double> x = linspace(0, 1, 11);
  Stream stream(1, Purpose::test_sample, 0);
  Curve curve = success_curve(x, members, stream, falls(0.42, 0.05));
  EXPECT_EQ(refined_places(curve, 0, success_threshold, {}, 8), refined(x, falls(0.42, 0.05), 8));
  EXPECT_TRUE(refined_places(curve, 0, 1, {}, 8).empty());  // an error of 0.1 is a success then
  // What the networks do at the linear end is nothing to be refined.
  for (double& mse : curve.ensembles.back().test_mse[0]) mse = 0;
  for (const double place : refined_places(curve, 0, success_threshold, 1.0, 8)) EXPECT_LT(place, 0.7);
}

/// Mean width of the critical value's interval.
double interval_width(const std::vector<double>& x, double critical, double width, std::uint64_t key) {
  Stream stream(key, Purpose::test_sample, 5);
  const CurveReplicates replicates = replicate(success_curve(x, members, stream, falls(critical, width)),
                                               success_threshold, plan_of(200, key + 1, members));
  SuccessAnalysis analysis = analyze_success({x, &replicates.success[0][0], {}});
  locate_critical(analysis, Coordinate::axis, key + 1);
  return analysis.critical ? analysis.critical->value.high - analysis.critical->value.low : 1;
}

// 11 places and 10 more against 63 of a uniform grid: a third of the trainings.
TEST(RefinedPlaces, AThirdOfTheTrainingsGiveTheSameInterval) {
  const std::vector<double> coarse = linspace(0, 1, 11), uniform = linspace(0, 1, 63);
  for (const double width : {0.01, 0.03}) {
    double with = 0, without = 0;
    const std::uint64_t trials = 40;
    for (std::uint64_t k = 0; k < trials; ++k) {
      const double critical = critical_of(k);
      std::vector<double> x = coarse;
      const std::vector<double> more = refined(coarse, falls(critical, width), 10, k);
      x.insert(x.end(), more.begin(), more.end());
      std::sort(x.begin(), x.end());
      EXPECT_LE(3 * x.size(), uniform.size());
      with += interval_width(x, critical, width, k);
      without += interval_width(uniform, critical, width, k);
    }
    EXPECT_LE(with, without) << width;
    RecordProperty("refined_" + std::to_string(width), std::to_string(with / trials));
    RecordProperty("uniform_" + std::to_string(width), std::to_string(without / trials));
  }
}

}  // namespace
}  // namespace rgsweep::analysis

#include "rgsweep/analysis/collapse.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "ensembles.hpp"

namespace rgsweep::analysis {
namespace {

constexpr std::size_t members = 48;

struct Family {
  std::vector<double> x = linspace(0, 1, 21);
  std::vector<double> sizes = {500, 2000, 8000, 32000};
  std::vector<CurveReplicates> replicates = {};

  Family(const std::function<double(double d, double size)>& probability, std::uint64_t key) {
    for (const double size : sizes) {
      Stream stream(key, Purpose::test_sample, static_cast<std::uint64_t>(size));
      const Curve curve =
          success_curve(x, members, stream, [&](double a) { return a < 1 ? probability(1 - a, size) : 0; });
      ResamplingPlan plan = plan_of(200, key + static_cast<std::uint64_t>(size), members);
      plan.end = 1;
      replicates.push_back(replicate(curve, success_threshold, plan));
    }
  }
  Collapse collapse(std::size_t first = 0) const {
    std::vector<CollapsePart> parts;
    for (std::size_t i = 0; i < sizes.size(); ++i)
      parts.push_back({sizes[i], x, &replicates[i].success[0][0], first, x.size() - 1});
    return collapse_of(parts, 1, 0.4);
  }
};

double steep(double d, double size) {
  return 1 - std::exp(-std::pow(size * d * d / 300, 2));
}

TEST(Collapse, FindsTheExponent) {
  const Collapse collapse = Family(steep, 1).collapse();
  EXPECT_NEAR(collapse.exponent.value, 2, 0.15);
  EXPECT_NEAR(collapse.inverse.value, 1 / collapse.exponent.value, 1e-12);
  EXPECT_LT(collapse.exponent.low, 2);
  EXPECT_GT(collapse.exponent.high, 2);
  EXPECT_NEAR(collapse.quality, 1, 0.6);
  EXPECT_GT(collapse.p_value, 0.01);
}

TEST(Collapse, IntervalCovers) {
  std::size_t covered = 0;
  const std::size_t trials = 60;
  for (std::uint64_t k = 0; k < trials; ++k) {
    const Estimate inverse = Family(steep, k).collapse().inverse;
    covered += inverse.low <= 0.5 && 0.5 <= inverse.high ? 1 : 0;
  }
  EXPECT_GE(covered, 0.85 * trials);
}

TEST(Collapse, NothingToCollapse) {
  // The same curve at every size: 1/z is 0, and z has no upper end.
  const Collapse collapse = Family([](double d, double) { return sigmoid((d - 0.4) / 0.05); }, 3).collapse();
  EXPECT_NEAR(collapse.inverse.value, 0, 0.05);
  EXPECT_LT(collapse.inverse.low, 0);
  EXPECT_GT(collapse.inverse.high, 0);
  EXPECT_TRUE(std::isnan(collapse.exponent.high) || std::isinf(collapse.exponent.high));
}

TEST(Collapse, SeesWhatDoesNotCollapse) {
  // Each size has its own width in ln d.
  const Collapse collapse = Family(
                                [](double d, double size) {
                                  const double dc = 0.8 * std::pow(size / 500, -0.4);
                                  return sigmoid(std::log(d / dc) * (size < 5000 ? 1.5 : 9));
                                },
                                4)
                                .collapse();
  EXPECT_GT(collapse.quality, 2);
  EXPECT_LT(collapse.p_value, 0.01);
}

TEST(Collapse, TooFewPlaces) {
  EXPECT_TRUE(std::isnan(Family(steep, 1).collapse(20).exponent.value));
}

}  // namespace
}  // namespace rgsweep::analysis

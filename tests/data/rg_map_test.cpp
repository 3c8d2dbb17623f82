// The step and its recursion by hand, on exact small inputs and on samples; the order of the draws.
#include "rgsweep/data/rg_map.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "rgsweep/math/cumulant_accumulator.hpp"

namespace rgsweep::data {
namespace {

Inputs drawn(const char* distribution, int block, std::size_t samples) {
  Stream stream(5, Purpose::test_sample, 3);
  return draw_inputs(parse_distribution(distribution), block, samples, stream);
}

TEST(RgMap, TargetIsTheRescaledSum) {
  Inputs x(3, 4);
  x << 1, 2, 3, 4,   //
      -1, 1, -1, 1,  //
      0.5, 0, 0, 0;
  const Eigen::ArrayXd y = RgMap{4}.target(x);
  ASSERT_EQ(y.size(), 3);
  EXPECT_EQ(y[0], 5);
  EXPECT_EQ(y[1], 0);
  EXPECT_EQ(y[2], 0.25);
  EXPECT_EQ(RgMap{2}.target(x.leftCols(2))[0], 3 / std::sqrt(2.0));
  EXPECT_EQ(RgMap{1}.target(x.leftCols(1))[0], 1);
}

TEST(RgMap, TargetOfARowDoesNotDependOnItsPlace) {
  const Inputs x = drawn("gaussian", 9, 67);
  const RgMap map{9};
  const Eigen::ArrayXd whole = map.target(x);
  for (Eigen::Index i = 0; i < x.rows(); ++i) EXPECT_EQ(map.target(x.middleRows(i, 1))[0], whole[i]) << i;
}

TEST(RgMap, TargetInPlaceIsTheSame) {
  const Inputs x = drawn("gaussian", 3, 67);
  const RgMap map{3};
  Eigen::ArrayXd y(67);
  map.target(x, y);
  EXPECT_TRUE((y == map.target(x)).all());
  Eigen::ArrayXf rounded(67);
  map.target(x.cast<float>(), rounded);
  EXPECT_LT((rounded.cast<double>() - y).abs().maxCoeff(), 1e-6);
}

TEST(RgMap, CumulantsFollowTheRecursion) {
  const RgMap two{2}, four{4};
  EXPECT_DOUBLE_EQ(two.target_cumulant(3, 1), 3 * std::sqrt(2.0));  // relevant
  EXPECT_DOUBLE_EQ(two.target_cumulant(3, 2), 3);                   // marginal
  EXPECT_DOUBLE_EQ(two.target_cumulant(3, 3), 3 / std::sqrt(2.0));  // irrelevant
  EXPECT_DOUBLE_EQ(two.target_cumulant(3, 4), 1.5);
  EXPECT_DOUBLE_EQ(four.target_cumulant(16, 6), 1);
  EXPECT_EQ(two.flow_cumulant(7, 5, 0), 7);
  double kappa = 7;
  for (int step = 1; step <= 6; ++step) {
    kappa = four.target_cumulant(kappa, 5);
    EXPECT_DOUBLE_EQ(four.flow_cumulant(7, 5, step), kappa);
  }
  // Two steps of two sites are one of four.
  for (int n = 1; n <= 8; ++n) EXPECT_DOUBLE_EQ(two.flow_cumulant(1, n, 2), four.target_cumulant(1, n));
  EXPECT_TRUE(std::isnan(two.target_cumulant(std::numeric_limits<double>::quiet_NaN(), 4)));
}

TEST(RgMap, SamplesFollowTheRecursion) {
  for (const char* text : {"exponential", "uniform", "bimodal(0.8)"}) {
    for (const int block : {2, 3}) {
      const RgMap map{block};
      const Distribution distribution = parse_distribution(text);
      const Eigen::ArrayXd y = map.target(drawn(text, block, 40000));
      math::CumulantAccumulator accumulator;
      accumulator.add({y.data(), static_cast<std::size_t>(y.size())});
      const auto k = accumulator.k_statistics(), errors = accumulator.standard_errors();
      for (int n = 1; n <= 4; ++n) {
        const auto i = static_cast<std::size_t>(n) - 1;
        EXPECT_NEAR(k[i], map.target_cumulant(distribution.cumulant(n), n), 5 * errors[i])
            << text << ", block " << block << ", order " << n;
      }
    }
  }
}

TEST(DrawInputs, GoesSampleBySample) {
  const Inputs x = drawn("laplace", 3, 5);
  ASSERT_EQ(x.rows(), 5);
  ASSERT_EQ(x.cols(), 3);
  Stream stream(5, Purpose::test_sample, 3);
  std::vector<double> flat(15);
  parse_distribution("laplace").sample(stream, flat);
  for (Eigen::Index i = 0; i < 5; ++i)
    for (Eigen::Index s = 0; s < 3; ++s) EXPECT_EQ(x(i, s), flat[static_cast<std::size_t>(3 * i + s)]);
}

TEST(DrawInputs, LongerSetsExtendShorterOnesAndTilesMakeTheWhole) {
  for (const char* text : {"gaussian", "gamma(0.5)", "bimodal"}) {
    const Inputs whole = drawn(text, 3, 50);
    EXPECT_TRUE((whole.topRows(20) == drawn(text, 3, 20)).all()) << text;
    Stream stream(5, Purpose::test_sample, 3);
    const Distribution distribution = parse_distribution(text);
    Inputs tiles(50, 3);
    for (Eigen::Index start = 0; start < 50;) {
      const Eigen::Index size = std::min<Eigen::Index>(7, 50 - start);
      tiles.middleRows(start, size) = draw_inputs(distribution, 3, static_cast<std::size_t>(size), stream);
      start += size;
    }
    EXPECT_TRUE((tiles == whole).all()) << text;
  }
}

}  // namespace
}  // namespace rgsweep::data

// The table of moments: contraction of polygon moments against direct sums, and cumulants with their errors.
#include "moment_table.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "networks.hpp"
#include "rgsweep/core/rng.hpp"
#include "rgsweep/math/moments.hpp"

namespace rgsweep::theory {
namespace {

MomentTable empty_table(int depth, int width) {
  const nn::Layout layout = mlp(2, depth, width);
  return MomentTable(nn::ReferenceNetwork(layout, nn::LeakyRelu{0.2}), random_theta(layout, 1));
}

TEST(MomentTable, RowsFollowEachOther) {
  const MomentTable table = empty_table(2, 5);
  EXPECT_EQ(table.depth(), 2U);
  EXPECT_EQ(table.pre(0), 0);
  EXPECT_EQ(table.post(0), 5);
  EXPECT_EQ(table.pre(1), 10);
  EXPECT_EQ(table.post(1), 15);
  EXPECT_EQ(table.output(), 20);
  EXPECT_EQ(table.residual(), 21);
  EXPECT_EQ(table.value.rows(), 22);
  EXPECT_TRUE((table.value == 0).all());
}

// Points with weights, as moments of x and y and as values of the rows.
TEST(MomentTable, PolygonsAndSamplesAddTheSame) {
  constexpr Eigen::Index points = 30, units = 7;
  const Eigen::ArrayXXd X = nn::random_matrix(points, 2, 2).array();
  const Eigen::ArrayXd weights = nn::random_matrix(points, 1, 3).array().square().col(0);
  PolygonMoments moments;
  for (int i = 0; i <= 6; ++i)
    for (int j = 0; i + j <= 6; ++j)
      for (Eigen::Index s = 0; s < points; ++s)
        moments.value(i, j) += weights[s] * std::pow(X(s, 0), i) * std::pow(X(s, 1), j);
  moments.error = 1e-3 * moments.value.cwiseAbs();
  const Affine rows = nn::random_matrix(units, 3, 4);
  MomentTable by_moments = empty_table(1, 7), by_samples = by_moments;
  by_moments.add(by_moments.post(0), rows, moments);
  Eigen::ArrayXXd values(points, units);
  for (Eigen::Index s = 0; s < points; ++s)
    for (Eigen::Index u = 0; u < units; ++u)
      values(s, u) = rows(u, 0) + rows(u, 1) * X(s, 0) + rows(u, 2) * X(s, 1);
  by_samples.add(by_samples.post(0), values, weights);
  const Eigen::ArrayXXd difference = (by_moments.value - by_samples.value).abs();
  for (Eigen::Index u = 0; u < units; ++u)
    for (int n = 1; n <= 6; ++n) {
      const Eigen::Index row = by_samples.post(0) + u;
      EXPECT_LE(difference(row, n - 1), 1e-11 * by_moments.error(row, n - 1) / 1e-3);
      // Errors are contracted with absolute values, so they are at least the values' share.
      EXPECT_GE(by_moments.error(row, n - 1), 0.999e-3 * std::abs(by_moments.value(row, n - 1)));
    }
  EXPECT_TRUE((by_moments.value.topRows(7) == 0).all());
  EXPECT_TRUE((by_moments.value.bottomRows(2) == 0).all());
}

TEST(MomentTable, CumulantsOfAGammaVariate) {
  MomentTable table = empty_table(1, 1);
  std::vector<double> kappa{0.1};  // relative to the centre
  for (int n = 2; n <= 6; ++n) kappa.push_back(2 * std::tgamma(n));
  const auto m = math::raw_moments_from_cumulants(kappa);
  for (Eigen::Index n = 0; n < 6; ++n) table.value(table.post(0), n) = m[static_cast<std::size_t>(n)];
  const LayerTruth truth = table.cumulants(INFINITY, 1);
  EXPECT_NEAR(truth.post[0].value(0, 0), table.centre()[table.post(0)] + 0.1, 1e-14);
  for (Eigen::Index n = 1; n < 6; ++n)
    EXPECT_NEAR(truth.post[0].value(0, n) / kappa[static_cast<std::size_t>(n)], 1, 1e-12);
}

// To first order the error of a cumulant is what the moments' errors can do to it.
TEST(MomentTable, ErrorsAreWhatMomentsErrorsDo) {
  const std::vector<double> m =
      math::raw_moments_from_cumulants(std::vector<double>{0.3, 1.2, -0.5, 0.8, 2, -3});
  for (std::size_t k = 0; k < 6; ++k) {
    MomentTable table = empty_table(1, 1), moved = table;
    const Eigen::Index row = table.output();
    for (std::size_t n = 0; n < 6; ++n) table.value(row, static_cast<Eigen::Index>(n)) = m[n];
    moved.value = table.value;
    const double step = 1e-7;
    moved.value(row, static_cast<Eigen::Index>(k)) += step;
    table.error(row, static_cast<Eigen::Index>(k)) = step;
    const LayerTruth before = table.cumulants(INFINITY, 1), after = moved.cumulants(INFINITY, 1);
    const Eigen::ArrayXXd bound = before.output.error - after.output.error;  // less rounding
    for (Eigen::Index n = 0; n < 6; ++n)
      EXPECT_NEAR(std::abs(after.output.value(0, n) - before.output.value(0, n)), before.output.error(0, n),
                  1e-4 * step)
          << "moment " << k + 1 << ", cumulant " << n + 1;
  }
}

TEST(MomentTable, HighestOrderByGrowth) {
  EXPECT_EQ(MomentTable::highest_order(INFINITY, 2, 3), 6);
  EXPECT_EQ(MomentTable::highest_order(5, 1, 0), 4);
  EXPECT_EQ(MomentTable::highest_order(5, 1, 4), 4);
  EXPECT_EQ(MomentTable::highest_order(5, 2, 1), 2);
  EXPECT_EQ(MomentTable::highest_order(5, 2, 3), 0);
  EXPECT_EQ(MomentTable::highest_order(2.5, 0, 0), 2);
  EXPECT_EQ(MomentTable::highest_order(2.5, 0, 1), 6);
}

}  // namespace
}  // namespace rgsweep::theory

#include "rgsweep/analysis/local_zero.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "ensembles.hpp"

namespace rgsweep::analysis {
namespace {

NoisyCurve curve_through(const std::vector<double>& x, const std::function<double(double)>& f,
                         double deviation) {
  const auto n = static_cast<Eigen::Index>(x.size());
  NoisyCurve curve{
      .x = x, .y = Eigen::VectorXd(n), .covariance = Eigen::MatrixXd::Zero(n, n), .degrees = 1e6};
  for (Eigen::Index i = 0; i < n; ++i) {
    curve.y[i] = f(x[static_cast<std::size_t>(i)]);
    curve.covariance(i, i) = deviation * deviation;
  }
  return curve;
}

const std::function<double(double)> cubic = [](double x) { return 0.3 - x + 2 * x * x - 1.5 * x * x * x; };

TEST(LocalFit, PolynomialsAreReproduced) {
  // Also on an uneven axis and near its ends.
  const std::vector<double> x{0, 0.1, 0.15, 0.3, 0.4, 0.45, 0.6, 0.75, 0.8, 1};
  const NoisyCurve curve = curve_through(x, cubic, 1e-3);
  for (const double c : {0.0, 0.21, 0.5, 0.93}) {
    EXPECT_NEAR(LocalFit(curve, Quantity::value, 3, 0.5).at(c).value, cubic(c), 1e-12);
    EXPECT_NEAR(LocalFit(curve, Quantity::derivative, 3, 0.5).at(c).value, -1 + 4 * c - 4.5 * c * c, 1e-10);
  }
}

TEST(LocalFit, DeviationIsThatOfRandomValues) {
  const std::vector<double> x = linspace(0, 1, 21);
  NoisyCurve curve = curve_through(x, cubic, 0.1);
  // Correlated places: y_i = z_i + z_(i+1).
  curve.diagonal = false;
  for (Eigen::Index i = 0; i < 21; ++i) {
    curve.covariance(i, i) = 0.02;
    if (i > 0) curve.covariance(i, i - 1) = curve.covariance(i - 1, i) = 0.01;
  }
  const double expected = LocalFit(curve, Quantity::derivative, 2, 0.3).at(0.4).deviation;
  Stream stream(1, Purpose::test_sample, 0);
  double sum = 0, squares = 0;
  const int draws = 4000;
  for (int d = 0; d < draws; ++d) {
    NoisyCurve noisy = curve;
    double last = stream.normal();
    for (Eigen::Index i = 0; i < 21; ++i) {
      const double next = stream.normal();
      noisy.y[i] += 0.1 * (last + next);
      last = next;
    }
    const double value = LocalFit(noisy, Quantity::derivative, 2, 0.3).at(0.4).value;
    sum += value;
    squares += value * value;
  }
  const double mean = sum / draws;
  EXPECT_NEAR(std::sqrt(squares / draws - mean * mean), expected, 0.05 * expected);
}

TEST(LocalFit, ZerosOfAParabolaAndTheirIntervals) {
  const NoisyCurve curve = curve_through(
      linspace(0, 1, 41), [](double x) { return (x - 0.3) * (x - 0.7); }, 0.01);
  const LocalFit fit(curve, Quantity::value, 2, 0.2);
  const std::vector<LocalFit::Zero> zeros = fit.zeros();
  ASSERT_EQ(zeros.size(), 2U);
  EXPECT_EQ(zeros[0].direction, -1);
  EXPECT_EQ(zeros[1].direction, 1);
  EXPECT_NEAR(zeros[0].place.value, 0.3, 1e-8);
  EXPECT_NEAR(zeros[1].place.value, 0.7, 1e-8);
  for (const LocalFit::Zero& zero : zeros) {
    EXPECT_LT(zero.place.low, zero.place.value);
    EXPECT_GT(zero.place.high, zero.place.value);
    // The ends are where the value is 1.96 deviations from 0.
    for (const double end : {zero.place.low, zero.place.high}) {
      EXPECT_NEAR(std::abs(fit.at(end).value) / fit.at(end).deviation, 1.96, 1e-3);
    }
  }
}

TEST(LocalFit, NoZeroWithoutBothSides) {
  const std::vector<double> x = linspace(0, 1, 21);
  const auto zeros = [&](const std::function<double(double)>& f, double deviation) {
    const NoisyCurve curve = curve_through(x, f, deviation);
    return LocalFit(curve, Quantity::value, 1, 0.2).zeros().size();
  };
  EXPECT_EQ(zeros([](double v) { return v - 0.5; }, 0.05), 1U);
  EXPECT_EQ(zeros([](double v) { return v - 0.5; }, 5), 0U);      // nothing but noise
  EXPECT_EQ(zeros([](double v) { return v - 0.99; }, 0.1), 0U);   // never above 0 for certain
  EXPECT_EQ(zeros([](double v) { return v + 0.1; }, 0.001), 0U);  // never below
}

TEST(LocalFit, TooFewPlacesSayNothing) {
  const NoisyCurve curve = curve_through({0, 0.5, 1}, cubic, 0.1);
  const LocalFit::Measured at = LocalFit(curve, Quantity::value, 2, 0.3).at(0.5);
  EXPECT_TRUE(std::isnan(at.value));
  EXPECT_EQ(at.sign, 0);
  EXPECT_THROW(LocalFit(curve, Quantity::value, 0, 0.3), std::logic_error);
  EXPECT_THROW(LocalFit(curve, Quantity::value, 1, 0), std::logic_error);
}

TEST(NoisyCurve, HasTheCovarianceOfTheResamples) {
  // Two places that move together, and one that does not move.
  Replicates table{.columns = 3, .resamples = 4, .paired = true, .left_out = {{0, 1}, {0, 1}}, .values = {}};
  for (const float z : {0.F, -1.F, 1.F, -1.F, 1.F, 9.F, 9.F})
    table.values.insert(table.values.end(), {5 + z, 2 - 2 * z, 7});
  const auto curve = noisy_curve({0, 1, 2}, joint_rows({RowKinds(table)}), 30, Errors::resampled,
                                 [&](const std::vector<std::size_t>& rows) {
                                   const std::span<const float> row = table.row(rows[0]);
                                   return std::vector<double>(row.begin(), row.end());
                                 });
  ASSERT_TRUE(curve.has_value());
  EXPECT_NEAR(curve->covariance(0, 1), -std::sqrt(curve->covariance(0, 0) * curve->covariance(1, 1)), 1e-12);
  const std::vector<double> pooled = smoothed(std::vector<double>{4.0 / 3, 16.0 / 3, 0});
  for (Eigen::Index i = 0; i < 3; ++i)
    EXPECT_NEAR(curve->covariance(i, i), pooled[static_cast<std::size_t>(i)], 1e-12);
}

TEST(NoisyCurve, HasTheCovarianceOfTheJackknife) {
  // Two places that move together, and one that does not move; what the resamples say does not matter.
  Replicates table{
      .columns = 3, .resamples = 2, .paired = true, .left_out = {{0, 1}, {0, 2}, {0, 1}}, .values = {}};
  for (const float z : {0.F, 50.F, -50.F, -1.F, 0.F, 1.F})
    table.values.insert(table.values.end(), {5 + z, 2 - 2 * z, 7});
  const JointRows joint = joint_rows({RowKinds(table)});
  EXPECT_EQ(smallest_sample(joint), 4U);
  const auto values = [&](const std::vector<std::size_t>& rows) {
    const std::span<const float> row = table.row(rows[0]);
    return std::vector<double>(row.begin(), row.end());
  };
  const auto curve = noisy_curve({0, 1, 2}, joint, 30, Errors::jackknife, values);
  ASSERT_TRUE(curve.has_value());
  EXPECT_EQ(curve->y[0], 5);
  EXPECT_EQ(curve->degrees, 29);
  // Pooled variances, but the correlation of -1 stays. (n - 1) / n sum z^2 = 3 / 4 * 2.
  EXPECT_NEAR(curve->covariance(0, 1), -std::sqrt(curve->covariance(0, 0) * curve->covariance(1, 1)), 1e-12);
  const std::vector<double> pooled = smoothed(std::vector<double>{1.5, 6, 0});
  for (Eigen::Index i = 0; i < 3; ++i)
    EXPECT_NEAR(curve->covariance(i, i), pooled[static_cast<std::size_t>(i)], 1e-12);
  table.values[3 * 4] = nanf("");
  EXPECT_FALSE(noisy_curve({0, 1, 2}, joint, 30, Errors::jackknife, values).has_value());
}

/// Where one in three members is ordered U4 = 1 - 1 / (3 q) is strongly curved.
TEST(NoisyCurve, VarianceOfACurvedStatisticIsRightOnAverage) {
  constexpr std::size_t ensembles = 400, members = 64;
  double sum = 0, squares = 0, jackknife = 0, resampled = 0;
  for (std::uint64_t k = 0; k < ensembles; ++k) {
    Stream stream(k, Purpose::test_sample, 0);
    const std::vector<double> x{0, 1, 2, 3, 4};
    const Curve curve = curve_of(x, members, false, stream, [](double, double uniform) {
      return Draw{1, uniform < 1.0 / 3 ? 1.0 : 0.0};
    });
    const Replicates order = replicate(curve, success_threshold, plan_of(200, k + 1, members)).order;
    const JointRows joint = joint_rows({RowKinds(order)});
    const auto noisy =
        noisy_curve(x, joint, members, Errors::jackknife, [&](const std::vector<std::size_t>& rows) {
          const std::span<const float> row = order.row(rows[0]).subspan(x.size());
          return std::vector<double>(row.begin(), row.end());
        });
    ASSERT_TRUE(noisy.has_value());
    double mean = 0, second = 0;
    for (std::size_t r = 1; r <= order.resamples; ++r) {
      const double u = double{order.row(r)[x.size()]};
      mean += u / 200;
      second += u * u / 200;
    }
    resampled += (second - mean * mean) / ensembles;
    jackknife += noisy->covariance.diagonal().mean() / ensembles;
    sum += noisy->y.mean() / ensembles;
    squares += noisy->y.squaredNorm() / (5 * ensembles);
  }
  const double variance = squares - sum * sum;
  EXPECT_NEAR(jackknife / variance, 1, 0.15);
  EXPECT_GT(resampled / variance, 1.2);  // why it is not taken
  RecordProperty("jackknife", std::to_string(jackknife / variance));
  RecordProperty("resampled", std::to_string(resampled / variance));
}

TEST(NoisyCurve, NothingWhereValuesAreMissing) {
  Replicates table{
      .columns = 1, .resamples = 4, .paired = true, .left_out = {}, .values = {1, 2, 3, nanf(""), 4}};
  const auto values = [&](const std::vector<std::size_t>& rows) {
    return std::vector<double>{double{table.row(rows[0])[0]}};
  };
  EXPECT_FALSE(noisy_curve({0}, joint_rows({RowKinds(table)}), 9, Errors::resampled, values).has_value());
  table.values[3] = 2;
  EXPECT_TRUE(noisy_curve({0}, joint_rows({RowKinds(table)}), 9, Errors::resampled, values).has_value());
  EXPECT_FALSE(noisy_curve({0}, joint_rows({RowKinds(table)}), 1, Errors::resampled, values).has_value());
}

TEST(Smoothed, KeepsTheSumAndStraightLines) {
  const std::vector<double> line = smoothed(std::vector<double>{1, 2, 3, 4, 5, 6});
  EXPECT_DOUBLE_EQ(line[2], 3);
  EXPECT_DOUBLE_EQ(line[3], 4);
  const std::vector<double> spike = smoothed(std::vector<double>{0, 0, 0, 16, 0, 0, 0});
  EXPECT_EQ(spike, (std::vector<double>{0, 1, 4, 6, 4, 1, 0}));
}

}  // namespace
}  // namespace rgsweep::analysis

#include "rgsweep/analysis/extrapolation.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "rgsweep/core/rng.hpp"

namespace rgsweep::analysis {
namespace {

TEST(BoundedChi2, LimitsAtTheBoundAndFarFromIt) {
  EXPECT_NEAR(bounded_chi2_95(0, 1), 2.7055, 1e-4);  // half of chi^2 is 0
  EXPECT_NEAR(bounded_chi2_95(0.3, 0.1), 3.8415, 1e-4);
  EXPECT_NEAR(bounded_chi2_95(0.3, 0), 3.8415, 1e-4);
  double last = 0;
  for (const double t : {0.0, 0.2, 0.5, 1.0, 1.5, 1.96}) {
    EXPECT_GE(bounded_chi2_95(t, 1), last);
    last = bounded_chi2_95(t, 1);
  }
}

// x ~ N(t, 1) with t >= 0 known: chi^2 rises by (x - t)^2 - min(x, 0)^2 to the true value.
TEST(BoundedChi2, Holds95PercentAtEveryDistance) {
  constexpr int draws = 40000;
  for (const double t : {0.0, 0.3, 1.0, 1.7, 3.0}) {
    Stream stream(1, Purpose::test_sample, 0);
    int inside = 0;
    for (int i = 0; i < draws; ++i) {
      const double x = t + stream.normal(), below = std::min(x, 0.0);
      inside += (x - t) * (x - t) - below * below <= bounded_chi2_95(t, 1) ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(inside) / draws, 0.95, 0.005) << t;
  }
}

/// Distances 0.2 + 10 T^(-1/2) or without the constant, and how often the interval holds it.
double coverage(double limit, double deviation) {
  constexpr std::size_t ensembles = 400;
  std::size_t inside = 0;
  for (std::uint64_t k = 0; k < ensembles; ++k) {
    Stream stream(k, Purpose::test_sample, 0);
    Eigen::VectorXd distance(5), log_size(5);
    for (Eigen::Index i = 0; i < 5; ++i) {
      log_size[i] = std::log(500.0) + std::log(4.0) * static_cast<double>(i);
      distance[i] = limit + 10 * std::exp(-log_size[i] / 2) + deviation * stream.normal();
    }
    const Extrapolation extrapolation(distance, log_size,
                                      deviation * deviation * Eigen::MatrixXd::Identity(5, 5));
    const math::Interval interval = extrapolation.interval(extrapolation.best());
    inside += interval.lower <= limit && limit <= interval.upper ? 1 : 0;
  }
  return static_cast<double>(inside) / ensembles;
}

TEST(Extrapolation, IntervalHoldsTheLimit) {
  // Four standard errors of a share of 95 % in 400 are 0.044.
  EXPECT_NEAR(coverage(0, 0.005), 0.95, 0.035);
  EXPECT_NEAR(coverage(0.2, 0.005), 0.95, 0.035);
}

TEST(Extrapolation, OfExactDistances) {
  Eigen::VectorXd distance(4), log_size(4);
  for (Eigen::Index i = 0; i < 4; ++i) {
    log_size[i] = std::log(500.0) + std::log(4.0) * static_cast<double>(i);
    distance[i] = 0.1 + 3 * std::exp(-0.4 * log_size[i]);
  }
  const Extrapolation extrapolation(distance, log_size, 1e-8 * Eigen::MatrixXd::Identity(4, 4));
  const Extrapolation::Fit fit = extrapolation.best();
  EXPECT_NEAR(fit.limit, 0.1, 1e-4);
  EXPECT_NEAR(fit.exponent, 0.4, 1e-3);
  EXPECT_NEAR(fit.chi2, 0, 1e-3);
}

}  // namespace
}  // namespace rgsweep::analysis

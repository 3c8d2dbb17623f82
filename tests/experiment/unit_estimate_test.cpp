// The vector loops against the accumulator and the influence functions as they are written down, and every
// variant against the others.
#include "unit_estimate.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "../nn/test_keys.hpp"
#include "rgsweep/math/cumulant_accumulator.hpp"
#include "unit_sums.hpp"

namespace rgsweep::experiment {
namespace {

/// Skewed and dependent.
Eigen::ArrayXXd samples_of(Eigen::Index samples, Eigen::Index units) {
  const Eigen::ArrayXXd x = nn::random_matrix(samples, units, 3).array();
  return (0.4 * x).exp() + 0.5 * x.col(0).replicate(1, units) + 2;
}

/// psi_1 .. psi_6 of one unit.
Eigen::ArrayXXd influence(const Eigen::ArrayXd& x) {
  const Eigen::ArrayXd d = x - x.mean();
  const auto m = [&d](int r) { return d.pow(r).mean(); };
  Eigen::ArrayXXd psi(x.size(), 6);
  psi.col(0) = d;
  psi.col(1) = d.pow(2) - m(2);
  psi.col(2) = d.pow(3) - m(3) - 3 * m(2) * d;
  // Of a product of moments: each factor's influence, d^r - m_r - r m_(r-1) d, times the others.
  const auto of = [&](int r) -> Eigen::ArrayXd { return d.pow(r) - m(r) - r * (r == 2 ? 0 : m(r - 1)) * d; };
  psi.col(3) = of(4) - 6 * m(2) * of(2);
  psi.col(4) = of(5) - 10 * (m(3) * of(2) + m(2) * of(3));
  psi.col(5) = of(6) - 15 * (m(4) * of(2) + m(2) * of(4)) - 20 * m(3) * of(3) + 90 * m(2) * m(2) * of(2);
  return psi;
}

TEST(UnitEstimate, IsTheMeanOfTheUnitsWithTheirErrors) {
  for (const Eigen::Index samples : {2, 5, 7, 8, 9, 16, 468, 1001})
    for (const Eigen::Index units : {1, 3}) {
      const Eigen::ArrayXXd x = samples_of(samples, units);
      const UnitEstimate actual = estimate_units(x);
      Eigen::ArrayXd mean = Eigen::ArrayXd::Zero(6);
      Eigen::ArrayXXd psi = Eigen::ArrayXXd::Zero(samples, 6);
      for (Eigen::Index u = 0; u < units; ++u) {
        math::CumulantAccumulator unit;
        unit.add({x.col(u).data(), static_cast<std::size_t>(samples)});
        const auto k = unit.k_statistics();
        mean += Eigen::Map<const Eigen::ArrayXd>(k.data(), 6) / static_cast<double>(units);
        psi += influence(x.col(u)) / static_cast<double>(units);
      }
      for (Eigen::Index n = 0; n < 6; ++n) {
        const std::string what = std::to_string(samples) + " samples, order " + std::to_string(n + 1);
        if (samples <= n) {
          EXPECT_TRUE(std::isnan(actual.value[n])) << what;
        } else {
          EXPECT_NEAR(actual.value[n], mean[n], 1e-11 * (1 + std::abs(mean[n]))) << what;
        }
        const double error = std::sqrt(psi.col(n).square().mean() / static_cast<double>(samples));
        EXPECT_NEAR(actual.standard_error[n], error, 1e-11 * (1 + error)) << what;
      }
    }
}

TEST(UnitEstimate, OneSampleHasAMeanAndNoError) {
  const UnitEstimate one = estimate_units(Eigen::ArrayXXd::Constant(1, 2, 3.0));
  EXPECT_EQ(one.value[0], 3);
  EXPECT_TRUE(one.value.tail(5).isNaN().all());
  EXPECT_TRUE(one.standard_error.isNaN().all());
}

TEST(UnitSums, AreTheSameBitsOnEveryVariant) {
  for (const Eigen::Index samples : {1, 7, 8, 29, 500}) {
    const Eigen::ArrayXXd x = samples_of(samples, 1);
    const auto count = static_cast<std::size_t>(samples), stride = (count + 7) / 8 * 8;
    std::vector<std::vector<double>> results;
    for (std::size_t variant = 0; variant < variants().size(); ++variant) {
      if (!variant_available(variant)) continue;
      const unit_sums::Functions& loops = unit_sums::functions(variant);
      std::vector<double> result(8 + 6 * stride, 0.0);
      loops.central(x.data(), count, result[0], result.data() + 1);
      loops.add_influence(x.data(), count, result[0], {0.3, 0.2, 1.5, -0.7, 0.1}, result.data() + 8, stride);
      results.push_back(result);
    }
    for (const std::vector<double>& result : results) EXPECT_EQ(result, results.front()) << samples;
  }
}

}  // namespace
}  // namespace rgsweep::experiment

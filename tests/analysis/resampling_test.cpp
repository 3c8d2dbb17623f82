// Every row of the tables is compared with the statistics of an ensemble that is made up of the same members.
#include "rgsweep/analysis/resampling.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "ensembles.hpp"
#include "rgsweep/analysis/statistics.hpp"

namespace rgsweep::analysis {
namespace {

constexpr std::size_t members = 12;

Curve sample(bool paired = false, std::uint64_t key = 1) {
  Stream stream(key, Purpose::test_sample, 0);
  return curve_of(linspace(0, 1, 5), members, paired, stream, [&](double x, double uniform) {
    return Draw{uniform < 0.8 - 0.6 * x ? std::pow(10, -3 - 3 * stream.uniform()) : 0.005,
                2 * stream.uniform() - 1};
  });
}

/// The curve without the members for which `gone` is true.
template <class Gone>
Curve without(Curve curve, const Gone& gone) {
  for (std::size_t e = 0; e < curve.ensembles.size(); ++e) {
    const Ensemble all = curve.ensembles[e];
    Ensemble& left = curve.ensembles[e];
    left = {.x = all.x, .units = all.units, .test_mse = {{}}};
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (gone(e, i)) continue;
      left.seeds.push_back(all.seeds[i]);
      left.diverged.push_back(all.diverged[i]);
      left.test_mse[0].push_back(all.test_mse[0][i]);
      left.order_parameter.push_back(all.order_parameter[i]);
    }
  }
  return curve;
}

void expect_success(std::span<const float> row, const Curve& curve, double at_threshold) {
  const std::size_t places = curve.ensembles.size();
  for (std::size_t e = 0; e < places; ++e) {
    const TestStatistics s = statistics(curve.ensembles[e], at_threshold).tests[0];
    EXPECT_EQ(row[places + e], static_cast<float>(s.n));
    EXPECT_NEAR(row[e], s.success_fraction * static_cast<double>(s.n), 1e-6);
  }
}

void expect_order(std::span<const float> row, const Curve& curve) {
  const std::size_t places = curve.ensembles.size();
  for (std::size_t e = 0; e < places; ++e) {
    const Statistics s = statistics(curve.ensembles[e], 1);
    EXPECT_NEAR(row[e], s.susceptibility, 1e-6);
    EXPECT_NEAR(row[places + e], s.binder, 1e-5 * std::max(1.0, std::abs(s.binder)));
  }
}

TEST(Replicate, FirstRowIsTheData) {
  for (const bool paired : {false, true}) {
    const Curve curve = sample(paired);
    const CurveReplicates replicates = replicate(curve, success_threshold, plan_of(3, 5, members));
    for (std::size_t f = 0; f < threshold_factors.size(); ++f)
      expect_success(replicates.success[f][0].row(0), curve, threshold_factors[f] * success_threshold);
    expect_order(replicates.order.row(0), curve);
  }
}

TEST(Replicate, RowsWithoutOneMember) {
  const Curve curve = sample();
  const CurveReplicates replicates = replicate(curve, success_threshold, plan_of(3, 5, members));
  const Replicates& order = replicates.order;
  ASSERT_EQ(order.left_out.size(), 5 * members);
  for (std::size_t i = 0; i < order.left_out.size(); ++i) {
    EXPECT_EQ(order.left_out[i].sample, i / members);
    expect_order(order.row(4 + i), without(curve, [&](std::size_t e, std::size_t m) {
                   return e == i / members && m == i % members;
                 }));
  }
  // Members that did the same are left out alike.
  const Replicates& success = replicates.success[0][0];
  double counted = 0;
  for (std::size_t i = 0; i < success.left_out.size(); ++i) {
    const auto [sample_of, like] = success.left_out[i];
    const std::span<const float> row = success.row(4 + i), data = success.row(0);
    for (std::size_t e = 0; e < 5; ++e) {
      EXPECT_EQ(data[5 + e] - row[5 + e], e == sample_of ? 1 : 0);
      const float lost = data[e] - row[e];
      if (e == sample_of) {
        EXPECT_EQ(like, lost == 1 ? double{data[e]} : double{data[5 + e]} - double{data[e]});
      } else {
        EXPECT_EQ(lost, 0);
      }
    }
    counted += like;
  }
  EXPECT_EQ(counted, 5 * members);
}

TEST(Replicate, RowsWithoutOneSeed) {
  const Curve curve = sample(true);
  const CurveReplicates replicates = replicate(curve, success_threshold, plan_of(3, 5, members));
  ASSERT_EQ(replicates.order.left_out.size(), members);
  for (std::size_t seed = 0; seed < members; ++seed) {
    const Curve rest = without(curve, [&](std::size_t, std::size_t m) { return m == seed; });
    expect_order(replicates.order.row(4 + seed), rest);
    expect_success(replicates.success[1][0].row(4 + seed), rest, success_threshold / 10);
  }
}

TEST(Replicate, ResamplesHaveTheVarianceOfTheFraction) {
  const Curve curve = sample();
  const std::size_t resamples = 20000;
  const CurveReplicates replicates = replicate(curve, success_threshold, plan_of(resamples, 5, members));
  const Replicates& table = replicates.success[0][0];
  for (std::size_t e = 0; e < 5; ++e) {
    const double p = double{table.row(0)[e]} / double{table.row(0)[5 + e]};
    double mean = 0, squares = 0;
    for (std::size_t r = 1; r <= resamples; ++r) {
      EXPECT_EQ(table.row(r)[5 + e], members - 1);
      const double fraction = double{table.row(r)[e]} / (members - 1);
      mean += fraction / resamples;
      squares += fraction * fraction / resamples;
    }
    const double variance = p * (1 - p) / (members - 1), of_mean = 5 * std::sqrt(variance / resamples);
    EXPECT_NEAR(mean, p, of_mean + 1e-12);
    EXPECT_NEAR(squares - mean * mean, variance, 0.06 * variance + 1e-12);
  }
}

TEST(Replicate, PairedResamplesTakeTheSameSeedsEverywhere) {
  // Members that are the same at every x, so that any two places and any two such curves agree in every row.
  Stream stream(3, Purpose::test_sample, 0);
  const auto same = [](double, double uniform) { return Draw{uniform < 0.5 ? 1e-6 : 0.1, uniform}; };
  const Curve curve = curve_of(linspace(0, 1, 4), members, true, stream, same);
  const CurveReplicates a = replicate(curve, success_threshold, plan_of(50, 1, members)),
                        b = replicate(curve, success_threshold, plan_of(50, 2, members));
  EXPECT_EQ(a.success[0][0].values, b.success[0][0].values);
  bool varies = false;
  for (std::size_t r = 0; r < a.order.rows(); ++r) {
    for (std::size_t e = 1; e < 4; ++e) EXPECT_EQ(a.order.row(r)[e], a.order.row(r)[0]);
    varies = varies || a.order.row(r)[0] != a.order.row(0)[0];
  }
  EXPECT_TRUE(varies);
}

TEST(Replicate, IndependentResamplesDependOnTheirKeyAlone) {
  const Curve curve = sample();
  const CurveReplicates a = replicate(curve, success_threshold, plan_of(50, 1, members)),
                        again = replicate(curve, success_threshold, plan_of(50, 1, members)),
                        other = replicate(curve, success_threshold, plan_of(50, 2, members));
  EXPECT_EQ(a.success[0][0].values, again.success[0][0].values);
  EXPECT_NE(a.success[0][0].values, other.success[0][0].values);
  const CurveReplicates more = replicate(curve, success_threshold, plan_of(60, 1, members));
  for (std::size_t r = 0; r <= 50; ++r)
    for (std::size_t c = 0; c < 10; ++c) EXPECT_EQ(a.success[0][0].row(r)[c], more.success[0][0].row(r)[c]);
}

TEST(Replicate, SeedsThatAreMissingFromAnEnsemble) {
  Curve curve = without(sample(true), [](std::size_t e, std::size_t m) { return e == 2 && m < 9; });
  const CurveReplicates replicates = replicate(curve, success_threshold, plan_of(200, 1, members));
  bool none = false;
  for (std::size_t r = 1; r <= 200; ++r) {
    EXPECT_EQ(replicates.success[0][0].row(r)[5], members - 1);
    none = none || replicates.success[0][0].row(r)[5 + 2] == 0;
    if (replicates.success[0][0].row(r)[5 + 2] == 0) {
      EXPECT_TRUE(std::isnan(replicates.order.row(r)[2]));
    }
  }
  EXPECT_TRUE(none);
  EXPECT_THROW(replicate(curve, success_threshold, plan_of(2, 1, members - 1)), std::logic_error);
}

TEST(Replicate, SuccessAtTheLinearEndDoesNotCount) {
  const Curve curve = sample();
  ResamplingPlan plan = plan_of(3, 1, members);
  plan.end = 1;
  const CurveReplicates replicates = replicate(curve, success_threshold, plan);
  for (std::size_t r = 0; r < 4; ++r) {
    EXPECT_EQ(replicates.success[0][0].row(r)[5 + 4], 0);
    EXPECT_GT(replicates.success[0][0].row(r)[5 + 3], 0);
  }
  expect_order(replicates.order.row(0), curve);
}

}  // namespace
}  // namespace rgsweep::analysis

// k-statistics against exact rationals, exact enumeration of all samples of a small distribution, merged
// parts and large offsets.
#include "rgsweep/math/cumulant_accumulator.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "partitions.hpp"
#include "rgsweep/core/rng.hpp"

namespace rgsweep::math {
namespace {

constexpr std::size_t orders = CumulantAccumulator::max_order;
using Estimates = std::array<double, orders>;

CumulantAccumulator accumulated(const std::vector<double>& values) {
  CumulantAccumulator result;
  result.add(values);
  return result;
}

std::vector<double> exponentials(std::size_t n, std::uint64_t key) {
  Stream stream(key, Purpose::observable, 0);
  std::vector<double> values(n);
  for (double& x : values) x = -std::log(stream.uniform());
  return values;
}

// Mean and variance of each k-statistic over all samples of n independent draws from three values.
struct Spread {
  Estimates mean{}, variance{};
};
Spread enumerate(const std::vector<double>& values, const std::vector<double>& chances, int n) {
  Estimates first{}, second{};
  std::vector<double> sample(static_cast<std::size_t>(n));
  const int samples = static_cast<int>(std::lround(std::pow(3, n)));
  for (int code = 0; code < samples; ++code) {
    double chance = 1;
    int rest = code;
    for (double& x : sample) {
      const auto i = static_cast<std::size_t>(rest % 3);
      x = values[i];
      chance *= chances[i];
      rest /= 3;
    }
    const Estimates k = accumulated(sample).k_statistics();
    for (std::size_t r = 0; r < orders; ++r) {
      first[r] += chance * k[r];
      second[r] += chance * k[r] * k[r];
    }
  }
  Spread spread{first, {}};
  for (std::size_t r = 0; r < orders; ++r) spread.variance[r] = second[r] - first[r] * first[r];
  return spread;
}

void expect_near_relative(const Estimates& actual, const Estimates& expected, double tolerance) {
  for (std::size_t r = 0; r < orders; ++r)
    EXPECT_NEAR(actual[r], expected[r], tolerance * std::abs(expected[r])) << "order " << r + 1;
}

TEST(CumulantAccumulator, AgreesWithExactRationals) {
  const auto a = accumulated({0, 0, 1, 0, 3, 1, 0, 3});
  EXPECT_EQ(a.count(), 8U);
  EXPECT_DOUBLE_EQ(a.mean(), 1);
  EXPECT_DOUBLE_EQ(a.variance(), 12.0 / 7);
  expect_near_relative(a.k_statistics(), {1, 12.0 / 7, 16.0 / 7, -72.0 / 35, -256.0 / 7, -1464.0 / 7}, 1e-13);
  const auto b = accumulated({0, 0, 1, 0, 3, 1, 0, 3, 7, 0, 1, 2});
  expect_near_relative(b.k_statistics(),
                       {3.0 / 2, 47.0 / 11, 936.0 / 55, 838.0 / 11, 3592.0 / 11, 92626.0 / 77}, 1e-13);
}

// The definition as a sum over partitions and distinct values, in integers.
TEST(CumulantAccumulator, AgreesWithTheDefinitionInIntegers) {
  for (const std::vector<int>& integers :
       {std::vector<int>{2, -1, 4, 0, 3, -2}, {1, 1, 1, -1, 5, 2, -3}, {7, 0, 2, 1, -4, 2, 3, -6}}) {
    const Estimates k = accumulated({integers.begin(), integers.end()}).k_statistics();
    std::vector<std::vector<int>> samples;
    for (const int x : integers) samples.push_back({x});
    for (std::size_t order = 1; order <= orders; ++order) {
      const double exact = exact_k_statistic(samples, std::vector<int>(order, 0)).value();
      EXPECT_NEAR(k[order - 1], exact, 1e-13 * std::abs(exact)) << "order " << order;
    }
  }
}

TEST(CumulantAccumulator, IsUnbiasedOverAllSamples) {
  // Cumulants of 0, 1, 3 with chances 1/2, 1/3, 1/6, by hand from the moments.
  const Spread spread = enumerate({0, 1, 3}, {1.0 / 2, 1.0 / 3, 1.0 / 6}, 7);
  expect_near_relative(spread.mean, {5.0 / 6, 41.0 / 36, 38.0 / 27, 5.0 / 216, -670.0 / 81, -24253.0 / 972},
                       1e-10);
}

TEST(CumulantAccumulator, StandardErrorsAreTheExactSpreadOfResamples) {
  const auto a = accumulated({0, 0, 1, 0, 3, 1, 0, 3});
  const Spread spread = enumerate({0, 1, 3}, {0.5, 0.25, 0.25}, 8);
  const Estimates errors = a.standard_errors();
  EXPECT_NEAR(errors[0] * errors[0], spread.variance[0] * 8 / 7, 1e-12);  // unbiased: N/(N-1)
  for (std::size_t r = 1; r < 4; ++r)
    EXPECT_NEAR(errors[r] * errors[r] / spread.variance[r], 1, 1e-10) << "order " << r + 1;
  EXPECT_TRUE(std::isnan(errors[4]));
  EXPECT_TRUE(std::isnan(errors[5]));
}

TEST(CumulantAccumulator, HighestStandardErrorsAgreeWithExactRationals) {
  const Estimates errors = accumulated({0, 0, 1, 0, 3, 1, 0, 3, 7, 0, 1, 2}).standard_errors();
  EXPECT_NEAR(errors[4] * errors[4] / (196865843.0 / 1296), 1, 1e-12);
  EXPECT_NEAR(errors[5] * errors[5] / (49030665.0 / 4), 1, 1e-12);
}

TEST(CumulantAccumulator, StandardErrorsDescribeTheSpreadOfGaussianSamples) {
  constexpr int replicas = 1000, n = 1000;
  Stream stream(7, Purpose::observable, 0);
  Estimates squares{}, variances{};
  for (int i = 0; i < replicas; ++i) {
    std::vector<double> values(n);
    for (double& x : values) x = stream.normal();
    const auto a = accumulated(values);
    const Estimates k = a.k_statistics(), errors = a.standard_errors();
    for (std::size_t r = 0; r < orders; ++r) {
      const double truth = r == 1 ? 1 : 0;
      squares[r] += (k[r] - truth) * (k[r] - truth) / replicas;
      variances[r] += errors[r] * errors[r] / replicas;
    }
  }
  double factorial = 1;  // the variance of k_r is r!/N to leading order
  for (std::size_t r = 0; r < orders; ++r) {
    factorial *= static_cast<double>(r + 1);
    EXPECT_NEAR(variances[r] / squares[r], 1, 0.2) << "order " << r + 1;
    EXPECT_NEAR(variances[r] * n / factorial, 1, 0.2) << "order " << r + 1;
  }
}

TEST(CumulantAccumulator, HasNoEstimateFromTooFewValues) {
  CumulantAccumulator a;
  EXPECT_TRUE(std::isnan(a.mean()));
  EXPECT_TRUE(std::isnan(a.variance()));
  for (std::size_t n = 0; n <= 13; ++n) {
    const Estimates k = a.k_statistics(), errors = a.standard_errors();
    for (std::size_t r = 0; r < orders; ++r) {
      EXPECT_EQ(std::isnan(k[r]), n < r + 1) << n << " values, order " << r + 1;
      EXPECT_EQ(std::isnan(errors[r]), n < 2 * (r + 1)) << n << " values, order " << r + 1;
    }
    const double next = std::sqrt(static_cast<double>(n));
    a.add({&next, 1});
  }
}

TEST(CumulantAccumulator, MergedPartsEqualOnePass) {
  const std::vector<double> values = exponentials(5000, 1);
  const Estimates whole = accumulated(values).k_statistics();
  const std::span<const double> all(values);
  CumulantAccumulator a, b, empty;
  for (std::size_t i = 0; i < 100; ++i) a.add(all.subspan(i, 1));
  b.add(all.subspan(100, 1700));
  b.add(all.subspan(1800));
  b.merge(empty);
  empty.merge(a);
  empty.merge(b);
  EXPECT_EQ(empty.count(), values.size());
  expect_near_relative(empty.k_statistics(), whole, 1e-12);
  expect_near_relative(empty.standard_errors(), accumulated(values).standard_errors(), 1e-12);
}

TEST(CumulantAccumulator, MergesInAnyOrder) {
  const std::vector<double> values = exponentials(4000, 4);
  const Estimates whole = accumulated(values).k_statistics();
  std::vector<CumulantAccumulator> parts(12);
  for (std::size_t i = 0; i < values.size(); ++i)  // uneven: part p holds a share of 2^-p of what is left
    parts[std::min<std::size_t>(static_cast<std::size_t>(std::countr_zero(i + 1)), 11)].add({&values[i], 1});
  std::vector<std::uint32_t> order(parts.size());
  std::iota(order.begin(), order.end(), 0U);
  Stream stream(5, Purpose::observable, 0);
  for (int attempt = 0; attempt < 5; ++attempt) {
    shuffle(order, stream);
    CumulantAccumulator line, left, right;
    for (std::size_t i = 0; i < order.size(); ++i) {
      line.merge(parts[order[i]]);
      (i % 3 == 0 ? left : right).merge(parts[order[i]]);
    }
    right.merge(left);
    expect_near_relative(line.k_statistics(), whole, 1e-12);
    expect_near_relative(right.k_statistics(), whole, 1e-12);
  }
}

TEST(CumulantAccumulator, MergesPartsWithFarApartMeans) {
  // Two halves at +-1000 with a spread of 1: cumulants of the mixture from its moments.
  std::vector<double> low = exponentials(600, 2), both = low;
  for (double& x : low) x -= 1000;
  for (double& x : both) x += 1000;
  CumulantAccumulator merged = accumulated(low);
  merged.merge(accumulated(both));
  both.insert(both.end(), low.begin(), low.end());
  // Reference: two passes in long double.
  long double mean = 0;
  for (const double x : both) mean += static_cast<long double>(x) / static_cast<long double>(both.size());
  std::array<long double, 7> m{};
  for (const double x : both) {
    long double power = 1 / static_cast<long double>(both.size());
    for (long double& sum : m) {
      sum += power;
      power *= x - mean;
    }
  }
  const auto n = static_cast<long double>(both.size());
  const Estimates k = merged.k_statistics();
  EXPECT_NEAR(k[1] / static_cast<double>(n / (n - 1) * m[2]), 1, 1e-14);
  // The third cumulant nearly cancels: its error is small beside sigma^3.
  EXPECT_NEAR(k[2], static_cast<double>(n * n / ((n - 1) * (n - 2)) * m[3]), 1e-14 * std::pow(k[1], 1.5));
}

TEST(CumulantAccumulator, KeepsAccuracyAtAMillionStandardDeviations) {
  // Multiples of 2^-30 stay exact when moved by 2^20, so that both sets have the same cumulants.
  std::vector<double> values = exponentials(20000, 3), moved;
  for (double& x : values) {
    x = std::round(x * 0x1p30) * 0x1p-30;
    moved.push_back(x + 0x1p20);
  }
  Estimates expected = accumulated(values).k_statistics();
  const Estimates errors = accumulated(values).standard_errors();
  expected[0] += 0x1p20;
  expect_near_relative(accumulated(moved).k_statistics(), expected, 1e-12);
  expect_near_relative(accumulated(moved).standard_errors(), errors, 1e-12);
  // Parts have origins of their own.
  CumulantAccumulator parts;
  for (std::size_t start = 0; start < moved.size(); start += 2000)
    parts.merge(accumulated({moved.begin() + static_cast<std::ptrdiff_t>(start),
                             moved.begin() + static_cast<std::ptrdiff_t>(start + 2000)}));
  expect_near_relative(parts.k_statistics(), expected, 1e-12);
}

TEST(CumulantAccumulator, PassesOnWhatIsNotFinite) {
  const auto a = accumulated({0, 1, 2, 3, 4, 5, std::numeric_limits<double>::quiet_NaN()});
  for (const double k : a.k_statistics()) EXPECT_TRUE(std::isnan(k));
  const auto b = accumulated({0, 1, 2, 3, 4, 5, std::numeric_limits<double>::infinity()});
  for (const double k : b.k_statistics()) EXPECT_TRUE(std::isnan(k));
}

TEST(CumulantAccumulator, ConstantValuesHaveNoSpread) {
  const auto a = accumulated(std::vector<double>(1000, 0.1));
  EXPECT_NEAR(a.mean(), 0.1, 1e-16);
  for (std::size_t r = 1; r < orders; ++r) EXPECT_NEAR(a.k_statistics()[r], 0, 1e-30);
}

}  // namespace
}  // namespace rgsweep::math

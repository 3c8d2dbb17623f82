#include "rgsweep/core/rng.hpp"

#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace rgsweep {
namespace {

// Known-answer vector of Random123 for philox4x32 with 10 rounds, counter 0 and key 0.
TEST(Rng, PhiloxKnownAnswer) {
  Stream stream(0, static_cast<Purpose>(0), 0);
  EXPECT_EQ(stream(), 0x6627e8d5U);
  EXPECT_EQ(stream(), 0xe169c58dU);
  EXPECT_EQ(stream(), 0xbc57ac4cU);
  EXPECT_EQ(stream(), 0x9b00dbd8U);
}

TEST(Rng, StreamsDifferInKeyPurposeAndStep) {
  std::set<std::uint32_t> first;
  for (std::uint64_t key : {1ULL, 2ULL, 1ULL << 32})
    for (Purpose purpose : {Purpose::init, Purpose::train_sample})
      for (std::uint64_t step : {0ULL, 1ULL, 1ULL << 32}) first.insert(Stream(key, purpose, step)());
  EXPECT_EQ(first.size(), 18U);
}

TEST(Rng, StreamIsReproducible) {
  Stream a(7, Purpose::init, 3), b(7, Purpose::init, 3);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.normal(), b.normal());
}

TEST(Rng, OpenUnitNeverReachesItsEnds) {
  EXPECT_EQ(open_unit(0), 0x1p-53);
  EXPECT_EQ(open_unit(~std::uint64_t{0}), 1 - 0x1p-53);
  EXPECT_EQ(open_unit(std::uint64_t{1} << 63), 0.5 + 0x1p-53);
}

TEST(Rng, UniformIsOpenAndHasTheRightMoments) {
  Stream stream(42, Purpose::observable, 0);
  const int n = 200000;
  double sum = 0, squares = 0;
  for (int i = 0; i < n; ++i) {
    const double u = stream.uniform();
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    squares += u * u;
  }
  EXPECT_NEAR(sum / n, 0.5, 5 * std::sqrt(1.0 / 12 / n));
  EXPECT_NEAR(squares / n, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / n));
}

TEST(Rng, NormalMoments) {
  Stream stream(43, Purpose::observable, 0);
  const int n = 200000;
  double m1 = 0, m2 = 0, m4 = 0, neighbours = 0, last = 0;
  for (int i = 0; i < n; ++i) {
    const double z = stream.normal();
    m1 += z;
    m2 += z * z;
    m4 += z * z * z * z;
    neighbours += z * last;
    last = z;
  }
  EXPECT_NEAR(m1 / n, 0, 5 / std::sqrt(n));
  EXPECT_NEAR(m2 / n, 1, 5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(m4 / n, 3, 5 * std::sqrt(96.0 / n));
  EXPECT_NEAR(neighbours / n, 0, 5 / std::sqrt(n));
}

TEST(Rng, BelowCoversItsRangeEvenly) {
  Stream stream(44, Purpose::shuffle, 0);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[stream.below(7)];
  for (int count : counts) EXPECT_NEAR(count, 10000, 5 * std::sqrt(10000 * 6.0 / 7));
  EXPECT_EQ(stream.below(1), 0U);
}

TEST(Rng, ShuffleIsAPermutation) {
  std::vector<std::uint32_t> items(100);
  std::iota(items.begin(), items.end(), 0U);
  const std::vector<std::uint32_t> ordered = items;
  Stream stream(45, Purpose::shuffle, 1);
  shuffle(items, stream);
  EXPECT_NE(items, ordered);
  std::sort(items.begin(), items.end());
  EXPECT_EQ(items, ordered);
}

}  // namespace
}  // namespace rgsweep

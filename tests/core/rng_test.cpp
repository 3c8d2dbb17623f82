// Streams: words beside Random123's, spans beside numbers drawn one by one, moments, integers and shuffles.
#include "rgsweep/core/rng.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <stdexcept>
#include <vector>

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include "rgsweep/core/hash.hpp"

namespace rgsweep {
namespace {

Stream observable(std::uint64_t key) {
  return {key, Purpose::observable, 0};
}

std::vector<std::size_t> lengths() {
  std::vector<std::size_t> result(71);
  std::iota(result.begin(), result.end(), std::size_t{0});
  for (const std::size_t length : {127U, 128U, 129U, 256U, 1000U}) result.push_back(length);
  return result;
}

/// Fills a vector by spans of the sizes given in turn.
template <class Scalar, class Fill>
std::vector<Scalar> in_parts(std::size_t length, const std::vector<std::size_t>& sizes, Fill fill) {
  std::vector<Scalar> values(length);
  std::span<Scalar> rest(values);
  for (std::size_t i = 0; !rest.empty(); ++i) {
    const std::size_t size = std::min(sizes[i % sizes.size()], rest.size());
    fill(rest.first(size));
    rest = rest.subspan(size);
  }
  return values;
}

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

TEST(Rng, WordsAreThoseOfRandom123) {
  constexpr std::uint64_t key = 0x0123456789abcdef, step = 0xfedcba9876543210;
  Stream stream(key, Purpose::test_sample, step);
  for (std::uint32_t block = 0; block < 300; ++block) {
    const philox4x32_ctr_t counter{{block, 4, 0x76543210, 0xfedcba98}};
    const philox4x32_key_t halves{{0x89abcdef, 0x01234567}};
    const philox4x32_ctr_t words = philox4x32(counter, halves);
    for (const std::uint32_t word : words.v) ASSERT_EQ(stream(), word) << "block " << block;
  }
}

// After any number of words, of which odd ones leave every number between two blocks.
TEST(Rng, SpansAreTheNumbersDrawnOneByOne) {
  for (std::size_t words = 0; words < 9; ++words)
    for (const std::size_t length : lengths()) {
      Stream one = observable(words), whole = observable(words);
      for (std::size_t i = 0; i < words; ++i) one(), whole();
      std::vector<double> expected(length), actual(length);
      for (double& x : expected) x = one.uniform();
      whole.uniform(actual);
      ASSERT_EQ(actual, expected) << "uniform, " << words << " words before, " << length;
      for (double& x : expected) x = one.normal();
      whole.normal(actual);
      ASSERT_EQ(actual, expected) << "normal, " << words << " words before, " << length;
      ASSERT_EQ(whole.normal(), one.normal());
      ASSERT_EQ(whole(), one());
    }
}

TEST(Rng, ManySpansAreOneLongSpan) {
  for (const std::vector<std::size_t>& sizes :
       {std::vector<std::size_t>{1}, {2}, {3}, {5, 1, 64}, {7, 128, 2}, {127}, {128}, {129, 0, 300}}) {
    const auto normals = [&](std::vector<std::size_t> parts, auto scalar) {
      Stream stream = observable(6);
      return in_parts<decltype(scalar)>(1000, parts, [&](auto part) { stream.normal(part); });
    };
    EXPECT_EQ(normals(sizes, 0.0), normals({1000}, 0.0));
    EXPECT_EQ(normals(sizes, 0.0F), normals({1000}, 0.0F));
    const auto uniforms = [&](const std::vector<std::size_t>& parts) {
      Stream stream = observable(6);
      return in_parts<double>(1000, parts, [&](std::span<double> part) { stream.uniform(part); });
    };
    EXPECT_EQ(uniforms(sizes), uniforms({1000}));
  }
}

// Float and double normals are the same numbers, also where they take turns on one stream.
TEST(Rng, FloatNormalsAreTheDoubleOnes) {
  Stream doubles = observable(7), floats = observable(7), mixed = observable(7);
  std::vector<double> expected(100001);
  std::vector<float> actual(expected.size());
  doubles.normal(expected);
  floats.normal(actual);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::size_t other = std::min(i ^ 1, expected.size() - 1);
    ASSERT_NEAR(actual[i], expected[i], 2.1e-7 * std::hypot(expected[i], expected[other])) << i;
  }
  std::size_t next = 0;
  for (const std::size_t length : {3U, 1U, 2U, 65U, 200U, 7U}) {
    std::vector<float> part(length);
    mixed.normal(part);
    for (const float x : part) ASSERT_EQ(x, actual[next++]);
    ASSERT_EQ(mixed.normal(), expected[next++]);
  }
}

// Of every bit: the same numbers on every processor, by every compiler.
TEST(Rng, NormalsStayWhatTheyWere) {
  const auto digest = [](auto values) {
    Stream stream(1, Purpose::train_sample, 2);
    stream.normal(std::span(values));
    Hasher hasher;
    hasher.update(values.data(), values.size() * sizeof values[0]);
    return hasher.digest();
  };
  EXPECT_EQ(digest(std::vector<double>(100001)), 0x92dd775adb800d16);
  EXPECT_EQ(digest(std::vector<float>(100001)), 0x30c47840403fdf33);
}

TEST(Rng, SignsGoWithTheNormals) {
  const std::vector<std::size_t> sizes{3, 64, 1, 130, 2};
  for (std::size_t words = 0; words < 3; ++words) {
    Stream plain = observable(8), whole = observable(8), parts = observable(8), floats = observable(8);
    for (std::size_t i = 0; i < words; ++i) plain(), whole(), parts(), floats();
    std::vector<double> expected(1001), normals(1001), signs(1001);
    plain.normal(expected);
    whole.normal(normals, signs);
    EXPECT_EQ(normals, expected);
    std::vector<double> signs_in_parts;
    const auto in_pieces = in_parts<double>(1001, sizes, [&](std::span<double> part) {
      std::vector<double> piece(part.size());
      parts.normal(part, piece);
      signs_in_parts.insert(signs_in_parts.end(), piece.begin(), piece.end());
    });
    EXPECT_EQ(in_pieces, expected);
    EXPECT_EQ(signs_in_parts, signs);
    std::vector<float> float_normals(1001), float_signs(1001);
    floats.normal(float_normals, float_signs);
    EXPECT_TRUE(std::equal(signs.begin(), signs.end(), float_signs.begin()));
  }
  std::vector<double> out(3), signs(2);
  Stream stream = observable(8);
  EXPECT_THROW(stream.normal(out, signs), std::logic_error);
}

TEST(Rng, SignsAreEvenAndIndependentOfTheNormals) {
  constexpr std::size_t n = 200000;
  std::vector<double> z(n), sign(n);
  Stream stream = observable(9);
  stream.normal(z, sign);
  double mean = 0, with_z = 0, with_square = 0, neighbours = 0;
  for (std::size_t i = 0; i < n; ++i) {
    ASSERT_EQ(std::abs(sign[i]), 1);
    mean += sign[i];
    with_z += sign[i] * z[i];
    with_square += sign[i] * z[i] * z[i];
    neighbours += i == 0 ? 0 : sign[i] * sign[i - 1];
  }
  const double limit = 5 * std::sqrt(static_cast<double>(n));
  EXPECT_LT(std::abs(mean), limit);
  EXPECT_LT(std::abs(with_z), limit);
  EXPECT_LT(std::abs(with_square), limit * std::sqrt(3.0));
  EXPECT_LT(std::abs(neighbours), limit);
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

// Every variant of the draws gives the bits of the first one, and those are Random123's words and the
// transforms of single words in box_muller.hpp.
#include "draw_functions.hpp"

#include <cstring>
#include <vector>

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include "rgsweep/core/box_muller.hpp"

namespace rgsweep::draws {
namespace {

PhiloxWords words_of(const Functions& functions) {
  const std::uint32_t key[2] = {0xa4093822, 0x299f31d0};
  const std::uint32_t counter[4] = {0xffffffff - 10, 0x85a308d3, 0x13198a2e, 0x03707344};
  PhiloxWords words;
  functions.philox(key, counter, words);
  return words;
}

template <class Scalar>
void expect_same_bits(const std::vector<Scalar>& a, const std::vector<Scalar>& b, std::string_view variant) {
  EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(Scalar)), 0) << variant;
}

TEST(DrawFunctions, WordsAreThoseOfRandom123OnEveryVariant) {
  const philox4x32_key_t key{{0xa4093822, 0x299f31d0}};
  for (std::size_t variant = 0; variant < variants().size(); ++variant) {
    if (!variant_available(variant)) continue;
    const PhiloxWords words = words_of(functions(variant));
    for (std::uint32_t i = 0; i < kPhiloxBlocks; ++i) {
      const philox4x32_ctr_t counter{{0xffffffff - 10 + i, 0x85a308d3, 0x13198a2e, 0x03707344}};
      const philox4x32_ctr_t expected = philox4x32(counter, key);
      for (std::size_t w = 0; w < 4; ++w)
        ASSERT_EQ(words.word[w][i], expected.v[w]) << variants()[variant] << " block " << i;
    }
  }
}

// Of all blocks but some at both ends, so that the loops begin and end inside of vectors.
TEST(DrawFunctions, NumbersAreThoseOfSingleWordsOnEveryVariant) {
  constexpr std::size_t first = 3, count = kPhiloxBlocks - 5;
  const PhiloxWords words = words_of(functions(0));
  std::vector<double> uniforms, normals, signs;
  std::vector<float> float_normals, float_signs;
  for (std::size_t i = first; i < first + count; ++i) {
    const std::uint32_t w[4] = {words.word[0][i], words.word[1][i], words.word[2][i], words.word[3][i]};
    for (std::size_t at = 0; at < 4; at += 2) {
      uniforms.push_back(open_unit(join_words(w[at], w[at + 1])));
      signs.push_back(spare_sign<double>(w[at + 1]));
      float_signs.push_back(spare_sign<float>(w[at + 1]));
    }
    const NormalPair<double> pair = normal_pair<double>(w[0], w[1], w[2], w[3]);
    normals.insert(normals.end(), {pair.first, pair.second});
    const NormalPair<float> float_pair = normal_pair<float>(w[0], w[1], w[2], w[3]);
    float_normals.insert(float_normals.end(), {float_pair.first, float_pair.second});
  }

  for (std::size_t variant = 0; variant < variants().size(); ++variant) {
    if (!variant_available(variant)) continue;
    const Functions& code = functions(variant);
    std::vector<double> numbers(2 * count);
    std::vector<float> floats(2 * count);
    code.uniforms(words, first, count, numbers.data());
    expect_same_bits(numbers, uniforms, variants()[variant]);
    code.normals(words, first, count, numbers.data());
    expect_same_bits(numbers, normals, variants()[variant]);
    code.signs(words, first, count, numbers.data());
    expect_same_bits(numbers, signs, variants()[variant]);
    code.float_normals(words, first, count, floats.data());
    expect_same_bits(floats, float_normals, variants()[variant]);
    code.float_signs(words, first, count, floats.data());
    expect_same_bits(floats, float_signs, variants()[variant]);
  }
}

// Several buffers at once, beyond the wrap of the first counter.
TEST(DrawFunctions, FreshNormalsAreThoseOfTheWordsOnEveryVariant) {
  constexpr std::size_t buffers = 3;
  const std::uint32_t key[2] = {0xa4093822, 0x299f31d0};
  std::uint32_t counter[4] = {0xffffffff - 100, 2, 0x13198a2e, 0x03707344};
  std::vector<double> normals(2 * buffers * kPhiloxBlocks), numbers(normals.size());
  std::vector<float> float_normals(normals.size()), floats(normals.size());
  for (std::size_t i = 0; i < normals.size(); i += 2 * kPhiloxBlocks) {
    PhiloxWords words;
    functions(0).philox(key, counter, words);
    functions(0).normals(words, 0, kPhiloxBlocks, normals.data() + i);
    functions(0).float_normals(words, 0, kPhiloxBlocks, float_normals.data() + i);
    counter[0] += static_cast<std::uint32_t>(kPhiloxBlocks);
  }
  counter[0] = 0xffffffff - 100;
  for (std::size_t variant = 0; variant < variants().size(); ++variant) {
    if (!variant_available(variant)) continue;
    functions(variant).fresh_normals(key, counter, buffers * kPhiloxBlocks, numbers.data());
    expect_same_bits(numbers, normals, variants()[variant]);
    functions(variant).fresh_float_normals(key, counter, buffers * kPhiloxBlocks, floats.data());
    expect_same_bits(floats, float_normals, variants()[variant]);
  }
}

}  // namespace
}  // namespace rgsweep::draws

// Blocks of words beside Random123's own function, one counter at a time.
#include "rgsweep/core/philox.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

namespace rgsweep {
namespace {

using Key = std::array<std::uint32_t, 2>;
using Counter = std::array<std::uint32_t, 4>;

void expect_random123(const Key& key, const Counter& counter) {
  PhiloxWords words;
  philox_blocks(key, counter, words);
  const philox4x32_key_t random123_key{{key[0], key[1]}};
  for (std::uint32_t i = 0; i < kPhiloxBlocks; ++i) {
    const philox4x32_ctr_t at{{counter[0] + i, counter[1], counter[2], counter[3]}};
    const philox4x32_ctr_t expected = philox4x32(at, random123_key);
    for (std::size_t w = 0; w < 4; ++w)
      ASSERT_EQ(words.word[w][i], expected.v[w]) << "block " << i << ", word " << w;
  }
}

TEST(Philox, BlocksAreThoseOfRandom123) {
  expect_random123({0, 0}, {0, 0, 0, 0});
  expect_random123({0x01234567, 0x89abcdef}, {64, 2, 7, 0});
  expect_random123({1, 0}, {12345, 6, 0xffffffff, 0xffffffff});
  expect_random123({0xffffffff, 0xffffffff}, {0xffffffff - 63, 0xffffffff, 0xffffffff, 0xffffffff});
  expect_random123({0xa4093822, 0x299f31d0}, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344});
}

TEST(Philox, TheFirstCounterWraps) {
  expect_random123({3, 4}, {0xffffffff - 10, 1, 2, 3});
}

}  // namespace
}  // namespace rgsweep

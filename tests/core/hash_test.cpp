#include "rgsweep/core/hash.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep {
namespace {

TEST(Hash, PiecewiseEqualsWhole) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += static_cast<char>(i * 37 + 11);
  for (std::size_t length = 0; length <= text.size(); ++length) {
    for (std::size_t cut : {std::size_t{0}, length / 3, length / 2, length}) {
      Hasher hasher;
      hasher.update(text.data(), cut);
      hasher.update(text.data() + cut, length - cut);
      EXPECT_EQ(hasher.digest(), hash(std::string_view(text).substr(0, length)));
    }
  }
}

TEST(Hash, LengthAndEveryBitCount) {
  std::set<std::uint64_t> seen;
  std::string text(100, '\0');
  for (std::size_t length = 0; length <= text.size(); ++length)
    EXPECT_TRUE(seen.insert(hash(std::string_view(text).substr(0, length))).second) << length;
  for (std::size_t bit = 0; bit < 800; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(1 << (bit % 8));
    EXPECT_TRUE(seen.insert(hash(flipped)).second) << bit;
  }
}

// Identities are stored in files that must open in years: the hash may never change.
TEST(Hash, IsFrozen) {
  EXPECT_EQ(hex(hash("")), "09a4e6465be7057c");
  EXPECT_EQ(hex(hash("activation.slope=0.1\n")), "4ef9beab47002fcb");
}

TEST(Hash, HexRoundTrip) {
  EXPECT_EQ(hex(0x00000000deadbeefU), "00000000deadbeef");
  EXPECT_EQ(parse_hex("00000000deadbeef"), 0xdeadbeefU);
  EXPECT_THROW(parse_hex("deadbeef"), UsageError);
  EXPECT_THROW(parse_hex("00000000deadbeeg"), UsageError);
}

}  // namespace
}  // namespace rgsweep

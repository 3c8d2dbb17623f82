#include "rgsweep/data/idx.hpp"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "idx_files.hpp"
#include "rgsweep/core/error.hpp"

namespace rgsweep::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Bytes counting(std::size_t size) {
  Bytes values(size);
  std::iota(values.begin(), values.end(), std::uint8_t{0});
  return values;
}

std::string refusal(const std::filesystem::path& file, std::size_t limit = max_idx_values) {
  try {
    static_cast<void>(read_idx(file, limit));
  } catch (const StoreError& error) {
    return error.what();
  }
  return "";
}

TEST(Idx, PlainAndCompressedFilesAreTheSame) {
  const Folder folder;
  const Bytes bytes = idx_bytes({2, 3, 4}, counting(24));
  for (const auto& file : {folder.write("plain", bytes), folder.write_gzip("packed.gz", bytes)}) {
    const IdxArray array = read_idx(file);
    EXPECT_THAT(array.extents, ElementsAre(2, 3, 4));
    EXPECT_EQ(array.values, counting(24));
    EXPECT_THAT(read_idx_extents(file), ElementsAre(2, 3, 4));
  }
}

TEST(Idx, LongFilesAreReadInPieces) {
  const Folder folder;
  const Bytes values = counting(3'000'001);
  const IdxArray array = read_idx(folder.write_gzip("long.gz", idx_bytes({3'000'001}, values)));
  EXPECT_EQ(array.values, values);
}

TEST(Idx, EveryTruncationIsRefused) {
  const Folder folder;
  const Bytes bytes = idx_bytes({2, 3, 4}, counting(24));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Bytes part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    for (const auto& file : {folder.write("plain", part), folder.write_gzip("packed.gz", part)}) {
      const std::string message = refusal(file);
      EXPECT_THAT(message, HasSubstr(size < 4 ? "is not an IDX file" : "is truncated")) << size;
      EXPECT_THAT(message, HasSubstr(file.string()));
    }
  }
}

TEST(Idx, TruncatedOrDamagedCompressionIsRefused) {
  const Folder folder;
  const auto file = folder.write_gzip("packed.gz", idx_bytes({100, 100}, counting(10'000)));
  std::ifstream stream(file, std::ios::binary);
  const Bytes packed{std::istreambuf_iterator<char>(stream), {}};
  for (std::size_t size = 11; size < packed.size(); ++size) {
    const Bytes part(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_NE(refusal(folder.write("part.gz", part)), "") << size;
  }
  for (std::size_t at = 12; at < packed.size(); ++at) {
    Bytes changed = packed;
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ 0x55);
    EXPECT_NE(refusal(folder.write("changed.gz", changed)), "") << at;
  }
}

TEST(Idx, MoreThanTheHeaderSaysIsRefused) {
  const Folder folder;
  EXPECT_THAT(refusal(folder.write("long", idx_bytes({2, 3}, counting(7)))),
              HasSubstr("is longer than its header says: more follows the 2 x 3 values"));
}

TEST(Idx, OtherTypesAndFormatsAreRefused) {
  const Folder folder;
  EXPECT_THAT(refusal(folder.write("float", idx_bytes({1}, counting(4), 0x0D))),
              HasSubstr("holds values of IDX type 13; allowed: 8 (unsigned bytes)"));
  EXPECT_THAT(refusal(folder.write("scalar", idx_bytes({}, {1}))), HasSubstr("has 0 dimensions"));
  EXPECT_THAT(refusal(folder.write("deep", idx_bytes({1, 1, 1, 1, 1}, {1}))), HasSubstr("has 5 dimensions"));
  EXPECT_THAT(refusal(folder.write("empty", idx_bytes({3, 0, 2}, {}))),
              HasSubstr("holds no values: its shape is 3 x 0 x 2"));
  EXPECT_THAT(refusal(folder.write("png", {0x89, 'P', 'N', 'G', 13, 10})), HasSubstr("is not an IDX file"));
  EXPECT_THAT(refusal(folder.path("missing")), HasSubstr("No such file"));
  EXPECT_THAT(refusal(folder.path("")), HasSubstr("is a folder"));
}

// A header that promises a gigabyte is believed only as far as the file goes.
TEST(Idx, OversizedPromisesAreRefusedBeforeMemoryIsTaken) {
  const Folder folder;
  const std::uint32_t most = 0xFFFFFFFF;
  EXPECT_THAT(refusal(folder.write("huge", idx_bytes({most, most, most, most}, counting(10)))),
              HasSubstr("is too large: its header promises 4294967295 x 4294967295"));
  EXPECT_THAT(refusal(folder.write("limit", idx_bytes({2, 3}, counting(6))), 5), HasSubstr("allowed: 5"));
  EXPECT_EQ(refusal(folder.write("exact", idx_bytes({2, 3}, counting(6))), 6), "");
  EXPECT_THAT(refusal(folder.write("promise", idx_bytes({1U << 30}, counting(10)))),
              HasSubstr("it holds 10"));
}

}  // namespace
}  // namespace rgsweep::data

// Damage of every kind must be found, named, and never crash: 32 bytes after the HDF5 part hold its length
// and hash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/store/segment.hpp"
#include "rgsweep/store/verify.hpp"
#include "sample.hpp"

namespace rgsweep::store {
namespace {

class Trailer : public testing::Test {
 protected:
  Trailer() {
    const Schema schema = sample_schema();
    write_segment(file_, schema, sample_rows(schema, 0, 20), {{"spec", std::string("text")}});
    whole_ = contents(file_);
  }
  /// The message with which the bytes are refused.
  std::string refusal(const std::string& bytes) const {
    overwrite(file_, bytes);
    try {
      SegmentReader reader(file_);
    } catch (const StoreError& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "a.h5";
  std::string whole_;
};

TEST_F(Trailer, EveryFlippedByteIsFound) {
  for (std::size_t at = 0; at < whole_.size(); at += (at + 64 < whole_.size() && at > 256 ? 997 : 1)) {
    std::string bytes = whole_;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    EXPECT_THAT(refusal(bytes), testing::HasSubstr("a.h5")) << "byte " << at;
  }
}

TEST_F(Trailer, EveryTruncationIsFound) {
  for (std::size_t size = 0; size < whole_.size(); size += 512)
    EXPECT_THAT(refusal(whole_.substr(0, size)), testing::HasSubstr("a.h5")) << size;
  // Without exactly its trailer the file looks rewritten by another program, and lacks nothing.
  for (std::size_t less = 1; less <= 40; ++less)
    EXPECT_EQ(refusal(whole_.substr(0, whole_.size() - less)).empty(), less == 32) << less;
}

TEST_F(Trailer, AppendedAndExchangedPartsAreFound) {
  EXPECT_NE(refusal(whole_ + "x"), "");
  EXPECT_NE(refusal(whole_ + whole_), "");
  EXPECT_NE(refusal(whole_.substr(0, whole_.size() - 64) + whole_.substr(whole_.size() - 32)), "");
  EXPECT_EQ(refusal(whole_), "");
}

TEST_F(Trailer, WithoutTheHashTheLengthIsStillCompared) {
  overwrite(file_, whole_.substr(0, 4096) + whole_.substr(whole_.size() - 32));
  EXPECT_THROW(SegmentReader(file_, false), StoreError);
}

TEST_F(Trailer, VerifyNamesTheDamagedFileAmongSoundOnes) {
  const Schema schema = sample_schema();
  const std::filesystem::path output = folder_ / "out.h5";
  std::filesystem::create_directory(folder_ / "out.h5.parts");
  write_segment(output, schema, sample_rows(schema, 0, 5), {});
  write_segment(folder_ / "out.h5.parts/seg-00000001.h5", schema, sample_rows(schema, 5, 2), {});
  write_segment(folder_ / "out.h5.parts/seg-00000002.h5", schema, sample_rows(schema, 7, 3), {});
  overwrite(folder_ / "out.h5.parts/seg-00000001.h5", "short");

  const std::vector<Check> checks = verify({output, folder_ / "absent.h5", file_});
  ASSERT_EQ(checks.size(), 5U);
  EXPECT_TRUE(checks[0].ok);
  EXPECT_EQ(checks[0].rows, 5U);
  EXPECT_FALSE(checks[1].ok);
  EXPECT_THAT(checks[1].message, testing::HasSubstr("seg-00000001.h5"));
  EXPECT_TRUE(checks[2].ok);
  EXPECT_FALSE(checks[3].ok);
  EXPECT_THAT(checks[3].message, testing::HasSubstr("absent.h5"));
  EXPECT_EQ(checks[4].rows, 20U);
}

}  // namespace
}  // namespace rgsweep::store

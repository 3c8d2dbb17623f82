// Files that were damaged, exchanged or rewritten between two runs: what is damaged is named, set aside and
// run again; what another program rewrote is read as it is; nothing is ever used silently.
#include <algorithm>

#include <gmock/gmock.h>
#include <hdf5.h>

#include "results_fixture.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/store/dataset.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/status.hpp"
#include "rgsweep/store/verify.hpp"

// HDF5 1.10 forgets memory of its own on its way out of a damaged file; the leak sanitizer asks here for what
// to pass over.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libhdf5";
}

namespace rgsweep::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Corruption : public Results {
 protected:
  /// Three points in FILE.h5 and two in a segment.
  Corruption() {
    {
      ResultsStore store = open();
      append(store, 0, 3);
      store.finish();
    }
    in_killed_process([&] {
      ResultsStore store = open();
      append(store, 3, 2);
      store.flush();
    });
    results_ = contents(output_);
    segment_ = contents(segment_file_);
  }

  /// Opening finds exactly `file` damaged; the points are run again, and the results are as ever.
  void expect_set_aside(const fs::path& file) {
    warnings_.clear();
    {
      ResultsStore store = open();
      ASSERT_EQ(warnings_.size(), 1U);
      EXPECT_THAT(warnings_[0],
                  AllOf(HasSubstr(file.string()), HasSubstr(".corrupt-1"), HasSubstr("run again")));
      EXPECT_EQ(store.finished().size(), file == output_ ? 2U : 3U);
      append(store, file == output_ ? 0 : 3, file == output_ ? 3 : 2);
      store.finish();
    }
    std::vector<Row> rows;
    const SegmentReader reader(output_);
    reader.read(0, reader.rows(), rows);
    EXPECT_TRUE(rows == sample_rows(schema_, 0, 5));
    restore();
  }
  void restore() {
    fs::remove_all(parts_);
    fs::create_directory(parts_);
    for (const auto& entry : fs::directory_iterator(folder_.path()))
      if (entry.path() != parts_) fs::remove(entry.path());
    overwrite(output_, results_);
    overwrite(segment_file_, segment_);
  }
  /// Opens the file for writing and closes it again, as any HDF5 program does that changes something.
  static void rewrite(const fs::path& path) {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    const hid_t space = H5Screate(H5S_SCALAR);
    H5Aclose(H5Acreate2(file, "remark", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
    H5Fclose(file);
  }

  fs::path segment_file_ = parts_ / "seg-00000001.h5";
  std::string results_, segment_;
};

TEST_F(Corruption, FlippedBytesOfEveryPart) {
  for (const fs::path& file : {output_, segment_file_}) {
    const std::string whole = file == output_ ? results_ : segment_;
    // The superblock, its neighbourhood, the middle (metadata and chunks), the last chunk, each field of the
    // trailer. tests/store/trailer_test.cpp looks at far more bytes, without the runs.
    for (const std::size_t at : {std::size_t{0}, std::size_t{9}, std::size_t{44}, std::size_t{200},
                                 whole.size() / 3, whole.size() / 2, whole.size() - 40, whole.size() - 32,
                                 whole.size() - 20, whole.size() - 12, whole.size() - 1}) {
      SCOPED_TRACE(file.string() + " at " + std::to_string(at));
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
      // Without HDF5's signature and with a sound end it is still one of ours.
      overwrite(file, bytes);
      EXPECT_EQ(store::status(output_).damaged.size(), 1U);
      expect_set_aside(file);
    }
  }
}

TEST_F(Corruption, TruncationsAtEvery512Bytes) {
  for (const fs::path& file : {output_, segment_file_}) {
    const std::string whole = file == output_ ? results_ : segment_;
    for (std::size_t size = 0; size < whole.size() - 32; size += 512) {
      overwrite(file, whole.substr(0, size));
      EXPECT_THROW(SegmentReader{file}, StoreError) << size;
      // Each eighth with a run.
      if (size % 4096 == 512 || size == 0) expect_set_aside(file);
    }
    restore();
  }
}

TEST_F(Corruption, ASegmentWithoutItsTrailerIsDamaged) {
  overwrite(segment_file_, segment_.substr(0, segment_.size() - 32));
  expect_set_aside(segment_file_);
}

TEST_F(Corruption, AResultsFileRewrittenByAnotherProgramIsTakenAsItIs) {
  rewrite(output_);
  EXPECT_EQ(store::status(output_).done, 5U);
  const std::vector<Check> checks = verify({output_});
  EXPECT_TRUE(checks.at(0).ok);
  EXPECT_EQ(checks[0].content, "3 points, rewritten by another program");
  {
    ResultsStore store = open();
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_THAT(warnings_[0], AllOf(HasSubstr("out.h5"), HasSubstr("rewritten by another program")));
    EXPECT_EQ(store.finished().size(), 5U);
    store.finish();
  }
  expect_whole(5);
  EXPECT_TRUE(SegmentReader(output_).sealed());
}

TEST_F(Corruption, ARewrittenFileIsReadToItsLastValue) {
  rewrite(output_);
  const std::string rewritten = contents(output_);
  // HDF5 checksums its numeric chunks.
  ASSERT_EQ(rewritten.find("rgsweep1"), std::string::npos);
  int noticed = 0;
  for (std::size_t at = 512; at < rewritten.size(); at += 509) {
    std::string bytes = rewritten;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    overwrite(output_, bytes);
    try {
      SegmentReader reader(output_);
    } catch (const StoreError&) {
      ++noticed;
    }
  }
  EXPECT_GT(noticed, 0);
  for (std::size_t size = 0; size < rewritten.size(); size += 512) {
    overwrite(output_, rewritten.substr(0, size));
    EXPECT_THROW(SegmentReader{output_}, StoreError) << size;
  }
}

TEST_F(Corruption, FilesOfAnotherSweepAreNotTakenForThisOnes) {
  // Rows say which point they belong to, so that another sweep's stay what they are: the lost points are run
  // again, and the others are kept.
  const fs::path other = folder_ / "other.h5";
  write_segment(other, schema_, sample_rows(schema_, 100, 4), {{"spec", std::string("other")}});
  fs::copy_file(other, segment_file_, fs::copy_options::overwrite_existing);
  ResultsStore store = open();
  EXPECT_EQ(store.finished(), (std::vector<std::uint64_t>{1, 2, 3, 101, 102, 103, 104}));
}

TEST_F(Corruption, FilesThatDoNotFitAreRefusedAndLeftAlone) {
  // Of other columns: whatever it is, it is sound.
  const Schema odd({}, {{.name = "output_cumulant", .type = ColumnType::text}});
  write_segment(segment_file_, odd, {{.point_id = 9, .numbers = {}, .texts = {"x"}}}, {});
  EXPECT_THROW(open(), StoreError);
  EXPECT_TRUE(fs::exists(segment_file_));
  restore();
  // No results at all.
  write_dataset(output_, {{.column = {.name = "slope"}, .numbers = {0, 1}}},
                {{.column = {.name = "width", .dimensions = {"slope"}}, .numbers = {2, 3}}},
                {{"program", std::string("rgsweep")}, {"axis", std::string("slope")}, {"threshold", 0.1}});
  const std::string phase = contents(output_);
  EXPECT_THROW(open(), StoreError);
  EXPECT_EQ(contents(output_), phase);
  const std::vector<Check> checks = verify({output_});
  EXPECT_TRUE(checks.at(0).ok) << checks[0].message;
  EXPECT_EQ(checks[0].content, "a phase diagram");
}

}  // namespace
}  // namespace rgsweep::store

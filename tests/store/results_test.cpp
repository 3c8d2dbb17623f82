// The life of an output: continue after any end, and leave nothing behind.
#include "rgsweep/store/results.hpp"

#include <cstdlib>

#include <gmock/gmock.h>

#include "results_fixture.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/status.hpp"

namespace rgsweep::store {
namespace {

using testing::HasSubstr;
using Ids = std::vector<std::uint64_t>;

TEST_F(Results, FlushedRowsAreSegmentsAndFinishingMakesOneFile) {
  ResultsStore store = open();
  append(store, 0, 3);
  EXPECT_TRUE(store.finished().empty());
  store.flush();
  EXPECT_EQ(store.finished(), (Ids{1, 2, 3}));
  EXPECT_EQ(store.rows_written(), 3U);
  append(store, 3, 4);
  store.set_attribute("end", std::string("now"));
  store.finish();
  expect_whole(7);
  EXPECT_EQ(SegmentReader(output_).attributes().at("end"), Attribute(std::string("now")));
}

TEST_F(Results, FlushIsDueByTheClock) {
  ResultsStore store = open({.flush_seconds = 5});
  const auto start = ResultsStore::Clock::now();
  append(store, 0, 1);
  store.flush_if_due(start);
  EXPECT_EQ(store.rows_written(), 0U);
  store.flush_if_due(start + std::chrono::seconds(6));
  EXPECT_EQ(store.rows_written(), 1U);
  append(store, 1, 1);
  store.flush_if_due(start + std::chrono::seconds(10));
  EXPECT_EQ(store.rows_written(), 1U);
  store.flush_if_due(start + std::chrono::seconds(11));
  EXPECT_EQ(store.rows_written(), 2U);
}

TEST_F(Results, ContinuesWhatWasFinished) {
  {
    ResultsStore store = open();
    append(store, 0, 3);
    store.finish();
  }
  ResultsStore store = open();
  EXPECT_EQ(store.finished(), (Ids{1, 2, 3}));
  append(store, 3, 2);
  store.finish();
  expect_whole(5);
}

TEST_F(Results, NothingNewRewritesNothingUnlessTheSpecChanged) {
  open().finish();
  {
    ResultsStore store = open();
    append(store, 0, 3);
    store.finish();
  }
  const auto written = fs::last_write_time(output_);
  {
    ResultsStore store = open();
    store.set_attribute("end", std::string("later"));
    store.finish();
  }
  EXPECT_EQ(fs::last_write_time(output_), written);
  open({}, "b").finish();
  EXPECT_EQ(SegmentReader(output_).attributes().at("spec"), Attribute(std::string("b")));
  expect_whole(3);
}

TEST_F(Results, KilledAfterAFlush) {
  in_killed_process([&] {
    ResultsStore store = open();
    append(store, 0, 3);
    store.flush();
    append(store, 3, 2);  // never flushed
  });
  overwrite(parts_ / "seg-00000002.h5.tmp", "half a segment");
  overwrite(parts_ / "point-0000000000000001.state.0badcafe-7.tmp", "half a state");
  overwrite(folder_ / "out.h5.tmp", "half a file");
  overwrite(folder_ / "out.h5.0badcafe-12ab.tmp", "half a file");
  overwrite(folder_ / "out.h5.other.tmp", "somebody else's");
  EXPECT_EQ(store::status(output_).done, 3U);
  ResultsStore store = open();
  EXPECT_EQ(store.finished(), (Ids{1, 2, 3}));
  append(store, 3, 2);
  store.finish();
  EXPECT_TRUE(fs::remove(folder_ / "out.h5.other.tmp"));
  expect_whole(5);
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(Results, KilledBetweenPublishingAndRemovingTheSegments) {
  in_killed_process([&] {
    ResultsStore store = open();
    append(store, 0, 4);
    store.flush();
    fs::copy(parts_, folder_ / "saved", fs::copy_options::recursive);
    store.finish();
    fs::rename(folder_ / "saved", parts_);
  });
  EXPECT_EQ(store::status(output_).done, 4U);
  EXPECT_FALSE(store::status(output_).complete);
  ResultsStore store = open();
  EXPECT_EQ(store.finished().size(), 4U);
  store.finish();
  expect_whole(4);
}

TEST_F(Results, ADestroyedStoreLeavesNothingUnflushed) {
  {
    ResultsStore store = open();
    append(store, 0, 2);
  }
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(Results, DamagedFilesAreSetAsideAndTheirPointsRunAgain) {
  {
    ResultsStore store = open();
    append(store, 0, 2);
    store.finish();
  }
  in_killed_process([&] {
    ResultsStore store = open();
    append(store, 2, 2);
    store.flush();
    append(store, 4, 2);
    store.flush();
  });
  const fs::path segment = parts_ / "seg-00000001.h5";
  std::string bytes = contents(segment);
  bytes[bytes.size() / 2] ^= 1;
  overwrite(segment, bytes);
  overwrite(output_, contents(output_).substr(0, 2000));

  ResultsStore store = open();
  EXPECT_EQ(store.finished(), (Ids{5, 6}));
  ASSERT_EQ(warnings_.size(), 2U);
  EXPECT_THAT(warnings_[0], HasSubstr("out.h5.corrupt-1"));
  EXPECT_THAT(warnings_[1], HasSubstr("seg-00000001.h5.corrupt-1"));
  append(store, 0, 4);
  store.finish();
  EXPECT_EQ(SegmentReader(output_).rows(), 6U);
  EXPECT_TRUE(fs::exists(parts_ / "seg-00000001.h5.corrupt-1"));
  EXPECT_TRUE(store::status(output_).complete);
}

TEST_F(Results, FailedPointsAreToldApartAndBeatenByLaterOnes) {
  ResultsStore store = open();
  std::vector<Row> rows = sample_rows(schema_, 0, 3);
  schema_.value(rows[1], "status") = static_cast<double>(Status::failed);
  schema_.value(rows[2], "status") = static_cast<double>(Status::diverged);
  for (const Row& row : rows) store.append(row);
  store.append(rows[0]);  // sent twice within one interval
  store.flush();
  EXPECT_EQ(store.finished(), (Ids{1, 2, 3}));
  EXPECT_EQ(store.failed(), Ids{2});
  append(store, 1, 1);
  store.flush();
  EXPECT_EQ(store.failed(), Ids{});
  EXPECT_THROW(store.append(Row{}), std::logic_error);
}

TEST_F(Results, CompactionKeepsTheSegmentsFew) {
  ResultsStore store = open();
  std::uint64_t rows = 0;
  const auto publish = [&](std::uint64_t count) {
    append(store, rows, count);
    rows += count;
    store.flush();
  };
  for (int i = 0; i < 20; ++i) publish(1);
  EXPECT_EQ(sources(output_).size(), 1U + 4U);  // 1 * 16 + 4 * 1
  for (int i = 0; i < 16; ++i) publish(16);
  EXPECT_EQ(sources(output_).size(), 1U + 1U + 4U);  // 1 * 256 + 1 * 16 + 4 * 1
  EXPECT_EQ(store.finished().size(), 276U);
  EXPECT_EQ(store.rows_written(), 276U);
  store.finish();
  expect_whole(276);
}

// Texts are of fixed length in segments, whose lengths differ, and of any length in the file.
TEST_F(Results, TextsOfAnyLengthComeThroughSegmentsAndCompaction) {
  const std::vector<std::string> messages{"", "short", std::string(300, 'x'), "fünf Ähren", "a",
                                          "", "",      std::string(41, 'y')};
  std::vector<Row> rows = sample_rows(schema_, 0, 40);
  for (std::size_t i = 0; i < rows.size(); ++i)
    schema_.text(rows[i], "message") = messages[i % messages.size()];
  {
    ResultsStore store = open();
    for (const Row& row : rows) {
      store.append(row);
      store.flush();
    }
    const SegmentReader newest(sources(output_).back());
    EXPECT_EQ(newest.text_size("message"), messages[39 % messages.size()].size());
    store.finish();
  }
  const SegmentReader reader(output_);
  EXPECT_EQ(reader.text_size("message"), 0U);
  std::vector<Row> read;
  reader.read(0, reader.rows(), read);
  EXPECT_EQ(read, rows);
}

// What was never flushed goes into the file at once, of a point that was run twice the row that holds.
TEST_F(Results, RowsInMemoryBecomeTheFile) {
  const std::vector<Row> rows = sample_rows(schema_, 0, 100);
  {
    ResultsStore store = open();
    for (std::size_t i = rows.size(); i-- > 0;) store.append(rows[i]);
    Row failed = rows[50];
    schema_.value(failed, "status") = static_cast<double>(Status::failed);
    store.append(failed);
    store.append(rows[10]);
    store.finish();
    EXPECT_EQ(store.rows_written(), rows.size());
  }
  std::vector<Row> read;
  const SegmentReader reader(output_);
  reader.read(0, reader.rows(), read);
  EXPECT_EQ(read, rows);
  EXPECT_FALSE(std::filesystem::exists(output_.string() + ".parts"));
}

// What no row of a block uses is not written, and read as what it is.
TEST_F(Results, MissingValuesComeThroughSegments) {
  std::vector<Row> rows(100, schema_.missing());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].point_id = i + 1;
    schema_.value(rows[i], "status") = 1;
  }
  ResultsStore store = open();
  for (const Row& row : rows) store.append(row);
  store.finish();
  std::vector<Row> read;
  const SegmentReader reader(output_);
  reader.read(0, reader.rows(), read);
  EXPECT_EQ(read, rows);
}

}  // namespace
}  // namespace rgsweep::store

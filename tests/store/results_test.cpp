// The life of an output: continue after any end, refuse what must be refused, and leave nothing behind.
#include "rgsweep/store/results.hpp"

#include <cstdlib>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/segment.hpp"
#include "rgsweep/store/status.hpp"
#include "sample.hpp"

namespace rgsweep::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Ids = std::vector<std::uint64_t>;

class Results : public testing::Test {
 protected:
  ResultsStore open(ResultsOptions options = {}, const std::string& spec = "a") const {
    options.warn = [this](const std::string& text) { warnings_.push_back(text); };
    return ResultsStore(output_, schema_, {{"spec", spec}}, options);
  }
  void append(ResultsStore& store, std::uint64_t first, std::uint64_t count) const {
    for (Row& row : sample_rows(schema_, first, count)) store.append(std::move(row));
  }
  /// Runs the action in a process that SIGKILL ends at its end.
  static void in_killed_process(const std::function<void()>& action) {
    const pid_t child = ::fork();
    if (child == 0) {
      action();
      ::raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }
  void expect_whole(std::uint64_t rows) const {
    const SegmentReader reader(output_);
    std::vector<Row> read;
    reader.read(0, reader.rows(), read);
    EXPECT_EQ(read, sample_rows(schema_, 0, rows));
    EXPECT_FALSE(fs::exists(parts_));
    EXPECT_FALSE(fs::exists(folder_ / "out.h5.tmp"));
  }

  TemporaryFolder folder_;
  fs::path output_ = folder_ / "out.h5";
  fs::path parts_ = folder_ / "out.h5.parts";
  Schema schema_ = sample_schema();
  mutable std::vector<std::string> warnings_;
};

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
  overwrite(folder_ / "out.h5.tmp", "half a file");
  EXPECT_EQ(store::status(output_).done, 3U);
  ResultsStore store = open();
  EXPECT_EQ(store.finished(), (Ids{1, 2, 3}));
  append(store, 3, 2);
  store.finish();
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

TEST_F(Results, FreshRefusesAndTouchesNothing) {
  {
    ResultsStore store = open({.fresh = true});
    append(store, 0, 2);
    store.flush();
  }
  const std::string before = contents(parts_ / "seg-00000001.h5");
  try {
    open({.fresh = true});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("mv '" + parts_.string() + "' '" + parts_.string() + ".old'"));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("mv '" + output_.string() + "' ")));
  }
  EXPECT_EQ(contents(parts_ / "seg-00000001.h5"), before);
  open().finish();
  EXPECT_THROW(open({.fresh = true}), UsageError);
  expect_whole(2);
}

TEST_F(Results, PlacesThatCannotBeWrittenAreNamedAtOnce) {
  const auto refusal = [&](const fs::path& path) -> std::string {
    try {
      ResultsStore(path, schema_, {});
    } catch (const StoreError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal(folder_ / "no/out.h5"), HasSubstr("no folder"));
  EXPECT_THAT(refusal(folder_.path()), HasSubstr("is a folder"));
  overwrite(folder_ / "notes.txt", "not ours, whatever its name");
  EXPECT_THAT(refusal(folder_ / "notes.txt"), HasSubstr("left alone"));
  overwrite(folder_ / "x.h5.parts", "a file in the place of the folder");
  EXPECT_THAT(refusal(folder_ / "x.h5"), HasSubstr("x.h5.parts"));
}

/// A limit on the size of files stands in for a full disk: writes fail from some byte on.
TEST_F(Results, WhenWritingFailsTheErrorIsClearAndNothingIsLost) {
  {
    ResultsStore store = open();
    append(store, 0, 3);
    store.flush();
  }
  const std::vector<rlim_t> limits{0, 500, 5000, 20000, 60000};
  for (const rlim_t limit : limits) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::signal(SIGXFSZ, SIG_IGN);
      ResultsStore store = open();
      append(store, 3, 200);
      const rlimit bytes{limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &bytes);
      try {
        store.flush();
      } catch (const StoreError& error) {
        // Ends as a program does that reports an error, with all that HDF5 would do at exit.
        std::exit(std::string(error.what()).find("File too large") != std::string::npos ? 0 : 1);
      }
      std::exit(2);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "limit " << limit << ", status " << status;
    EXPECT_EQ(store::status(output_).done, 3U);
  }
  ResultsStore store = open();
  EXPECT_TRUE(warnings_.empty());
  append(store, 3, 200);
  store.finish();
  expect_whole(203);
}

TEST_F(Results, AnotherSchemaIsUnitedOrRefusedAtOnce) {
  {
    ResultsStore store = open();
    append(store, 0, 2);
    store.finish();
  }
  const Schema wider({}, {{.name = "status", .type = ColumnType::flag}, {.name = "loss"}});
  {
    ResultsStore store(output_, wider, {});
    store.append({9, {1, 0.5}, {}});
    store.finish();
  }
  EXPECT_TRUE(SegmentReader(output_).schema().has("loss"));
  EXPECT_EQ(SegmentReader(output_).rows(), 3U);
  EXPECT_THROW(ResultsStore(output_, Schema({}, {{.name = "status"}}), {}), StoreError);
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

}  // namespace
}  // namespace rgsweep::store

// One small run of the store, disturbed at each of its file system calls in turn: whatever happens there, no
// flushed point is lost, every file stays readable, and continuing gives the results of a quiet run.
#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../store/sample.hpp"
#include "faults.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/store/results.hpp"
#include "rgsweep/store/segment.hpp"
#include "rgsweep/store/status.hpp"
#include "rgsweep/store/verify.hpp"

namespace rgsweep::store {
namespace {

namespace fs = std::filesystem;
using faults::Kind;

/// Points in FILE.h5 before the run, segments of one point beside it (one more makes a compaction), points of
/// the run.
constexpr std::uint64_t published = 3, segments = 15, fresh = 1, all = published + segments + fresh;

/// What the disturbed process tells the one that watches it.
struct Told {
  std::uint64_t flushed = 0;  ///< points whose flush() has returned
  bool finished = false;      ///< finish() has returned
  std::array<char, faults::most_calls> calls = {};
};

/// Rows as small as they get: HDF5's calls are not the point.
Schema small_schema() {
  return Schema({}, {{.name = "seed", .type = ColumnType::integer, .parameter = true},
                     {.name = "status", .type = ColumnType::flag, .flag_meanings = status_names()},
                     {.name = "train_loss"},
                     {.name = "message", .type = ColumnType::text}});
}

/// Of calls that follow each other and are alike (HDF5's writes to the temporary file, which all leave it
/// unfinished, and the removal of segments after their union was published) every so many are disturbed.
constexpr std::size_t stride = 5;

class Crash : public testing::Test {
 protected:
  Crash() {
    void* shared = ::mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) throw std::runtime_error("no shared memory");
    told_ = static_cast<Told*>(shared);
    for (std::uint64_t i = 0; i < all; ++i)
      rows_.push_back({i + 1, {static_cast<double>(i), 1, 1.0 / (1.0 + static_cast<double>(i))}, {"a"}});
    faults::arm(folder_.path().c_str(), 0, Kind::none);  // no fsync in this process either
    fs::create_directory(before_);
    ResultsStore store = open(before_);
    append(store, 0, published);
    store.finish();
    const pid_t child = ::fork();
    if (child == 0) {  // ends without finishing, as a killed run does
      ResultsStore killed = open(before_);
      for (std::uint64_t i = 0; i < segments; ++i) {
        append(killed, published + i, 1);
        killed.flush();
      }
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    fs::remove(parts_folder(before_) / "owner");
  }
  ~Crash() override { ::munmap(told_, sizeof(Told)); }

  static fs::path parts_folder(const fs::path& folder) { return folder / "out.h5.parts"; }
  ResultsStore open(const fs::path& folder) const {
    return ResultsStore(folder / "out.h5", schema_, {{"spec", std::string("a")}}, {.flush_seconds = 0});
  }
  void append(ResultsStore& store, std::uint64_t first, std::uint64_t count) const {
    for (std::uint64_t i = first; i < first + count; ++i) store.append(rows_.at(i));
  }

  /// The run: flushes after each point and finishes. An error ends it after one more try to flush, as in the
  /// program.
  void run() const {
    ResultsStore store = open(now_);
    std::uint64_t next = published + segments;
    try {
      for (; next < all; ++next) {
        append(store, next, 1);
        store.flush_if_due();
        told_->flushed = next + 1 - published - segments;
      }
      store.finish();
      told_->finished = true;
    } catch (const StoreError&) {
      store.flush();
      told_->flushed = std::min(next + 1, all) - published - segments;
      throw;
    }
  }

  /// Starts a run with one call disturbed, in a process of its own.
  pid_t start_disturbed(long call, Kind kind) const {
    fs::remove_all(now_);
    fs::copy(before_, now_, fs::copy_options::recursive | fs::copy_options::create_hard_links);
    *told_ = {};
    const pid_t child = ::fork();
    if (child == 0) {
      faults::arm(now_.c_str(), call, kind);
      int code = 0;
      try {
        run();
      } catch (const StoreError&) {
        code = 1;
      } catch (...) {
        code = 2;
      }
      std::copy_n(faults::calls(), faults::most_calls, told_->calls.begin());
      ::_exit(code);
    }
    return child;
  }

  /// Its exit status, -1 when it was killed.
  static int end_of(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGKILL ? -1 : 128 + WTERMSIG(status);
    return WEXITSTATUS(status);
  }

  int run_disturbed(long call, Kind kind) const { return end_of(start_disturbed(call, kind)); }

  void expect_sound() const {
    const StatusReport report = store::status(now_ / "out.h5");
    EXPECT_GE(report.done, published + segments + told_->flushed);
    EXPECT_TRUE(report.damaged.empty()) << report.damaged.front();
    for (const Check& check : verify({now_ / "out.h5"})) EXPECT_TRUE(check.ok) << check.message;
    if (told_->finished) {
      EXPECT_TRUE(report.complete);
    }
  }

  /// Runs what is not there yet and finishes; `meanwhile` happens between the two.
  void expect_continues(const std::function<void()>& meanwhile = [] {}) const {
    ResultsStore store = open(now_);
    const std::vector<std::uint64_t> finished = store.finished();
    EXPECT_GE(finished.size(), published + segments + told_->flushed);
    for (std::uint64_t i = 0; i < all; ++i)
      if (!std::binary_search(finished.begin(), finished.end(), i + 1)) append(store, i, 1);
    store.flush();
    meanwhile();
    store.finish();
    expect_whole();
  }

  void expect_whole() const {
    const SegmentReader reader(now_ / "out.h5");
    std::vector<Row> rows;
    reader.read(0, reader.rows(), rows);
    EXPECT_TRUE(rows == rows_) << "other results";
    // Nothing is left behind either.
    EXPECT_EQ(std::distance(fs::directory_iterator(now_), {}), 1);
  }

  /// Each of these calls of the quiet run in turn.
  void for_each_call(const std::string& letters, const std::function<void(std::size_t)>& disturb) const {
    run_disturbed(0, Kind::none);
    const std::string quiet = told_->calls.data();
    for (std::size_t call = 0; call < quiet.size() && !HasFailure(); ++call) {
      if (letters.find(quiet[call]) == std::string::npos) continue;
      const bool alike =
          call > 0 && quiet[call - 1] == quiet[call] && quiet.find_first_of("wu", call) == call;
      if (alike && call % stride != 0) continue;
      SCOPED_TRACE("call " + std::to_string(call + 1) + " of " + quiet);
      disturb(call + 1);
    }
  }

  /// By one kind of disturbance after another; returns the exit codes that were seen.
  std::set<int> walk(const std::vector<Kind>& kinds, const std::string& letters = "mowasrud") const {
    std::set<int> codes;
    for_each_call(letters, [&](std::size_t call) {
      const Kind kind = kinds[call % kinds.size()];
      SCOPED_TRACE(faults::fault_kinds[static_cast<std::size_t>(kind)]);
      codes.insert(run_disturbed(static_cast<long>(call), kind));
      expect_sound();
      expect_continues();
    });
    return codes;
  }

  Schema schema_ = small_schema();
  std::vector<Row> rows_;
  TemporaryFolder folder_;
  fs::path before_ = folder_ / "before", now_ = folder_ / "now";
  Told* told_ = nullptr;
};

TEST_F(Crash, AQuietRunMakesEveryKindOfCall) {
  EXPECT_EQ(run_disturbed(0, Kind::none), 0);
  EXPECT_TRUE(told_->finished);
  const std::string calls = told_->calls.data();
  for (const char letter : {'o', 'w', 'a', 's', 'r', 'u', 'd'})
    EXPECT_NE(calls.find(letter), std::string::npos) << letter << " in " << calls;
  expect_sound();
  expect_continues();
}

TEST_F(Crash, KilledAtAnyCall) {
  EXPECT_EQ(walk({Kind::torn}), std::set<int>{-1});
}

TEST_F(Crash, AnyCallFails) {
  EXPECT_EQ(walk({Kind::no_space, Kind::io_error}), (std::set<int>{0, 1}));
}

TEST_F(Crash, AnyWriteCutShort) {
  EXPECT_EQ(walk({Kind::short_write}, "wa"), std::set<int>{0});
}

/// As after the loss of a node that was only slow: the writer stands still, another takes the output over,
/// and the first one wakes up, while the other still writes or after it has finished.
TEST_F(Crash, AStoppedWriterThatWasReplacedDamagesNothing) {
  for_each_call("mowasrud", [&](std::size_t call) {
    const pid_t slow = start_disturbed(static_cast<long>(call), Kind::stop);
    int status = 0;
    ASSERT_EQ(::waitpid(slow, &status, WUNTRACED), slow);
    ASSERT_TRUE(WIFSTOPPED(status));
    fs::remove(parts_folder(now_) / "owner");
    const auto wake = [&] {
      ::kill(slow, SIGCONT);
      EXPECT_THAT(end_of(slow), testing::AnyOf(0, 1));
    };
    if (call % 2 == 0) {
      expect_continues(wake);
    } else {
      expect_continues();
      wake();
    }
    EXPECT_TRUE(store::status(now_ / "out.h5").complete);
    expect_whole();
  });
}

}  // namespace
}  // namespace rgsweep::store

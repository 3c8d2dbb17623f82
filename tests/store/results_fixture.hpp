// An output in a folder of its own, and what can happen to it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rgsweep/store/results.hpp"
#include "rgsweep/store/segment.hpp"
#include "sample.hpp"

namespace rgsweep::store {

namespace fs = std::filesystem;

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
    EXPECT_FALSE(has_temporary_files(folder_.path()));
  }

  TemporaryFolder folder_;
  fs::path output_ = folder_ / "out.h5";
  fs::path parts_ = folder_ / "out.h5.parts";
  Schema schema_ = sample_schema();
  mutable std::vector<std::string> warnings_;
};

}  // namespace rgsweep::store

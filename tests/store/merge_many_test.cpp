// Hundreds of inputs at once, within or beyond the number of files that a process may open.
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/segment.hpp"
#include "sample.hpp"

namespace rgsweep::store {
namespace {

constexpr std::uint64_t shards = 200;

class MergeMany : public testing::Test {
 protected:
  MergeMany() {
    for (std::uint64_t i = 0; i < shards; ++i) {
      inputs_.push_back(folder_ / ("shard" + std::to_string(i) + ".h5"));
      // Neighbours overlap: each point but the ends stands in two files.
      write_segment(inputs_.back(), schema_, sample_rows(schema_, i, 2), {});
    }
  }
  /// Runs `action` in a process of its own that may open this many files; its exit status.
  static int with_limit(rlim_t soft, rlim_t hard, const std::function<int()>& action) {
    const pid_t child = ::fork();
    if (child == 0) {
      const rlimit limit{soft, hard};
      ::_exit(::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? action() : 99);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  Schema schema_ = sample_schema();
  TemporaryFolder folder_;
  std::vector<std::filesystem::path> inputs_;
  std::filesystem::path out_ = folder_ / "out.h5";
};

TEST_F(MergeMany, RaisesTheLimitOfOpenFiles) {
  EXPECT_EQ(with_limit(64, 1024, [&] { return merge(out_, inputs_, {}) == shards + 1 ? 0 : 1; }), 0);
  const SegmentReader reader(out_);
  std::vector<Row> rows;
  reader.read(0, reader.rows(), rows);
  EXPECT_TRUE(rows == sample_rows(schema_, 0, shards + 1));
}

TEST_F(MergeMany, SaysWhatTheLimitIs) {
  EXPECT_EQ(
      with_limit(
          64, 128,
          [&] {
            try {
              merge(out_, inputs_, {});
            } catch (const StoreError& error) {
              return std::string(error.what()).find("200 files at once, the limit of this process is 128") !=
                             std::string::npos
                         ? 7
                         : 8;
            }
            return 0;
          }),
      7);
  EXPECT_FALSE(std::filesystem::exists(out_));
}

}  // namespace
}  // namespace rgsweep::store

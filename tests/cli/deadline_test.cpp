#include "deadline.hpp"

#include <cstdlib>
#include <ctime>
#include <string>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep::cli {
namespace {

TEST(Deadline, ReadsSlurmsTimeLeft) {
  EXPECT_EQ(parse_time_left("05:30"), 330);
  EXPECT_EQ(parse_time_left("0:07"), 7);
  EXPECT_EQ(parse_time_left("1:00:00"), 3600);
  EXPECT_EQ(parse_time_left("2-01:00:00"), 2 * 86400 + 3600);
  EXPECT_EQ(parse_time_left("UNLIMITED"), std::nullopt);
  EXPECT_EQ(parse_time_left("INVALID"), std::nullopt);
  EXPECT_EQ(parse_time_left(""), std::nullopt);
}

TEST(Deadline, ReadsItsOption) {
  EXPECT_EQ(deadline_seconds("none"), std::nullopt);
  EXPECT_EQ(deadline_seconds("90"), 90);
  EXPECT_THROW(deadline_seconds("-1"), UsageError);
  EXPECT_THROW(deadline_seconds("soon"), UsageError);
}

TEST(Deadline, SlurmNeedsAJobAndLeavesAMargin) {
  unsetenv("SLURM_JOB_ID");
  EXPECT_THROW(deadline_seconds("slurm"), UsageError);
  setenv("SLURM_JOB_ID", "17", 1);
  setenv("SLURM_JOB_END_TIME", std::to_string(std::time(nullptr) + 1000).c_str(), 1);
  const std::optional<double> seconds = deadline_seconds("slurm");
  ASSERT_TRUE(seconds);
  EXPECT_NEAR(*seconds, 970, 5);
  // Of a short time a part has to be left to work in.
  setenv("SLURM_JOB_END_TIME", std::to_string(std::time(nullptr) + 40).c_str(), 1);
  EXPECT_NEAR(deadline_seconds("slurm").value(), 30, 4);
  setenv("SLURM_JOB_END_TIME", "tomorrow", 1);
  EXPECT_THROW(deadline_seconds("slurm"), UsageError);
  unsetenv("SLURM_JOB_END_TIME");
  setenv("PATH", "/nowhere", 1);  // no squeue
  EXPECT_THROW(deadline_seconds("slurm"), UsageError);
  unsetenv("SLURM_JOB_ID");
}

}  // namespace
}  // namespace rgsweep::cli

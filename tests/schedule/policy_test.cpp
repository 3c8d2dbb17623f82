#include "rgsweep/schedule/policy.hpp"

#include <gtest/gtest.h>

namespace rgsweep::schedule {
namespace {

constexpr std::uint64_t experienced = 1U << 30;

TEST(Policy, ChunkIsHalfAWorkersShareOfWhatRemains) {
  const Policy policy;
  EXPECT_DOUBLE_EQ(next_chunk(policy, 8, 4, experienced).seconds, 1);
  EXPECT_DOUBLE_EQ(next_chunk(policy, 1e9, 4, experienced).seconds, policy.max_chunk_seconds);
  EXPECT_DOUBLE_EQ(next_chunk(policy, 0, 4, experienced).seconds, policy.min_chunk_seconds);
}

TEST(Policy, TasksAtMostDoubleWithExperience) {
  const Policy policy;
  EXPECT_EQ(next_chunk(policy, 1e9, 4, 0).most, 1U);
  EXPECT_EQ(next_chunk(policy, 1e9, 4, 1).most, 2U);
  EXPECT_EQ(next_chunk(policy, 1e9, 4, 100).most, 200U);
  EXPECT_EQ(next_chunk(policy, 1e9, 4, experienced).most, policy.max_chunk_tasks);
}

TEST(Policy, OutstandingTasksAreBoundedOverAllWorkers) {
  Policy policy;
  policy.max_outstanding_tasks = 1000;
  for (const std::size_t workers : {1U, 7U, 100U, 500U})
    EXPECT_LE(2 * workers * next_chunk(policy, 1e9, workers, experienced).most, 1000U);
  EXPECT_EQ(next_chunk(policy, 1e9, 5000, experienced).most, 1U);
}

TEST(Policy, QueueAheadOnlyWhileTheOthersStayBusy) {
  EXPECT_TRUE(may_queue_ahead(1, 1, 8, 4));
  EXPECT_FALSE(may_queue_ahead(1.1, 1, 8, 4));
  EXPECT_FALSE(may_queue_ahead(0.1, 0.1, 0, 1));
}

}  // namespace
}  // namespace rgsweep::schedule

#include "rgsweep/schedule/class_source.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rgsweep::schedule {
namespace {

using ::testing::ElementsAre;

std::uint64_t same(std::uint64_t ordinal) {
  return ordinal;
}
bool nothing(std::uint64_t) {
  return false;
}
constexpr std::size_t any = 1U << 20;

std::vector<std::uint64_t> indices(const std::vector<Task>& tasks) {
  std::vector<std::uint64_t> result;
  for (const Task& task : tasks) result.push_back(task.index);
  return result;
}

std::vector<Task> take(Source& source, double seconds, std::size_t most = any) {
  std::vector<Task> tasks;
  const std::size_t count = source.take(seconds, most, tasks);
  EXPECT_EQ(count, tasks.size());
  return tasks;
}

/// Takes until nothing is left.
std::vector<Task> drain(Source& source) {
  std::vector<Task> tasks;
  while (source.take(1e9, any, tasks) > 0) {
  }
  return tasks;
}

TEST(ClassSource, LongestClassFirst) {
  ClassSource source({{1, 0, 2}, {5, 2, 2}, {3, 4, 1}}, {}, same, nothing);
  EXPECT_EQ(source.remaining(), 5U);
  EXPECT_DOUBLE_EQ(source.remaining_seconds(), 15);
  const std::vector<Task> tasks = drain(source);
  EXPECT_THAT(indices(tasks), ElementsAre(2, 3, 4, 0, 1));
  EXPECT_EQ(tasks[0], (Task{2, 5, 1}));
  EXPECT_EQ(source.remaining(), 0U);
  EXPECT_EQ(source.remaining_seconds(), 0);
}

TEST(ClassSource, TakesAboutSoManySecondsButAtLeastOne) {
  ClassSource source({{10, 0, 1}, {1, 1, 9}}, {}, same, nothing);
  EXPECT_EQ(take(source, 0.001).size(), 1U);
  EXPECT_EQ(take(source, 3).size(), 3U);
  EXPECT_EQ(take(source, 2.4).size(), 2U);
  EXPECT_EQ(take(source, 100, 3).size(), 3U);
  EXPECT_EQ(take(source, 100).size(), 1U);
  EXPECT_EQ(take(source, 100).size(), 0U);
}

TEST(ClassSource, OrdinalsBecomeIndices) {
  ClassSource source(
      {{1, 3, 3}}, {}, [](std::uint64_t o) { return 100 - o; }, nothing);
  EXPECT_THAT(indices(drain(source)), ElementsAre(97, 96, 95));
}

TEST(ClassSource, ShardsPartitionEveryClass) {
  std::vector<int> seen(50, 0);
  for (std::uint64_t start = 0; start < 3; ++start) {
    ClassSource source({{1, 0, 20}, {2, 20, 1}, {3, 21, 29}}, {start, 3}, same, nothing);
    const std::uint64_t predicted = source.remaining();
    const std::vector<Task> tasks = drain(source);
    EXPECT_EQ(tasks.size(), predicted);
    for (const Task& task : tasks) {
      EXPECT_EQ(task.index % 3, start);
      ++seen.at(task.index);
    }
  }
  EXPECT_THAT(seen, ::testing::Each(1));
}

TEST(ClassSource, FinishedPointsArePassedOver) {
  const auto odd = [](std::uint64_t index) { return index % 2 == 1; };
  ClassSource source({{1, 0, 10}}, {}, same, odd, 5);
  EXPECT_EQ(source.remaining(), 5U);
  EXPECT_DOUBLE_EQ(source.remaining_seconds(), 5);
  EXPECT_THAT(indices(drain(source)), ElementsAre(0, 2, 4, 6, 8));
  EXPECT_EQ(source.remaining(), 0U);
}

TEST(ClassSource, AWrongCountOfFinishedPointsLosesNone) {
  ClassSource source({{1, 0, 10}}, {}, same, nothing, 10);
  EXPECT_EQ(drain(source).size(), 10U);
  EXPECT_EQ(source.remaining(), 0U);
}

TEST(ClassSource, NothingAtAll) {
  ClassSource empty({}, {}, same, nothing);
  EXPECT_EQ(take(empty, 1).size(), 0U);
  ClassSource finished({{1, 0, 1000}}, {}, same, [](std::uint64_t) { return true; });
  EXPECT_EQ(take(finished, 1).size(), 0U);
  EXPECT_EQ(finished.remaining(), 0U);
  ClassSource shard_without_points({{1, 0, 2}}, {2, 3}, same, nothing);
  EXPECT_EQ(take(shard_without_points, 1).size(), 0U);
}

TEST(ClassSource, MeasuredTimesReorderTheClasses) {
  ClassSource source({{5, 0, 10}, {4, 10, 10}}, {}, same, nothing);
  const Task a = take(source, 0, 1)[0];
  ASSERT_EQ(a.kind, 0U);
  source.observe(a, 5);
  // The second class turns out ten times as long as predicted: it overtakes the first.
  source.observe({10, 4, 1}, 40);
  const std::vector<Task> next = take(source, 0, 1);
  EXPECT_EQ(next[0].kind, 1U);
  EXPECT_DOUBLE_EQ(next[0].seconds, 40);
}

TEST(ClassSource, TheCommonRatioRefinesClassesWithoutATime) {
  ClassSource source({{1, 0, 1}, {0.5, 1, 4}}, {}, same, nothing);
  const Task a = take(source, 0, 1)[0];
  EXPECT_DOUBLE_EQ(source.remaining_seconds(), 2);
  source.observe(a, 10);
  EXPECT_NEAR(source.remaining_seconds(), 20, 1e-9);
  EXPECT_NEAR(take(source, 0, 1)[0].seconds, 5, 1e-9);
}

TEST(ClassSource, OneOutlierHardlyMovesTheRatio) {
  ClassSource source({{1, 0, 200}, {0.5, 200, 1000}}, {}, same, nothing);
  for (std::uint64_t i = 0; i < 100; ++i) source.observe({i, 1, 0}, 1);
  const double before = source.remaining_seconds();
  source.observe({100, 1, 0}, 1000);
  EXPECT_NEAR(source.remaining_seconds() / before, 1, 0.2 + 200 * 10 / before);
}

TEST(ClassSource, AnUntimedClassIsHandedOutInSmallNumbers) {
  ClassSource source({{1e-6, 0, 100000}}, {}, same, nothing);
  const std::vector<Task> first = take(source, 1);
  EXPECT_LE(first.size(), 16U);
  source.observe(first[0], 1e-6);
  EXPECT_EQ(take(source, 1e-2).size(), 10000U);
}

TEST(ClassSource, GivenBackTasksComeFirst) {
  ClassSource source({{2, 0, 3}, {1, 3, 3}}, {}, same, nothing);
  const std::vector<Task> tasks = take(source, 4);
  ASSERT_THAT(indices(tasks), ElementsAre(0, 1));
  source.give_back(tasks);
  EXPECT_EQ(source.remaining(), 6U);
  EXPECT_DOUBLE_EQ(source.remaining_seconds(), 9);
  EXPECT_THAT(indices(drain(source)), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(ClassSource, AMillionClassesAndAHugeGrid) {
  std::vector<CostClass> classes;
  for (std::uint64_t k = 0; k < (1U << 20); ++k)
    classes.push_back({1e-3 * static_cast<double>(k * 7919 % 1000003 + 1), k << 20, std::uint64_t{1} << 20});
  ClassSource source(std::move(classes), {}, same, nothing);
  EXPECT_EQ(source.remaining(), std::uint64_t{1} << 40);
  double last = 1e9;
  for (int i = 0; i < 100000; ++i) {
    const Task task = take(source, 0, 1)[0];
    EXPECT_LE(task.seconds, last);
    last = task.seconds;
  }
}

TEST(ClassSource, RefusesNonsense) {
  EXPECT_THROW(ClassSource({{0, 0, 1}}, {}, same, nothing), std::logic_error);
  EXPECT_THROW(ClassSource({{1, 0, 1}}, {1, 1}, same, nothing), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::schedule

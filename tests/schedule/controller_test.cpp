// The controller message by message; simulation_test.cpp has whole runs.
#include "rgsweep/schedule/controller.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "sample_sweep.hpp"

namespace rgsweep::schedule {
namespace {

using testing::nothing;
using testing::same;
using testing::Sweep;

Message hello() {
  return {.kind = MessageKind::report, .wants_more = true};
}

Message result_of(const Task& task) {
  Message m{.kind = MessageKind::report};
  m.results.resize(1);
  m.results[0].task = task;
  m.results[0].row.point_id = task.index;
  m.results[0].measured_seconds = task.seconds;
  return m;
}

/// The tasks of all work messages for one worker.
std::vector<Task> work_for(int rank, const std::vector<Envelope>& out) {
  std::vector<Task> tasks;
  for (const Envelope& e : out)
    if (e.peer == rank && e.message.kind == MessageKind::work)
      tasks.insert(tasks.end(), e.message.tasks.begin(), e.message.tasks.end());
  return tasks;
}

std::size_t count(MessageKind kind, const std::vector<Envelope>& out) {
  return static_cast<std::size_t>(
      std::count_if(out.begin(), out.end(), [&](const Envelope& e) { return e.message.kind == kind; }));
}

TEST(Controller, EmptySourceFinishesOnceTheWorkersAreThere) {
  ClassSource source({}, {}, same, nothing);
  Controller controller(source, {}, 2, [](Result&&) { FAIL(); });
  EXPECT_FALSE(controller.finished());
  const std::vector<Envelope> out = controller.handle({1, hello()}, 0);
  EXPECT_TRUE(controller.finished());
  EXPECT_EQ(count(MessageKind::finish, out), 2U);
  EXPECT_TRUE(controller.handle({0, hello()}, 0).empty());
  controller.handle({0, {.kind = MessageKind::farewell}}, 0);
  EXPECT_FALSE(controller.closed());
  controller.handle({1, {.kind = MessageKind::farewell}}, 0);
  EXPECT_TRUE(controller.closed());
}

TEST(Controller, ARankThatNeverAnswersDoesNotHoldUpAStop) {
  Sweep sweep({{1, 0, 100}}, 2);
  sweep.controller.handle({0, hello()}, 0);
  sweep.controller.stop(10);
  const Policy policy;
  sweep.controller.tick(10 + policy.stop_grace_seconds);  // the task of worker 0 is given up
  ASSERT_TRUE(sweep.controller.finished());
  sweep.controller.handle({0, {.kind = MessageKind::farewell}}, 23);
  EXPECT_FALSE(sweep.controller.closed());
  sweep.controller.tick(10 + policy.stop_grace_seconds + policy.farewell_grace_seconds);
  EXPECT_TRUE(sweep.controller.closed());
  EXPECT_TRUE(sweep.controller.abandoned());
}

TEST(Controller, SecondAndForeignDeliveriesAreDropped) {
  Sweep sweep({{1, 0, 100}}, 2);
  const std::vector<Task> a = work_for(0, sweep.controller.handle({0, hello()}, 0));
  const std::vector<Task> b = work_for(1, sweep.controller.handle({1, hello()}, 0));
  ASSERT_EQ(a.size(), 1U);
  ASSERT_EQ(b.size(), 1U);
  sweep.controller.handle({1, result_of(a[0])}, 1);  // not held by worker 1
  EXPECT_EQ(sweep.controller.results(), 0U);
  sweep.controller.handle({0, result_of(a[0])}, 1);
  sweep.controller.handle({0, result_of(a[0])}, 1);
  sweep.controller.handle({0, result_of({77, 1, 0})}, 1);  // never handed out
  EXPECT_EQ(sweep.controller.results(), 1U);
  EXPECT_EQ(sweep.seen[a[0].index], 1);
}

TEST(Controller, OneChunkRunsAndOneWaits) {
  Sweep sweep({{1, 0, 1000}}, 2);
  ASSERT_EQ(work_for(0, sweep.controller.handle({0, hello()}, 0)).size(), 1U);
  // It has started the first chunk: one more may wait behind it, but nothing beyond.
  ASSERT_EQ(work_for(0, sweep.controller.handle({0, hello()}, 0)).size(), 1U);
  EXPECT_TRUE(sweep.controller.handle({0, {.kind = MessageKind::report}}, 0).empty());
}

TEST(Controller, NothingWaitsBehindARunningTaskAtTheEnd) {
  Sweep sweep({{1, 0, 3}}, 2);
  const std::vector<Task> first = work_for(0, sweep.controller.handle({0, hello()}, 0));
  ASSERT_EQ(first.size(), 1U);
  // Two tasks are left for two workers: none of them should wait behind the one that runs.
  EXPECT_TRUE(sweep.controller.handle({0, hello()}, 0).empty());
  EXPECT_EQ(work_for(1, sweep.controller.handle({1, hello()}, 0)).size(), 1U);
  EXPECT_EQ(work_for(0, sweep.controller.handle({0, result_of(first[0])}, 1)).size(), 1U);
}

TEST(Controller, AStopNoticedByOneWorkerStopsAll) {
  Sweep sweep({{1, 0, 100}}, 3);
  std::vector<Task> held[3];
  for (int w = 0; w < 3; ++w) held[w] = work_for(w, sweep.controller.handle({w, hello()}, 0));
  const std::vector<Envelope> out =
      sweep.controller.handle({1, {.kind = MessageKind::report, .tasks = held[1], .stopped = true}}, 1);
  EXPECT_EQ(count(MessageKind::stop, out), 3U);
  EXPECT_EQ(count(MessageKind::work, out), 0U);
  // A result that was on its way counts, a late wish for work is not answered.
  EXPECT_EQ(count(MessageKind::work, sweep.controller.handle({0, result_of(held[0][0])}, 1)), 0U);
  EXPECT_EQ(sweep.controller.results(), 1U);
  EXPECT_FALSE(sweep.controller.finished());
  const std::vector<Envelope> end =
      sweep.controller.handle({2, {.kind = MessageKind::report, .tasks = held[2]}}, 1);
  ASSERT_EQ(count(MessageKind::finish, end), 3U);
  EXPECT_TRUE(end.back().message.stopped);
  EXPECT_EQ(sweep.source.remaining(), 99U);
}

TEST(Controller, AStopAfterTheLastTaskCutsNothingShort) {
  Sweep sweep({{1, 0, 1}}, 1);
  const std::vector<Task> task = work_for(0, sweep.controller.handle({0, hello()}, 0));
  EXPECT_EQ(count(MessageKind::stop, sweep.controller.stop(1)), 1U);
  EXPECT_TRUE(sweep.controller.stop(1).empty());
  const std::vector<Envelope> out = sweep.controller.handle({0, result_of(task[0])}, 2);
  ASSERT_EQ(count(MessageKind::finish, out), 1U);
  EXPECT_FALSE(out[0].message.stopped);
  EXPECT_FALSE(sweep.controller.cut_short());
}

TEST(Controller, AWorkerThatDoesNotNoticeTheStopIsGivenUp) {
  Sweep sweep({{1, 0, 100}}, 2);
  const std::vector<Task> held = work_for(1, sweep.controller.handle({1, hello()}, 0));
  sweep.controller.stop(100);
  EXPECT_TRUE(sweep.controller.tick(101).empty());
  const std::vector<Envelope> out = sweep.controller.tick(100 + Policy{}.stop_grace_seconds);
  EXPECT_EQ(count(MessageKind::finish, out), 2U);
  EXPECT_TRUE(sweep.controller.abandoned());
  EXPECT_TRUE(sweep.controller.cut_short());
  EXPECT_EQ(sweep.source.remaining(), 100U);
  sweep.controller.handle({1, result_of(held[0])}, 200);  // too late: the point counts as not run
  EXPECT_EQ(sweep.controller.results(), 0U);
}

TEST(Controller, AnErrorOfTheSinkStopsInOrder) {
  ClassSource source({{1, 0, 100}}, {}, same, nothing);
  int calls = 0;
  Controller controller(source, {}, 1, [&](Result&&) {
    ++calls;
    throw StoreError("disk full");
  });
  const std::vector<Task> first = work_for(0, controller.handle({0, hello()}, 0));
  const std::vector<Task> second = work_for(0, controller.handle({0, hello()}, 0));
  Message both = result_of(first[0]);
  both.results.push_back(result_of(second[0]).results[0]);
  const std::vector<Envelope> out = controller.handle({0, both}, 1);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(count(MessageKind::stop, out), 1U);
  EXPECT_EQ(count(MessageKind::finish, out), 1U);
  ASSERT_TRUE(controller.error());
  EXPECT_THROW(std::rethrow_exception(controller.error()), StoreError);
}

TEST(Controller, AFailureKeepsItsText) {
  Sweep sweep({{1, 0, 100}}, 1);
  const std::vector<Task> held = work_for(0, sweep.controller.handle({0, hello()}, 0));
  sweep.controller.handle({0, {.kind = MessageKind::failure, .text = "index out of range"}}, 1);
  EXPECT_FALSE(sweep.controller.finished());
  sweep.controller.handle({0, {.kind = MessageKind::report, .tasks = held, .stopped = true}}, 1);
  EXPECT_TRUE(sweep.controller.finished());
  try {
    std::rethrow_exception(sweep.controller.error());
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "index out of range");
  }
}

TEST(Controller, RefusesWhatCannotBe) {
  ClassSource source({}, {}, same, nothing);
  EXPECT_THROW(Controller(source, {}, 0, [](Result&&) {}), std::logic_error);
  Controller controller(source, {}, 1, [](Result&&) {});
  EXPECT_THROW(controller.handle({1, hello()}, 0), std::out_of_range);
  EXPECT_THROW(controller.handle({0, {.kind = MessageKind::work}}, 0), std::logic_error);
}

TEST(Controller, WhatStoppedTasksLeaveIsKeptAndHandedOutAgain) {
  ClassSource source({{1, 0, 4}}, {}, same, nothing);
  std::map<std::uint64_t, SavedState> shelf = {{0, SavedState(1)}};
  Controller controller(
      source, {}, 1, [](Result&&) {},
      {[&](Saved&& saved) { shelf[saved.index] = std::move(saved.state); },
       [&](std::uint64_t index) { return shelf.contains(index) ? shelf[index] : SavedState(); }});
  const std::vector<Envelope> out = controller.handle({0, hello()}, 0);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].message.saved, (std::vector<Saved>{{0, SavedState(1)}}));
  const std::vector<Task> held = out[0].message.tasks;
  controller.stop(1);
  // Of a task that it does not hold, nothing is taken.
  controller.handle({0,
                     {.kind = MessageKind::report,
                      .tasks = held,
                      .saved = {{0, SavedState(5)}, {77, SavedState(7)}},
                      .stopped = true}},
                    1);
  EXPECT_EQ(shelf[0], SavedState(5));
  EXPECT_FALSE(shelf.contains(77));
}

TEST(Controller, ASilentRanksTasksGoToOthersAndItsLateResultsDoNotCount) {
  ClassSource source({{1, 0, 2}}, {}, same, nothing);
  std::vector<std::uint64_t> seen;
  Controller controller(source, {.max_chunk_seconds = 1, .silence_seconds = 10}, 3,
                        [&](Result&& r) { seen.push_back(r.task.index); });
  double now = 100;
  const auto wait = [&](double seconds) {
    std::vector<Envelope> out;
    for (const double end = now + seconds; now < end; now += 0.5) {
      for (Envelope& e : controller.tick(now)) out.push_back(std::move(e));
      controller.handle({1, {.kind = MessageKind::alive}}, now);
    }
    return out;
  };
  wait(1);
  const std::vector<Task> first = work_for(1, controller.handle({1, hello()}, now));
  const std::vector<Task> second = work_for(2, controller.handle({2, hello()}, now));
  ASSERT_EQ(first.size() + second.size(), 2U);
  controller.handle({0, hello()}, now);
  EXPECT_TRUE(wait(9).empty());
  // Rank 0 has been waiting for work, and gets what rank 2 does not answer for.
  const std::vector<Task> again = work_for(0, wait(3));
  EXPECT_EQ(again, second);
  EXPECT_THAT(controller.lost(), ::testing::ElementsAre(2));
  controller.handle({0, result_of(again[0])}, now);
  controller.handle({2, result_of(second[0])}, now);  // after all
  EXPECT_TRUE(controller.lost().empty());
  EXPECT_FALSE(controller.finished());
  controller.handle({1, result_of(first[0])}, now);
  EXPECT_TRUE(controller.finished());
  EXPECT_THAT(seen, ::testing::UnorderedElementsAre(0, 1));
  EXPECT_FALSE(controller.cut_short());
  controller.handle({0, {.kind = MessageKind::farewell}}, now);
  controller.handle({1, {.kind = MessageKind::farewell}}, now);
  EXPECT_FALSE(controller.closed());
  wait(12);  // rank 2 never says farewell
  EXPECT_TRUE(controller.closed());
  EXPECT_FALSE(controller.abandoned());
}

TEST(Controller, ItsOwnAbsenceIsNobodysSilence) {
  ClassSource source({{1, 0, 2}}, {}, same, nothing);
  Controller controller(source, {.silence_seconds = 10}, 2, [](Result&&) {});
  controller.tick(100);
  controller.handle({1, hello()}, 100);
  controller.tick(500);
  EXPECT_TRUE(controller.lost().empty());
  for (double now = 500; now < 520; now += 0.5) controller.tick(now);
  EXPECT_THAT(controller.lost(), ::testing::ElementsAre(1));
}

}  // namespace
}  // namespace rgsweep::schedule

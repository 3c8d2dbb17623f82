#include "rgsweep/schedule/worker.hpp"

#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rgsweep::schedule {
namespace {

Row row_of(std::uint64_t index) {
  Row row;
  row.point_id = index;
  return row;
}

std::vector<Task> tasks(std::uint64_t first, std::uint64_t last) {
  std::vector<Task> result;
  for (std::uint64_t i = first; i <= last; ++i) result.push_back({i, 1, 0});
  return result;
}

/// Everything that a worker says until it has told the fate of `fates` tasks.
struct Said {
  std::vector<std::uint64_t> results, returned;
  std::vector<std::string> failures;
  int wants = 0, stops = 0;

  void listen(Worker& worker, std::size_t fates) {
    for (;;) {
      while (const std::optional<Message> m = worker.collect()) {
        for (const Result& r : m->results) {
          EXPECT_EQ(r.row.point_id, r.task.index);
          EXPECT_GE(r.measured_seconds, 0);
          results.push_back(r.task.index);
        }
        for (const Task& t : m->tasks) returned.push_back(t.index);
        if (m->kind == MessageKind::failure) failures.push_back(m->text);
        wants += m->wants_more;
        stops += m->stopped;
      }
      if (results.size() + returned.size() >= fates) return;
      worker.wait(10);
    }
  }
};

TEST(Worker, SaysHelloAndRunsChunksInOrder) {
  Worker worker([](std::uint64_t i, const StopToken&) { return row_of(i); }, 0);
  Said said;
  said.listen(worker, 0);
  EXPECT_EQ(said.wants, 1);
  worker.add(tasks(0, 4));
  said.listen(worker, 5);
  worker.add(tasks(5, 5));
  said.listen(worker, 6);
  EXPECT_THAT(said.results, ::testing::ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_EQ(said.wants, 3);  // at the start, and when each chunk was started
  EXPECT_FALSE(worker.busy());
}

TEST(Worker, StopEndsTheRunningTaskAndHandsBackTheRest) {
  std::atomic<bool> running{false};
  Worker worker(
      [&](std::uint64_t i, const StopToken& stop) -> Row {
        if (i == 0) return row_of(i);
        running = true;
        while (!stop.requested()) std::this_thread::yield();
        throw Stopped();
      },
      0);
  worker.add(tasks(0, 3));
  worker.add(tasks(4, 5));
  while (!running) std::this_thread::yield();
  EXPECT_TRUE(worker.busy());
  worker.stop();
  worker.stop();
  Said said;
  said.listen(worker, 6);
  EXPECT_THAT(said.results, ::testing::ElementsAre(0));
  EXPECT_THAT(said.returned, ::testing::UnorderedElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(said.stops, 1);
  worker.add(tasks(6, 7));  // was on its way
  said.listen(worker, 8);
  EXPECT_EQ(said.returned.size(), 7U);
}

TEST(Worker, ATaskThatEndsInSpiteOfTheStopStillCounts) {
  Worker worker(
      [](std::uint64_t i, const StopToken& stop) {
        while (!stop.requested()) std::this_thread::yield();
        return row_of(i);
      },
      0);
  worker.add(tasks(0, 0));
  while (!worker.busy()) std::this_thread::yield();
  // The task may not have been taken up yet; it is then handed back.
  worker.stop();
  Said said;
  said.listen(worker, 1);
  EXPECT_EQ(said.results.size() + said.returned.size(), 1U);
}

TEST(Worker, AnExceptionIsReportedOnceAndStopsTheWorker) {
  Worker worker(
      [](std::uint64_t i, const StopToken&) -> Row {
        if (i == 2) throw std::logic_error("no such index");
        return row_of(i);
      },
      0);
  worker.add(tasks(0, 5));
  Said said;
  said.listen(worker, 6);
  EXPECT_THAT(said.failures, ::testing::ElementsAre("no such index"));
  EXPECT_THAT(said.results, ::testing::ElementsAre(0, 1));
  EXPECT_THAT(said.returned, ::testing::UnorderedElementsAre(2, 3, 4, 5));
}

TEST(Worker, DestructionStopsARunningTask) {
  std::atomic<bool> running{false}, ended{false};
  {
    Worker worker(
        [&](std::uint64_t, const StopToken& stop) -> Row {
          running = true;
          while (!stop.requested()) std::this_thread::yield();
          ended = true;
          throw Stopped();
        },
        0);
    worker.add(tasks(0, 9));
    while (!running) std::this_thread::yield();
  }
  EXPECT_TRUE(ended);
}

TEST(Worker, WhatAStoppedTaskLeavesReachesItsNextRun) {
  const auto run = [](std::uint64_t i, const StopToken& stop) -> Row {
    if (stop.saved() != nullptr) return row_of(i + stop.saved()->size());
    while (!stop.requested()) std::this_thread::yield();
    throw Stopped(SavedState(3));
  };
  std::vector<Saved> saved;
  {
    Worker worker(run, 0);
    worker.add(tasks(7, 8), {{8, SavedState(2)}});
    while (!worker.busy()) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    worker.stop();
    std::size_t returned = 0;
    while (returned < 2) {
      while (std::optional<Message> m = worker.collect()) {
        returned += m->tasks.size();
        saved.insert(saved.end(), m->saved.begin(), m->saved.end());
      }
      worker.wait(0.01);
    }
  }
  // Only what ran has left something; where the thread was too slow to take it up, nothing did.
  if (saved.empty()) saved = {{7, SavedState(3)}};
  EXPECT_EQ(saved, (std::vector<Saved>{{7, SavedState(3)}}));
  Worker worker(run, 0);
  worker.add(tasks(7, 7), saved);
  for (;;) {
    const std::optional<Message> m = worker.collect();
    if (m && !m->results.empty()) {
      EXPECT_EQ(m->results[0].row.point_id, 10U);
      break;
    }
    worker.wait(0.01);
  }
}

}  // namespace
}  // namespace rgsweep::schedule

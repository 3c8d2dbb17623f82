// The real loop with real threads: one rank, and three ranks over a channel in memory.
#include "rgsweep/schedule/loop.hpp"

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/schedule/class_source.hpp"

namespace rgsweep::schedule {
namespace {

std::uint64_t same(std::uint64_t ordinal) {
  return ordinal;
}
bool nothing(std::uint64_t) {
  return false;
}

/// Mailboxes of all ranks.
struct Post {
  struct Letter {
    int from;
    std::vector<std::byte> bytes;
  };
  explicit Post(int ranks) : boxes(static_cast<std::size_t>(ranks)) {}
  std::mutex mutex;
  std::vector<std::deque<Letter>> boxes;
};

class MemoryChannel : public Channel {
 public:
  MemoryChannel(Post& post, int rank) : post_(post), rank_(rank) {}
  int rank() const override { return rank_; }
  int size() const override { return static_cast<int>(post_.boxes.size()); }
  void send(int to, std::vector<std::byte> bytes) override {
    const std::lock_guard lock(post_.mutex);
    post_.boxes.at(static_cast<std::size_t>(to)).push_back({rank_, std::move(bytes)});
  }
  bool receive(int& from, std::vector<std::byte>& bytes) override {
    const std::lock_guard lock(post_.mutex);
    auto& box = post_.boxes[static_cast<std::size_t>(rank_)];
    if (box.empty()) return false;
    from = box.front().from;
    bytes = std::move(box.front().bytes);
    box.pop_front();
    return true;
  }

 private:
  Post& post_;
  int rank_;
};

/// Runs `count` tasks on `ranks` ranks, each rank a pair of threads, and keeps what came of it.
struct Job {
  Job(int ranks, std::uint64_t count)
      : post(ranks),
        source({{1e-3, 0, count}}, {}, same, nothing),
        seen(count, 0),
        endings(post.boxes.size()) {}

  void run(const Worker::Run& task) {
    std::vector<std::thread> others;
    for (int rank = 1; rank < static_cast<int>(post.boxes.size()); ++rank)
      others.emplace_back([&, rank] { run_rank(rank, nullptr, task, hooks_of(rank)); });
    Controller controller(source, policy, static_cast<int>(post.boxes.size()), [this](Result&& result) {
      if (sink_error) throw StoreError("disk full");
      EXPECT_EQ(result.row.point_id, result.task.index * 3);
      ++seen.at(result.task.index);
      ++workers[result.worker];
    });
    try {
      run_rank(0, &controller, task, hooks_of(0));
    } catch (const Error& e) {
      error = e.what();
    }
    for (std::thread& other : others) other.join();
    cut_short = controller.cut_short();
  }

  void run_rank(int rank, Controller* controller, const Worker::Run& task, const Hooks& hooks) {
    MemoryChannel wire(post, rank);
    LocalChannel alone;
    Worker worker(task, rank);
    const bool serial = post.boxes.size() == 1;
    endings[static_cast<std::size_t>(rank)] =
        run_loop(serial ? static_cast<Channel&>(alone) : wire, worker, controller, hooks);
  }

  Hooks hooks_of(int rank) {
    Hooks hooks;
    if (rank == 0) hooks.on_tick = [this](double) { on_tick(); };
    if (rank == stop_rank) hooks.should_stop = [this] { return stop.load(); };
    return hooks;
  }

  std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const int n : seen) sum += static_cast<std::uint64_t>(n);
    return sum;
  }

  Policy policy;
  Post post;
  ClassSource source;
  std::vector<int> seen;
  std::vector<Ending> endings;
  std::map<std::uint32_t, int> workers;
  std::function<void()> on_tick = [] {};
  std::atomic<bool> stop{false};
  int stop_rank = 0;
  bool sink_error = false, cut_short = false;
  std::string error;
};

Row row_of(std::uint64_t index) {
  Row row;
  row.point_id = index * 3;
  return row;
}

void doze(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

class Loop : public ::testing::TestWithParam<int> {};

TEST_P(Loop, EveryTaskOnce) {
  Job job(GetParam(), 2000);
  std::atomic<int> ticks{0};
  job.on_tick = [&] { ++ticks; };
  job.run([](std::uint64_t i, const StopToken&) {
    if (i % 100 == 0) doze(1e-3);
    return row_of(i);
  });
  EXPECT_THAT(job.seen, ::testing::Each(1));
  EXPECT_THAT(job.endings, ::testing::Each(Ending::complete));
  EXPECT_GT(ticks, 0);
}

TEST_P(Loop, EveryRankTakesPart) {
  Job job(GetParam(), 12);
  // No task ends before every rank runs one.
  std::atomic<int> started{0};
  job.run([&](std::uint64_t i, const StopToken&) {
    ++started;
    while (started < GetParam()) doze(1e-3);
    doze(0.06);
    return row_of(i);
  });
  EXPECT_THAT(job.seen, ::testing::Each(1));
  EXPECT_EQ(job.workers.size(), static_cast<std::size_t>(GetParam()));
}

TEST_P(Loop, AStopOnTheLastRankStopsAll) {
  Job job(GetParam(), 100000);
  job.stop_rank = GetParam() - 1;
  std::atomic<std::uint64_t> finished{0};
  job.run([&](std::uint64_t i, const StopToken& stop) {
    for (int k = 0; k < 5; ++k) {
      if (stop.requested()) throw Stopped();
      doze(1e-3);
    }
    if (++finished == 20) job.stop = true;
    return row_of(i);
  });
  EXPECT_THAT(job.endings, ::testing::Each(Ending::stopped));
  EXPECT_TRUE(job.cut_short);
  EXPECT_EQ(job.total(), finished);  // everything that was finished has been delivered
  EXPECT_GE(finished, 20U);
  EXPECT_EQ(job.source.remaining(), 100000 - finished);
}

TEST_P(Loop, AnExceptionInATaskEndsTheRunWithItsText) {
  Job job(GetParam(), 1000);
  job.run([](std::uint64_t i, const StopToken&) {
    if (i == 10) throw std::logic_error("no such column");
    return row_of(i);
  });
  EXPECT_EQ(job.error, "no such column");
  for (std::size_t rank = 1; rank < job.endings.size(); ++rank) EXPECT_EQ(job.endings[rank], Ending::stopped);
}

TEST_P(Loop, AnErrorOfTheSinkOrAHookEndsTheRunOnEveryRank) {
  Job full(GetParam(), 1000);
  full.sink_error = true;
  full.run([](std::uint64_t i, const StopToken&) { return row_of(i); });
  EXPECT_EQ(full.error, "disk full");
  Job hook(GetParam(), 1000);
  hook.on_tick = [] { throw StoreError("folder gone"); };
  hook.run([](std::uint64_t i, const StopToken&) { return row_of(i); });
  EXPECT_EQ(hook.error, "folder gone");
}

TEST_P(Loop, ATaskThatDoesNotStopIsAbandoned) {
  // Static: the abandoned thread goes on using them.
  static std::atomic<bool> release{false}, gone{false};
  release = gone = false;
  Job job(GetParam(), 1);
  job.policy.stop_grace_seconds = 0.05;
  job.run([&job](std::uint64_t i, const StopToken&) {
    job.stop = true;
    while (!release) doze(1e-3);
    gone = true;
    return row_of(i);
  });
  EXPECT_EQ(job.endings[0], Ending::abandoned);
  EXPECT_TRUE(job.cut_short);
  EXPECT_EQ(job.total(), 0U);
  release = true;
  while (!gone) doze(1e-3);
}

INSTANTIATE_TEST_SUITE_P(Ranks, Loop, ::testing::Values(1, 3));

TEST(LocalChannel, HasNobodyToTalkTo) {
  LocalChannel channel;
  EXPECT_THROW(channel.send(1, {}), std::logic_error);
  int from = 0;
  std::vector<std::byte> bytes;
  EXPECT_FALSE(channel.receive(from, bytes));
}

TEST(RunLoop, TheControllerBelongsOnRankZero) {
  LocalChannel channel;
  Worker worker([](std::uint64_t i, const StopToken&) { return row_of(i); }, 0);
  EXPECT_THROW(run_loop(channel, worker, nullptr, {}), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::schedule

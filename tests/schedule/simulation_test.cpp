// Whole runs of the controller in virtual time.
#include "rgsweep/schedule/simulation.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_sweep.hpp"

namespace rgsweep::schedule {
namespace {

using testing::noise;
using testing::nothing;
using testing::same;
using testing::spread;
using testing::Sweep;

class Simulated : public ::testing::TestWithParam<int> {};

TEST_P(Simulated, EveryTaskOnceAndLittleIdleTimeWithHundredfoldSpread) {
  const int workers = GetParam();
  // About 100 s of work for each worker, in tasks of 0.02 to 2 s that deviate from their predictions.
  Sweep sweep(spread(40, static_cast<std::uint64_t>(workers) * 6, 0.02, 2), workers);
  Simulation simulation(sweep.controller, workers, 1e-3,
                        [&](std::uint64_t i) { return sweep.predicted(i) * noise(i); });
  ASSERT_TRUE(simulation.run());
  EXPECT_TRUE(sweep.all_once());
  EXPECT_EQ(sweep.controller.results(), sweep.seen.size());
  EXPECT_FALSE(sweep.controller.cut_short());
  EXPECT_LT(simulation.idle_share(), 0.02) << "makespan " << simulation.makespan();
}

TEST_P(Simulated, PredictionsWrongByAThousandHardlyMatter) {
  const int workers = GetParam();
  Sweep sweep(spread(40, static_cast<std::uint64_t>(workers) * 6, 0.02, 2), workers);
  for (const double factor : {1e-3, 1e3}) {
    Sweep wrong(spread(40, static_cast<std::uint64_t>(workers) * 6, 0.02 * factor, 2 * factor), workers);
    Simulation simulation(wrong.controller, workers, 1e-3,
                          [&](std::uint64_t i) { return sweep.predicted(i) * noise(i); });
    ASSERT_TRUE(simulation.run());
    EXPECT_TRUE(wrong.all_once());
    EXPECT_LT(simulation.idle_share(), 0.04) << factor;
  }
}

TEST_P(Simulated, FewerTasksThanWorkers) {
  const int workers = GetParam();
  Sweep sweep({{1, 0, 3}}, workers);
  Simulation simulation(sweep.controller, workers, 1e-3, [](std::uint64_t) { return 1.0; });
  ASSERT_TRUE(simulation.run());
  EXPECT_TRUE(sweep.all_once());
  EXPECT_LT(simulation.makespan(), workers >= 3 ? 1.1 : 3.1);
}

TEST_P(Simulated, ShortTasksTravelInLargeChunks) {
  const int workers = GetParam();
  Sweep sweep({{1e-5, 0, 200000}}, workers);
  Simulation simulation(sweep.controller, workers, 2e-4, [](std::uint64_t) { return 1e-5; });
  ASSERT_TRUE(simulation.run());
  EXPECT_TRUE(sweep.all_once());
  EXPECT_LT(simulation.messages(), 200000U / 20);
}

TEST_P(Simulated, StopKeepsWhatIsFinishedAndLosesNothing) {
  const int workers = GetParam();
  Sweep sweep(spread(10, 1000, 0.1, 10), workers);
  Simulation simulation(sweep.controller, workers, 1e-3, [&](std::uint64_t i) { return sweep.predicted(i); });
  simulation.stop_at(50, 0.2);
  ASSERT_TRUE(simulation.run(60));
  EXPECT_TRUE(sweep.controller.stopped());
  EXPECT_TRUE(sweep.controller.cut_short());
  EXPECT_FALSE(sweep.controller.abandoned());
  EXPECT_LT(simulation.makespan(), 50.3);
  EXPECT_THAT(sweep.seen, ::testing::Each(::testing::Le(1)));
  EXPECT_GT(sweep.controller.results(), 0U);
  // What has not run is back in the source, for the next run to find.
  EXPECT_EQ(sweep.source.remaining() + sweep.controller.results(), sweep.seen.size());
}

TEST_P(Simulated, MemoryDoesNotGrowWithTheNumberOfTasks) {
  const int workers = GetParam();
  Policy policy;
  policy.max_outstanding_tasks = 2000;
  std::uint64_t largest[2] = {0, 0};
  for (const bool large : {false, true}) {
    ClassSource source({{1e-4, 0, large ? 400000U : 100000U}}, {}, same, nothing);
    Controller* watched = nullptr;
    Controller controller(source, policy, workers, [&](Result&&) {
      largest[large] = std::max(largest[large], watched->outstanding());
    });
    watched = &controller;
    Simulation simulation(controller, workers, 1e-3, [](std::uint64_t) { return 1e-4; });
    ASSERT_TRUE(simulation.run());
    EXPECT_EQ(controller.results(), large ? 400000U : 100000U);
    EXPECT_EQ(controller.outstanding(), 0U);
  }
  EXPECT_LE(largest[1], 2000U);
  EXPECT_LE(largest[1], 2 * largest[0]);
}

INSTANTIATE_TEST_SUITE_P(Workers, Simulated, ::testing::Values(1, 8, 64));

TEST(WholeRun, LongestTasksStartFirst) {
  Sweep sweep(spread(20, 5, 0.1, 10), 4);
  Simulation simulation(sweep.controller, 4, 1e-4, [&](std::uint64_t i) { return sweep.predicted(i); });
  ASSERT_TRUE(simulation.run());
  const std::vector<std::uint64_t>& started = simulation.started();
  ASSERT_EQ(started.size(), 100U);
  for (std::size_t i = 0; i < started.size(); ++i) {
    // Chunks that wait behind another start a little later than their turn.
    const double turn = sweep.predicted(99 - i);
    EXPECT_NEAR(std::log(sweep.predicted(started[i]) / turn), 0, 0.8) << i;
  }
  EXPECT_EQ(sweep.predicted(started[0]), sweep.predicted(99));
}

TEST(WholeRun, AThousandRanks) {
  Sweep sweep(spread(40, 2 * 1024, 0.02, 2), 1024);
  Simulation simulation(sweep.controller, 1024, 1e-4,
                        [&](std::uint64_t i) { return sweep.predicted(i) * noise(i); });
  ASSERT_TRUE(simulation.run());
  EXPECT_TRUE(sweep.all_once());
  EXPECT_LT(simulation.idle_share(), 0.05);
}

TEST(WholeRun, SixteenThousandRanks) {
  constexpr int workers = 16384;
  Sweep sweep(spread(40, workers, 0.02, 2), workers);
  Simulation simulation(sweep.controller, workers, 1e-4,
                        [&](std::uint64_t i) { return sweep.predicted(i) * noise(i); });
  ASSERT_TRUE(simulation.run());
  EXPECT_TRUE(sweep.all_once());
  EXPECT_LT(simulation.idle_share(), 0.05);
}

// Each message of a task takes the master as long as the task takes a worker, so that more than a few workers
// wait for it; with long tasks it hardly matters.
TEST(WholeRun, ASlowMasterKeepsManyWorkersWaiting) {
  for (const double task : {0.1, 10.0}) {
    Sweep sweep({{task, 0, 640}}, 64);
    Simulation simulation(sweep.controller, 64, 1e-4, [&](std::uint64_t) { return task; });
    double served = 0;
    simulation.serve_by([&](Envelope&& in, double now, double& seconds) {
      seconds = 0.02;
      served += seconds;
      return sweep.controller.handle(std::move(in), now);
    });
    ASSERT_TRUE(simulation.run());
    EXPECT_TRUE(sweep.all_once());
    EXPECT_DOUBLE_EQ(simulation.master_busy_seconds(), served);
    if (task < 1) {
      EXPECT_GT(simulation.makespan(), 640 * 0.02);  // a message at least for each result
      EXPECT_GT(simulation.idle_share(), 0.9);
    } else {
      EXPECT_LT(simulation.idle_share(), 0.1);
    }
  }
}

}  // namespace
}  // namespace rgsweep::schedule

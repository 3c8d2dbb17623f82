// Where a run of src/nn/trainer.cpp stops: when asked, at its target loss; how it goes on from there; and the
// steps of its checkpoints.
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rgsweep/nn/trainer.hpp"
#include "test_training.hpp"

namespace rgsweep::nn {
namespace {

TEST(Trainer, StopsWhenAsked) {
  const Training run{test_parameters({{"training.steps", "1000000"}})};
  GaussianSource source;
  int asked = 0;
  EXPECT_THROW(run.train(source, {}, {}, [&] { return ++asked == 3; }), TrainingStopped);
  EXPECT_EQ(source.fills, 2 * static_cast<int>(kStopInterval));
}

template <class Scalar>
void expect_bit_identical_resumption(const std::string& optimizer, bool constant) {
  const Training run{test_parameters({{"training.optimizer", optimizer}, {"training.schedule", "cosine"}})};
  GaussianSource source(constant);
  const auto advance = [](Trainer<Scalar>& trainer, std::uint64_t end) {
    for (; trainer.step() < end; trainer.update()) trainer.evaluate();
  };
  Trainer<Scalar> whole(run.layout, run.activation, run.options, run.theta0, source);
  advance(whole, 200);
  whole.evaluate();

  Trainer<Scalar> first(run.layout, run.activation, run.options, run.theta0, source);
  advance(first, 137);  // inside the window of the training loss
  const TrainerState saved = first.state();
  Trainer<Scalar> second(run.layout, run.activation, run.options, Vector<double>::Zero(run.theta0.size()),
                         source);
  second.restore(saved);
  advance(second, 200);
  second.evaluate();

  EXPECT_TRUE(second.finished());
  EXPECT_EQ(second.theta(), whole.theta()) << optimizer;
  EXPECT_EQ(second.train_loss(), whole.train_loss()) << optimizer;
}

TEST(Trainer, RestoredRunsAreBitIdentical) {
  for (const OptimizerEntry& entry : optimizers())
    for (const bool constant : {false, true}) {
      expect_bit_identical_resumption<float>(std::string(entry.name), constant);
      expect_bit_identical_resumption<double>(std::string(entry.name), constant);
    }
}

TEST(Trainer, StopsAtTheEndOfAWindowThatReachesTheTarget) {
  const auto every = [](std::uint64_t steps) {
    std::vector<std::uint64_t> result(steps + 1);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = i;
    return result;
  };
  const auto run_to = [&](const std::string& target, std::vector<double>& losses) {
    const Training run{test_parameters({{"activation.kind", "linear"},
                                        {"training.learning_rate", "0.005"},
                                        {"training.steps", "1050"},
                                        {"training.target_loss", target}})};
    GaussianSource source;
    return run.train(source, every(1050), [&](const Checkpoint& at) { losses.push_back(at.loss); });
  };
  std::vector<double> all, until;
  EXPECT_EQ(run_to("0", all).steps_run, 1050U);
  const TrainingResult stopped = run_to("1e-3", until);
  // 1051 evaluations: windows end at steps 50, 150, 250, ...; the first one is not whole.
  std::uint64_t expected = 150;
  double mean = 0;
  for (;; expected += 100) {
    mean = 0;
    for (std::uint64_t i = expected - 99; i <= expected; ++i) mean += all[i] / 100;
    if (mean <= 1e-3) break;
    ASSERT_LT(expected, 1050U);
  }
  EXPECT_GT(expected, 150U);
  EXPECT_EQ(stopped.steps_run, expected);
  EXPECT_NEAR(stopped.train_loss, mean, 1e-12);
  EXPECT_FALSE(stopped.diverged);
  ASSERT_EQ(until.size(), expected + 1);
  for (std::size_t i = 0; i < until.size(); ++i) EXPECT_EQ(until[i], all[i]);
}

TEST(Trainer, TheLastStepOfAStoppedRunIsACheckpoint) {
  const Training run{test_parameters(
      {{"activation.kind", "linear"}, {"training.steps", "5000"}, {"training.target_loss", "1e-6"}})};
  GaussianSource source;
  std::vector<std::uint64_t> seen;
  const TrainingResult result = run.train(source, std::vector<std::uint64_t>{0, 10, 4000, 5000},
                                          [&](const Checkpoint& at) { seen.push_back(at.step); });
  EXPECT_LT(result.steps_run, 4000U);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 10, result.steps_run}));
}

TEST(Trainer, RefusesTheStateOfAnotherOptimizer) {
  const Training sgd{test_parameters()}, adam{test_parameters({{"training.optimizer", "adam"}})};
  GaussianSource source;
  Trainer<float> from(sgd.layout, sgd.activation, sgd.options, sgd.theta0, source);
  Trainer<float> to(adam.layout, adam.activation, adam.options, adam.theta0, source);
  EXPECT_THROW(to.restore(from.state()), std::logic_error);
}

TEST(Checkpoints, ByHand) {
  using Steps = std::vector<std::uint64_t>;
  EXPECT_EQ(log_spaced_checkpoints(1000, 5), (Steps{0, 1, 10, 100, 1000}));
  EXPECT_EQ(log_spaced_checkpoints(4, 100), (Steps{0, 1, 2, 3, 4}));
  EXPECT_EQ(log_spaced_checkpoints(8000, 2), (Steps{0, 8000}));
  EXPECT_EQ(log_spaced_checkpoints(8000, 1), (Steps{8000}));
  EXPECT_EQ(log_spaced_checkpoints(8000, 0), (Steps{}));
  EXPECT_EQ(log_spaced_checkpoints(0, 3), (Steps{0}));
}

TEST(Checkpoints, AreUniqueIncreasingAndSpanTheRun) {
  for (const std::uint64_t steps : {1U, 2U, 10U, 63U, 8000U, 1000000U})
    for (const std::size_t count : {2U, 3U, 11U, 64U, 200U}) {
      const std::vector<std::uint64_t> result = log_spaced_checkpoints(steps, count);
      ASSERT_EQ(result.size(), std::min<std::size_t>(count, steps + 1));
      EXPECT_EQ(result.front(), 0U);
      EXPECT_EQ(result.back(), steps);
      for (std::size_t i = 1; i < result.size(); ++i) EXPECT_LT(result[i - 1], result[i]);
    }
}

}  // namespace
}  // namespace rgsweep::nn

#include "rgsweep/nn/trainer.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/nn/initializer.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

/// The block-spin map of two Gaussian inputs; fresh samples every step, or always those of step 0.
class GaussianSource : public BatchSource {
 public:
  explicit GaussianSource(bool constant = false, double target_scale = 1)
      : constant_(constant), target_scale_(target_scale) {}
  void fill(std::uint64_t step, Eigen::Ref<Eigen::ArrayXXd> X, Eigen::Ref<Eigen::ArrayXd> y) override {
    ++fills;
    Stream stream(5, Purpose::train_sample, constant_ ? 0 : step);
    for (Eigen::Index i = 0; i < X.rows(); ++i)
      for (Eigen::Index j = 0; j < X.cols(); ++j) X(i, j) = stream.normal();
    y = target_scale_ * X.rowwise().sum() / std::sqrt(2.0);
  }
  bool constant() const override { return constant_; }

  int fills = 0;

 private:
  bool constant_;
  double target_scale_;
};

struct Training {
  Parameters parameters;
  Layout layout = make_layout(parameters);
  Activation activation = make_activation(parameters);
  TrainingOptions options = TrainingOptions::from(parameters);
  Vector<double> theta0 = initial_parameters(layout, parameters, 11);

  TrainingResult train(BatchSource& source, std::span<const std::uint64_t> checkpoints = {},
                       const std::function<void(const Checkpoint&)>& on_checkpoint = {},
                       const std::function<bool()>& should_stop = {}) const {
    return nn::train(layout, activation, options, theta0, source, checkpoints, on_checkpoint, should_stop);
  }
};

TEST(Trainer, OptionsFromParameters) {
  const TrainingOptions options = TrainingOptions::from(test_parameters({{"training.optimizer", "adam"},
                                                                         {"training.learning_rate", "0.01"},
                                                                         {"training.batch", "32"},
                                                                         {"training.steps", "77"},
                                                                         {"training.schedule", "cosine"},
                                                                         {"training.weight_decay", "0.5"},
                                                                         {"training.precision", "float64"}}));
  EXPECT_EQ(options.optimizer, "adam");
  EXPECT_EQ(options.learning_rate, 0.01);
  EXPECT_EQ(options.batch, 32);
  EXPECT_EQ(options.steps, 77U);
  EXPECT_EQ(options.schedule, "cosine");
  EXPECT_EQ(options.weight_decay, 0.5);
  EXPECT_EQ(options.precision, Precision::float64);
  EXPECT_THROW(TrainingOptions::from(test_parameters({{"training.precision", "half"}})), UsageError);
}

TEST(Trainer, FollowsTheReferenceStepByStep) {
  const Training run{test_parameters(
      {{"training.precision", "float64"}, {"training.steps", "20"}, {"training.schedule", "cosine"}})};
  GaussianSource source;
  const TrainingResult result = run.train(source);

  const ReferenceNetwork network(run.layout, run.activation);
  Vector<double> theta = run.theta0;
  Eigen::ArrayXXd X(64, 2);
  Eigen::ArrayXd y(64);
  double sum = 0;
  for (std::uint64_t step = 0; step <= 20; ++step) {
    source.fill(step, X, y);
    const auto [loss, gradient] = network.loss_and_gradient(theta, X, y);
    sum += loss;
    if (step < 20) theta -= schedule("cosine").rate(0.05, step, 20) * gradient;
  }
  EXPECT_LT((result.theta - theta).norm(), 1e-13);
  EXPECT_NEAR(result.train_loss, sum / 21, 1e-13);
  EXPECT_EQ(result.steps_run, 20U);
  EXPECT_FALSE(result.diverged);
  EXPECT_EQ(result.message, "");
}

TEST(Trainer, EveryOptimizerSolvesTheLinearMap) {
  for (const OptimizerEntry& entry : optimizers())
    for (const std::string_view precision : precision_choices()) {
      const Training run{test_parameters({{"activation.kind", "linear"},
                                          {"training.optimizer", std::string(entry.name)},
                                          {"training.learning_rate", "0.02"},
                                          {"training.steps", "2000"},
                                          {"training.precision", std::string(precision)}})};
      GaussianSource source;
      EXPECT_LT(run.train(source).train_loss, 1e-8) << entry.name << " " << precision;
    }
}

TEST(Trainer, TrainLossIsTheMeanOfTheLastHundredEvaluations) {
  const Training run{test_parameters({{"training.steps", "150"}})};
  GaussianSource source;
  std::vector<std::uint64_t> every(151);
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = i;
  double sum = 0;
  const TrainingResult result = run.train(source, every, [&](const Checkpoint& checkpoint) {
    if (checkpoint.step > 50) sum += checkpoint.loss;
  });
  EXPECT_EQ(result.train_loss, sum / 100);
}

TEST(Trainer, CheckpointsSeeTheWeightsBeforeTheUpdate) {
  const Training run{test_parameters({{"training.precision", "float64"}})};
  GaussianSource source;
  const ReferenceNetwork network(run.layout, run.activation);
  const std::vector<std::uint64_t> steps{0, 3, 50, 200};
  std::vector<std::uint64_t> seen;
  std::vector<Vector<double>> thetas;
  const TrainingResult result = run.train(source, steps, [&](const Checkpoint& checkpoint) {
    Eigen::ArrayXXd X(64, 2);
    Eigen::ArrayXd y(64);
    GaussianSource().fill(checkpoint.step, X, y);
    EXPECT_NEAR(checkpoint.loss, network.loss_and_gradient(checkpoint.theta, X, y).loss, 1e-13);
    seen.push_back(checkpoint.step);
    thetas.push_back(checkpoint.theta);
  });
  EXPECT_EQ(seen, steps);
  EXPECT_EQ(thetas.front(), run.theta0);
  EXPECT_EQ(thetas.back(), result.theta);
}

TEST(Trainer, CheckpointsDoNotChangeTheResult) {
  const Training run{test_parameters()};
  GaussianSource source;
  const std::vector<std::uint64_t> steps{0, 1, 199, 200};
  const TrainingResult watched = run.train(source, steps, [](const Checkpoint&) {}),
                       alone = run.train(source);
  EXPECT_EQ(watched.theta, alone.theta);
  EXPECT_EQ(watched.train_loss, alone.train_loss);
}

TEST(Trainer, ReadsAConstantBatchOnce) {
  const Training run{test_parameters()};
  GaussianSource constant(true), fresh;
  run.train(constant);
  run.train(fresh);
  EXPECT_EQ(constant.fills, 1);
  EXPECT_EQ(fresh.fills, 201);
}

TEST(Trainer, NoStepsLeaveTheInitialWeights) {
  const Training run{test_parameters({{"training.steps", "0"}, {"training.precision", "float64"}})};
  GaussianSource source;
  const TrainingResult result = run.train(source);
  EXPECT_EQ(result.theta, run.theta0);
  EXPECT_EQ(result.steps_run, 0U);
  EXPECT_GT(result.train_loss, 0);
}

TEST(Trainer, DivergenceIsReportedWithItsStep) {
  const Training run{test_parameters({{"training.learning_rate", "30"}})};
  GaussianSource source;
  const TrainingResult result = run.train(source);
  EXPECT_TRUE(result.diverged);
  EXPECT_FALSE(result.train_loss <= kDivergedLoss);
  EXPECT_GT(result.steps_run, 0U);
  EXPECT_LT(result.steps_run, 50U);
  EXPECT_NE(result.message.find("at step " + std::to_string(result.steps_run)), std::string::npos)
      << result.message;
}

TEST(Trainer, DivergenceOfTheLastUpdateIsSeen) {
  const Training run{test_parameters({{"training.learning_rate", "1e12"}, {"training.steps", "1"}})};
  GaussianSource source;
  const TrainingResult result = run.train(source);
  EXPECT_TRUE(result.diverged);
  EXPECT_EQ(result.steps_run, 1U);
}

TEST(Trainer, ANotANumberIsDivergence) {
  const Training run{test_parameters()};
  GaussianSource source(false, std::nan(""));
  const TrainingResult result = run.train(source);
  EXPECT_TRUE(result.diverged);
  EXPECT_EQ(result.steps_run, 0U);
  EXPECT_EQ(result.message, "loss not finite at step 0");
}

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

double broken(const Training& run, const TrainingResult& result) {
  const Layout symmetric = make_layout(run.parameters, run.parameters.text("model.symmetry"));
  Vector<double> unused = Vector<double>::Zero(result.theta.size());
  return SymmetryPenalty<double>(run.layout, symmetric, 1).add(result.theta, unused);
}

TEST(Trainer, APenaltyImposesTheSymmetryMoreStrictlyTheStrongerItIs) {
  for (const std::string symmetry : {"exchange", "equivariant", "odd", "full"}) {
    double before = std::numeric_limits<double>::infinity();
    for (const std::string penalty : {"0.001", "0.1", "5"}) {
      const Training run{test_parameters({{"model.symmetry", symmetry},
                                          {"model.width", "4"},
                                          {"model.bias", "all"},
                                          {"training.symmetry_penalty", penalty},
                                          {"training.steps", "300"}})};
      EXPECT_EQ(run.layout.parameters(), 17U);
      GaussianSource source;
      const double distance = broken(run, run.train(source));
      EXPECT_LT(distance, 0.6 * before) << symmetry << " " << penalty;
      before = distance;
    }
    EXPECT_LT(before, 1e-2) << symmetry;
  }
}

TEST(Trainer, ThePenaltyIsNotPartOfTheLoss) {
  const Parameters soft = test_parameters(
      {{"model.symmetry", "full"}, {"training.symmetry_penalty", "3"}, {"training.steps", "0"}});
  const Training with{soft}, without{test_parameters({{"training.steps", "0"}})};
  GaussianSource source;
  EXPECT_EQ(with.train(source).train_loss, without.train(source).train_loss);
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

// Steps of training, their losses and what diverges; how a run stops and goes on is in
// trainer_stopping_test.cpp.
#include "rgsweep/nn/trainer.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "test_training.hpp"

namespace rgsweep::nn {
namespace {

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

}  // namespace
}  // namespace rgsweep::nn

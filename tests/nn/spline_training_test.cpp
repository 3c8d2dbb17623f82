// Networks of splines in training: src/nn/trainer.cpp with theta that ends in coefficients.
#include <gtest/gtest.h>

#include "rgsweep/nn/reference_network.hpp"
#include "rgsweep/nn/trainer.hpp"
#include "test_keys.hpp"
#include "test_training.hpp"

namespace rgsweep::nn {
namespace {

/// A network of splines with some keys changed.
Training of_splines(std::initializer_list<std::pair<std::string_view, std::string>> changes) {
  Parameters parameters(test_keys());
  parameters.set("activation.kind", "spline");
  for (const auto& [key, value] : changes) parameters.set(key, value);
  parameters.complete();
  return {parameters};
}

/// Mean loss of the first batch, before any update.
double first_loss(const Training& run) {
  Eigen::ArrayXXd X(4096, 2);
  Eigen::ArrayXd y(4096);
  GaussianSource().fill(0, X, y);
  return ReferenceNetwork(run.layout, run.activation).loss_and_gradient(run.theta0, X, y).loss;
}

TEST(SplineTraining, ALinearStartGoesOnToZeroLoss) {
  for (const char* precision : {"float32", "float64"}) {
    const Training run = of_splines({{"activation.slope", "1"},
                                     {"model.width", "4"},
                                     {"training.steps", "3000"},
                                     {"training.precision", precision}});
    EXPECT_GT(first_loss(run), 0.1);
    const TrainingResult result = run.train();
    EXPECT_LT(result.train_loss, 1e-6) << precision;
  }
}

// leaky_relu cannot leave its plateau when all weights of a layer are equal; a spline unlearns its kink.
TEST(SplineTraining, AKinkedStartUnderFullSymmetryLeavesThePlateau) {
  for (const char* trainable_weights : {"on", "off"}) {
    const Training run = of_splines({{"activation.slope", "0.1"},
                                     {"activation.trainable_weights", trainable_weights},
                                     {"model.symmetry", "full"},
                                     {"training.optimizer", "adam"},
                                     {"training.learning_rate", "0.1"},
                                     {"training.schedule", "cosine"},
                                     {"training.steps", "4000"}});
    const double plateau = 0.9 * 0.9 / (2 * (1 + 0.1 * 0.1));
    EXPECT_LT(run.train().train_loss, 1e-3 * plateau) << trainable_weights;
  }
}

TEST(SplineTraining, FrozenWeightsKeepEveryBit) {
  for (const OptimizerEntry& entry : optimizers())
    for (const char* precision : {"float32", "float64"}) {
      Training run = of_splines({{"activation.trainable_weights", "off"},
                                 {"model.depth", "2"},
                                 {"model.bias", "all"},
                                 {"training.optimizer", std::string(entry.name)},
                                 {"training.weight_decay", "0.1"},
                                 {"training.precision", precision}});
      if (run.options.precision == Precision::float32)
        run.theta0 = run.theta0.cast<float>().cast<double>();  // what a float run can hold
      const auto weights = static_cast<Eigen::Index>(run.layout.first_trainable());
      ASSERT_EQ(weights, 2 * 2 + 2 + 2 * 2 + 2 + 2 + 1);
      const TrainingResult result = run.train();
      EXPECT_FALSE(result.diverged);
      EXPECT_EQ(result.theta.head(weights), run.theta0.head(weights)) << entry.name << " " << precision;
      for (std::size_t l = 0; l < 2; ++l)
        EXPECT_GT((run.layout.coefficients(result.theta, l) - run.layout.coefficients(run.theta0, l)).norm(),
                  1e-3)
            << entry.name << " " << precision;
    }
}

TEST(SplineTraining, FollowsTheReferenceStepByStep) {
  const Training run =
      of_splines({{"training.precision", "float64"}, {"training.steps", "20"}, {"model.depth", "2"}});
  const ReferenceNetwork network(run.layout, run.activation);
  Vector<double> theta = run.theta0;
  Eigen::ArrayXXd X(64, 2);
  Eigen::ArrayXd y(64);
  for (std::uint64_t step = 0; step < 20; ++step) {
    GaussianSource().fill(step, X, y);
    theta -= 0.05 * network.loss_and_gradient(theta, X, y).gradient;
  }
  EXPECT_LT((run.train().theta - theta).norm(), 1e-12);
}

template <class Scalar>
void expect_bit_identical_resumption(const char* trainable_weights) {
  const Training run = of_splines({{"activation.trainable_weights", trainable_weights},
                                   {"training.optimizer", "adam"},
                                   {"training.weight_decay", "0.01"}});
  GaussianSource source;
  const auto advance = [](Trainer<Scalar>& trainer, std::uint64_t end) {
    for (; trainer.step() < end; trainer.update()) trainer.evaluate();
  };
  Trainer<Scalar> whole(run.layout, run.activation, run.options, run.theta0, source);
  advance(whole, 60);
  Trainer<Scalar> first(run.layout, run.activation, run.options, run.theta0, source);
  advance(first, 31);
  Trainer<Scalar> second(run.layout, run.activation, run.options, Vector<double>::Zero(run.theta0.size()),
                         source);
  second.restore(first.state());
  advance(second, 60);
  EXPECT_EQ(second.theta(), whole.theta()) << trainable_weights;
}

TEST(SplineTraining, RestoredRunsAreBitIdentical) {
  for (const char* trainable_weights : {"on", "off"}) {
    expect_bit_identical_resumption<float>(trainable_weights);
    expect_bit_identical_resumption<double>(trainable_weights);
  }
}

TEST(SplineTraining, DivergenceIsSeen) {
  const Training run = of_splines({{"training.learning_rate", "1e6"}});
  EXPECT_TRUE(run.train().diverged);
}

}  // namespace
}  // namespace rgsweep::nn

// A training that is stopped and goes on, at any of the places where it can be stopped, gives the same row.
#include "saved_training.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "points.hpp"

namespace rgsweep::experiment {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;
using Bytes = std::vector<std::byte>;

struct Ran {
  Row row;
  int parts = 0;  ///< runs it took
};

/// Runs a point that is stopped when it has asked `questions` times, and one more in each further run, until
/// it is done.
Ran run_in_parts(const Parameters& point, int questions) {
  const Schema schema = schema_for(point);
  Bytes saved;
  Ran ran;
  for (ran.parts = 1;; ++ran.parts) {
    int asked = 0;
    Bytes next;
    try {
      ran.row = run_point(point, schema,
                          {.should_stop = [&] { return ++asked > questions + ran.parts; },
                           .saved = saved,
                           .save = [&](Bytes state) { next = std::move(state); }});
      schema.value(ran.row, "wall_seconds") = 0;
      return ran;
    } catch (const nn::TrainingStopped&) {
      EXPECT_FALSE(next.empty());
      saved = std::move(next);
    }
  }
}

void expect_same(const Settings& settings, int least_parts, int least_parts_later = 2) {
  Settings all = {{"training.steps", "200"},
                  {"task.test_samples", "3000"},
                  {"task.test", "uniform, gaussian"},
                  {"trace.checkpoints", "9"}};
  all.insert(all.end(), settings.begin(), settings.end());
  const Parameters point = make_point(all);
  const Ran whole = run_in_parts(point, 1000000);
  EXPECT_EQ(whole.parts, 1);
  // The training has 13 questions; 5 stop it in its middle, 14 the measurement as well.
  for (const int questions : {4, 13}) {
    const Ran parts = run_in_parts(point, questions);
    EXPECT_GE(parts.parts, questions == 4 ? least_parts : least_parts_later);
    EXPECT_EQ(parts.row, whole.row) << questions;
  }
}

TEST(SavedTraining, GoesOnToTheSameRow) {
  expect_same({}, 3);
}

TEST(SavedTraining, WithStatesOfOptimisersAndPrecisions) {
  for (const char* optimizer : {"momentum", "adam"})
    for (const char* precision : {"float32", "float64"})
      expect_same({{"training.optimizer", optimizer}, {"training.precision", precision}}, 3);
}

TEST(SavedTraining, WithAFixedTrainingSet) {
  expect_same({{"task.train_samples", "600"}, {"training.batch", "50"}}, 3);
}

TEST(SavedTraining, WithTheoryAtEveryCheckpoint) {
  expect_same({{"trace.theory", "on"},
               {"trace.theory_checkpoints", "9"},
               {"model.architecture", "gnn"},
               {"model.depth", "2"}},
              3);
}

TEST(SavedTraining, ADivergedTrainingIsMeasuredAgainButNotTrained) {
  expect_same({{"training.learning_rate", "100"}}, 2, 1);
}

TEST(SavedTraining, BytesAreReadBack) {
  nn::TrainerState state;
  state.step = 3;
  state.theta = Eigen::VectorXd::LinSpaced(4, 0, 1);
  state.loss_sum = 0.25;
  state.optimizer = {Eigen::VectorXd::Constant(4, 2), Eigen::VectorXd()};
  LayerCumulants layers(3);
  layers.at(LayerQuantity::edgeworth, LayerSide::post, 1, 4) = 0.75;
  const Bytes bytes = to_bytes({state, {}, {{1, 0.5, 0.25, 0.125}, {2, 1, 2, 3, layers}}});
  const SavedTraining back = read_saved_training(bytes);
  ASSERT_TRUE(back.state);
  EXPECT_FALSE(back.result);
  EXPECT_EQ(back.state->step, 3U);
  EXPECT_EQ(back.state->theta, state.theta);
  ASSERT_EQ(back.state->optimizer.size(), 2U);
  EXPECT_EQ(back.state->optimizer[0], state.optimizer[0]);
  EXPECT_EQ(back.state->loss_sum, 0.25);
  ASSERT_EQ(back.trace.size(), 2U);
  EXPECT_EQ(back.trace[1].order_parameter, 3);
  EXPECT_EQ(back.trace[0].layers.layers, 0U);
  EXPECT_EQ(back.trace[1].layers.at(LayerQuantity::edgeworth, LayerSide::post, 1, 4), 0.75);
  EXPECT_TRUE(std::isnan(back.trace[1].layers.at(LayerQuantity::truth, LayerSide::pre, 2, 6)));

  const nn::TrainingResult result{state.theta, 7, 0.5, true, "loss above 1e12 at step 7"};
  const SavedTraining trained = read_saved_training(to_bytes({{}, result, {}}));
  ASSERT_TRUE(trained.result);
  EXPECT_TRUE(trained.result->diverged);
  EXPECT_EQ(trained.result->message, result.message);

  // Cut short, grown, or of another format: nothing, whatever it is.
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(read_saved_training({bytes.data(), length}).state) << length;
  Bytes other = bytes;
  other.push_back(std::byte{0});
  EXPECT_FALSE(read_saved_training(other).state);
  other = bytes;
  other[0] = std::byte{99};
  EXPECT_FALSE(read_saved_training(other).state);
}

}  // namespace
}  // namespace rgsweep::experiment

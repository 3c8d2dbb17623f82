#include "orbit_network.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "orbit_points.hpp"
#include "rgsweep/nn/trainer.hpp"

namespace rgsweep::experiment {
namespace {

// Images that are far apart and hardly turned: a network that fits the rest knows the pose between them.
TEST(OrbitNetwork, ATrainedNetworkFitsThePosesItSees) {
  const Settings settings = {{"orbit.trained", "on"},
                             {"orbit.poses", "64"},
                             {"orbit.weight_scale", "4"},
                             {"orbit.bias_scale", "0.1"},
                             {"orbit.learning_rate", "0.003"},
                             {"orbit.steps", "400"},
                             {"orbit.width", "32"}};
  const Outcome outcome(orbit_point(settings));
  EXPECT_EQ(outcome.status(), Status::done) << outcome.message();
  EXPECT_LT(outcome["trained_loss"], 0.02);
  EXPECT_LT(outcome["trained_error"], 0.5);
  EXPECT_EQ(Outcome(orbit_point(settings))["trained_error"], outcome["trained_error"]);
  Settings other = settings;
  other.emplace_back("orbit.optimizer", "sgd");
  std::erase_if(other, [](const auto& s) { return s.first == "orbit.learning_rate"; });
  other.emplace_back("orbit.learning_rate", "1e6");
  const Outcome diverged(orbit_point(other));
  EXPECT_EQ(diverged.status(), Status::diverged);
  EXPECT_TRUE(std::isnan(diverged["trained_error"]));
  EXPECT_EQ(diverged["eps_exact"], outcome["eps_exact"]);
}

TEST(OrbitNetwork, AStoppedTrainingGoesOnToTheSameBits) {
  const Parameters point = orbit_point(
      {{"orbit.trained", "on"}, {"orbit.steps", "100"}, {"orbit.width", "8"}, {"orbit.poses", "4"}});
  const Schema schema = schema_for(point);
  int asked = 0;
  std::vector<std::byte> saved;
  const Context stopping{.should_stop = [&] { return ++asked > 4; },
                         .save = [&](std::vector<std::byte> bytes) { saved = std::move(bytes); }};
  EXPECT_THROW(run_point(point, schema, stopping), nn::TrainingStopped);
  ASSERT_FALSE(saved.empty());
  const Outcome whole(point), continued(point, {.should_stop = {}, .saved = saved});
  EXPECT_EQ(continued["trained_error"], whole["trained_error"]);
  EXPECT_EQ(continued["trained_loss"], whole["trained_loss"]);
}

}  // namespace
}  // namespace rgsweep::experiment

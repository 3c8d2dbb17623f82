// Which keys of [orbit] a point uses, what each does to its results, and to its predicted cost.
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "orbit_points.hpp"

namespace rgsweep::experiment {
namespace {

TEST(OrbitKeys, KeysThatAPointDoesNotUseAreNotPartOfIt) {
  const auto id = [](const Settings& settings) { return orbit_point(settings).point_id(); };
  EXPECT_EQ(id({{"orbit.kernel", "rbf"}, {"orbit.slope", "0.7"}, {"orbit.depth", "5"}}),
            id({{"orbit.kernel", "rbf"}}));
  EXPECT_EQ(id({{"orbit.group", "dihedral"}, {"orbit.poses", "4"}}), id({{"orbit.group", "dihedral"}}));
  EXPECT_EQ(id({{"orbit.architecture", "conv_gap"}, {"orbit.depth", "5"}, {"orbit.trained", "on"}}),
            id({{"orbit.architecture", "conv_gap"}}));
  EXPECT_EQ(id({{"orbit.width", "7"}, {"orbit.rbf_scale", "3"}}), id({}));
  EXPECT_FALSE(orbit_point().has("model.width"));
  EXPECT_FALSE(make_point().has("orbit.poses"));
}

// Each key that a point uses changes its result.
TEST(OrbitKeys, EveryKeyThatIsUsedMatters) {
  const Settings trained = {{"orbit.trained", "on"}, {"orbit.steps", "10"}, {"orbit.width", "8"}};
  const auto result = [&](const Settings& more) {
    Settings settings = trained;
    for (const auto& changed : more) {
      std::erase_if(settings, [&](const auto& setting) { return setting.first == changed.first; });
      settings.push_back(changed);
    }
    const Outcome outcome(orbit_point(settings));
    return std::pair(outcome["eps_exact"], outcome["trained_error"]);
  };
  const auto base = result({});
  const std::pair<std::string, std::string> of_kernel[] = {
      {"orbit.pair", "3"},      {"orbit.group", "shifts"},   {"orbit.poses", "4"},
      {"orbit.kernel", "nngp"}, {"orbit.depth", "2"},        {"orbit.slope", "0.3"},
      {"orbit.ridge", "0.01"},  {"orbit.weight_scale", "2"}, {"orbit.bias_scale", "0.3"},
      {"sweep.seed", "1"},      {"orbit.kernel", "rbf"},     {"orbit.architecture", "conv_flatten"}};
  for (const auto& setting : of_kernel) {
    Settings more{setting};
    if (setting.second == "shifts") more.emplace_back("orbit.poses", "4");
    EXPECT_NE(result(more).first,
              setting.second == "shifts" ? result({{"orbit.poses", "4"}}).first : base.first)
        << setting.first;
  }
  const std::pair<std::string, std::string> of_training[] = {{"orbit.width", "9"},
                                                             {"orbit.steps", "11"},
                                                             {"orbit.optimizer", "sgd"},
                                                             {"orbit.learning_rate", "0.01"}};
  for (const auto& setting : of_training) EXPECT_NE(result({setting}).second, base.second) << setting.first;
  EXPECT_NE(result({{"orbit.kernel", "rbf"}}).first,
            result({{"orbit.kernel", "rbf"}, {"orbit.rbf_scale", "2"}}).first);
}

TEST(OrbitKeys, PredictedSecondsFollowTheWork) {
  const auto seconds = [](const Settings& settings) { return predicted_seconds(orbit_point(settings)); };
  const double base = seconds({});
  EXPECT_GT(base, 0);
  EXPECT_GT(seconds({{"orbit.poses", "64"}}), 5 * base);
  EXPECT_GT(seconds({{"orbit.depth", "8"}}), base);
  EXPECT_LT(seconds({{"orbit.kernel", "rbf"}}), base);
  const double flatten = seconds({{"orbit.architecture", "conv_flatten"}});
  EXPECT_GT(seconds({{"orbit.architecture", "conv_gap"}}), 50 * flatten);
  EXPECT_GT(seconds({{"orbit.trained", "on"}}), 10 * base);
  EXPECT_GT(seconds({{"orbit.trained", "on"}, {"orbit.steps", "20000"}}),
            5 * seconds({{"orbit.trained", "on"}}));
}

}  // namespace
}  // namespace rgsweep::experiment

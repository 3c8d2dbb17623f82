#include "cost.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "points.hpp"

namespace rgsweep::experiment {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

Parameters point_with(Settings settings) {
  settings.insert(settings.begin(), {"trace.theory", "on"});
  return make_point(settings);
}

std::vector<std::size_t> places(const Parameters& point, std::size_t checkpoints) {
  const std::vector<bool> chosen = theory_checkpoints(point, checkpoints);
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (chosen[i]) result.push_back(i);
  return result;
}

TEST(Cost, TheoryIsTracedWhereItIsAskedFor) {
  using List = std::vector<std::size_t>;
  EXPECT_EQ(places(make_point(), 20), List{});
  const auto asked = [](const char* count) { return point_with({{"trace.theory_checkpoints", count}}); };
  EXPECT_EQ(places(asked("1"), 20), List{19});
  EXPECT_EQ(places(asked("2"), 20), (List{0, 19}));
  EXPECT_EQ(places(asked("3"), 21), (List{0, 10, 20}));
  EXPECT_EQ(places(asked("20"), 20).size(), 20U);
  EXPECT_EQ(places(asked("99"), 5).size(), 5U);
  EXPECT_EQ(places(asked("7"), 1), List{0});
  EXPECT_EQ(places(asked("7"), 0), List{});
}

// A short training of a network whose theory is dear has it at its end, a long one everywhere.
TEST(Cost, TheoryTakesItsShareOfTheTraining) {
  const Settings dear = {{"activation.kind", "tanh"}, {"model.width", "16"}, {"model.depth", "2"}};
  const auto chosen = [&](const char* steps) {
    Settings settings = dear;
    settings.emplace_back("training.steps", steps);
    return places(point_with(settings), 20);
  };
  EXPECT_EQ(chosen("100"), std::vector<std::size_t>{19});
  const auto some = chosen("400000"), more = chosen("800000");
  EXPECT_GT(some.size(), 1U);
  EXPECT_GT(more.size(), some.size());
  EXPECT_LT(more.size(), 20U);
  EXPECT_EQ(some.front(), 0U);
  EXPECT_EQ(some.back(), 19U);
  EXPECT_EQ(chosen("1000000000").size(), 20U);
}

TEST(Cost, WhatTakesTooLongIsLeftOut) {
  EXPECT_TRUE(has_truth(point_with({})));
  EXPECT_TRUE(has_truth(point_with({{"task.block", "3"}, {"model.width", "16"}})));
  EXPECT_FALSE(has_truth(point_with({{"task.block", "4"}})));
  EXPECT_FALSE(has_truth(point_with({{"model.width", "4096"}, {"model.bias", "all"}})));
  EXPECT_TRUE(has_closures(point_with({{"model.width", "64"}, {"model.depth", "3"}})));
  EXPECT_FALSE(has_closures(point_with({{"model.width", "4096"}, {"activation.kind", "spline"}})));
}

TEST(Cost, TracesArePartOfThePrediction) {
  const auto seconds = [](Settings settings) { return predicted_rg_seconds(make_point(settings)); };
  EXPECT_GT(seconds({{"trace.checkpoints", "200"}}), seconds({}));
  EXPECT_GT(seconds({{"trace.theory", "on"}}), seconds({}));
  EXPECT_GT(seconds({{"trace.theory", "on"}, {"trace.theory_checkpoints", "20"}, {"task.block", "3"}}),
            seconds({{"trace.theory", "on"}, {"trace.theory_checkpoints", "2"}, {"task.block", "3"}}));
  EXPECT_LT(training_seconds(make_point()), seconds({}));
  for (const char* kind : {"linear", "relu", "quadratic", "tanh", "spline"})
    for (const char* block : {"2", "3", "7"}) {
      const double all = seconds({{"activation.kind", kind}, {"task.block", block}, {"trace.theory", "on"}});
      EXPECT_TRUE(std::isfinite(all) && all > 0) << kind << block;
    }
}

}  // namespace
}  // namespace rgsweep::experiment

#include "rgsweep/sweep/combinations.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>

#include "test_keys.hpp"

namespace rgsweep::sweep {
namespace {

std::vector<std::size_t> keys_of(const std::vector<std::string>& names) {
  std::vector<std::size_t> keys;
  for (const std::string& name : names) keys.push_back(test_keys().index(name));
  return keys;
}

/// "KEY=VALUE KEY=VALUE" of every visited point of the grid; each only once.
std::set<std::string> visited(const Grid& grid, const std::vector<std::string>& names,
                              std::uint64_t most = 1000) {
  std::set<std::string> result;
  for (const Box* box : distinct_boxes(grid, keys_of(names)))
    for_each_combination(grid, *box, keys_of(names), most, [&](const Parameters& point) {
      std::string text;
      for (const std::size_t key : keys_of(names))
        text += (text.empty() ? "" : " ") + test_keys()[key].name + "=" + canonical_text(point[key]);
      EXPECT_TRUE(result.insert(text).second) << text << " twice";
      EXPECT_TRUE(grid.index_of(point)) << text;
    });
  return result;
}

TEST(Combinations, EachOnceWhateverTheOtherAxes) {
  const Grid grid = grid_of("[sweep]\nseed = 0..99\n[model]\nwidth = 2, 4\ndepth = 1, 3\n");
  EXPECT_THAT(visited(grid, {"model.width"}), testing::ElementsAre("model.width=2", "model.width=4"));
  EXPECT_EQ(visited(grid, {"model.width", "model.depth"}).size(), 4U);
  EXPECT_EQ(visited(grid, {"model.depth", "sweep.seed", "model.width"}).size(), 400U);
  EXPECT_EQ(visited(grid, {}).size(), 1U);
}

TEST(Combinations, TheOtherKeysHaveTheirLargestValues) {
  const Grid grid = grid_of("[sweep]\nseed = 0..99\n[model]\nwidth = 4, 2\ndepth = 1, 3\n");
  for_each_combination(grid, grid.boxes()[0], keys_of({"model.width"}), 10, [](const Parameters& point) {
    EXPECT_EQ(point.integer("sweep.seed"), 99);
    EXPECT_EQ(point.integer("model.depth"), 3);
  });
}

TEST(Combinations, KeysThatAPointDoesNotUse) {
  const Grid grid =
      grid_of("[activation]\nkind = relu, leaky_relu\nslope = 0.1, 0.2\n[sweep]\nseed = 0..9\n");
  EXPECT_THAT(visited(grid, {"activation.kind", "activation.slope"}),
              testing::UnorderedElementsAre(
                  "activation.kind=relu activation.slope=", "activation.kind=leaky_relu activation.slope=0.1",
                  "activation.kind=leaky_relu activation.slope=0.2"));
}

TEST(Combinations, BoxesThatDifferElsewhereAreOne) {
  const Grid grid =
      grid_of("zip(sweep.seed, training.steps) = (0, 10), (1, 20), (2, 30)\nmodel.width = 2, 4\n");
  EXPECT_EQ(grid.boxes().size(), 3U);
  EXPECT_EQ(distinct_boxes(grid, keys_of({"model.width"})).size(), 1U);
  EXPECT_EQ(distinct_boxes(grid, keys_of({"training.steps"})).size(), 3U);
  EXPECT_EQ(visited(grid, {"model.width", "training.steps"}).size(), 6U);
}

TEST(Combinations, WhatIsExcludedIsNotVisited) {
  const Grid grid = grid_of(
      "model.width = 2, 3\nactivation.kind = linear, relu\nexclude = model.width = 3, activation.kind = "
      "relu\n");
  EXPECT_EQ(visited(grid, {"model.width", "activation.kind"}).size(), 3U);
  EXPECT_FALSE(
      visited(grid, {"model.width", "activation.kind"}).contains("model.width=3 activation.kind=relu"));
}

TEST(Combinations, OfTooManyThereAreEvenlySpacedOnes) {
  const Grid grid = grid_of("[sweep]\nseed = 0..99999\n[training]\nsteps = 1..100000\n");
  const auto some = visited(grid, {"sweep.seed", "training.steps"}, 1000);
  EXPECT_EQ(some.size(), 1000U);
  EXPECT_EQ(visited(grid, {"training.steps"}, 7).size(), 7U);
}

}  // namespace
}  // namespace rgsweep::sweep

// Every point once, longest first; shards are an exact partition.
#include "rgsweep/sweep/order.hpp"

#include <algorithm>
#include <stdexcept>

#include <gmock/gmock.h>

#include "test_keys.hpp"

namespace rgsweep::sweep {
namespace {

double cost(const Parameters& point) {
  return static_cast<double>(point.integer("model.width") * point.integer("training.steps"));
}

constexpr const char* mixed =
    "exclude = model.width=4, sweep.seed=2\n[sweep]\nseed = 0..4\n[activation]\n"
    "kind = relu, leaky_relu\nslope = 0:0.25:1\n[model]\nwidth = 2, 4, 8\n[training]\n"
    "steps = 10, 20, 40\n";

TEST(CostOrder, VisitsEveryPointOnceLongestFirst) {
  const Grid grid = grid_of(mixed);
  const CostOrder order(grid, cost);
  std::vector<bool> seen(grid.size(), false);
  double before = 1e300, total = 0;
  for (std::uint64_t ordinal = 0; ordinal < grid.size(); ++ordinal) {
    const std::uint64_t index = order.index(ordinal);
    ASSERT_LT(index, grid.size());
    EXPECT_FALSE(seen[index]);
    seen[index] = true;
    const double seconds = cost(grid.at(index));
    EXPECT_EQ(seconds, order.classes()[order.class_of(ordinal)].seconds);
    EXPECT_LE(seconds, before);
    before = seconds;
    total += seconds;
  }
  EXPECT_DOUBLE_EQ(order.total_seconds(), total);
  EXPECT_FALSE(order.coarse());
  EXPECT_THROW(order.index(grid.size()), std::out_of_range);
}

TEST(CostOrder, ClassesAreContiguousAndOfEqualCost) {
  const Grid grid = grid_of("[sweep]\nseed = 0..9\n[model]\nwidth = 1, 2\ndepth = 1..3\n");
  const CostOrder order(grid, cost);
  ASSERT_EQ(order.classes().size(), 6U);
  std::uint64_t next = 0;
  for (const CostClass& c : order.classes()) {
    EXPECT_EQ(c.first, next);
    EXPECT_EQ(c.count, 10U);
    next += c.count;
  }
  EXPECT_EQ(next, grid.size());
}

TEST(CostOrder, TooManyClassesFallBackToBoxes) {
  const Grid grid =
      grid_of("[model]\nwidth = 1..2000\ndepth = 1..1000\n[activation]\nkind = relu, leaky_relu\n");
  const CostOrder order(grid, cost);
  EXPECT_TRUE(order.coarse());
  ASSERT_EQ(order.classes().size(), grid.boxes().size());
  ASSERT_EQ(order.classes().size(), 2U);
  EXPECT_NEAR(order.classes()[0].seconds, 100 * 1000.5, 0.1 * 100 * 1000.5);
  EXPECT_EQ(order.index(0), grid.boxes()[order.classes()[0].box].first);
  std::vector<bool> seen(grid.size(), false);
  for (std::uint64_t ordinal = 0; ordinal < grid.size(); ordinal += 1) seen[order.index(ordinal)] = true;
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), static_cast<std::ptrdiff_t>(grid.size()));
}

TEST(CostOrder, HugeGrids) {
  const Grid grid = grid_of(
      "[sweep]\nseed = 1..1000000\n[training]\nrate = linspace(1,2,1000000)\n[model]\nwidth = 1, 3\n");
  const CostOrder order(grid, cost);
  EXPECT_EQ(order.classes().size(), 2U);
  EXPECT_DOUBLE_EQ(order.total_seconds(), 1e12 * 400);
  EXPECT_EQ(grid.at(order.index(0)).integer("model.width"), 3);
  EXPECT_EQ(grid.at(order.index(grid.size() - 1)).integer("model.width"), 1);
  const Shard last{7, 7};
  EXPECT_LT(last.ordinal(shard_size(grid.size(), last) - 1), grid.size());
}

TEST(CostOrder, RefusesImpossibleCosts) {
  const Grid grid = grid_of("");
  EXPECT_THROW(CostOrder(grid, [](const Parameters&) { return -1.0; }), std::logic_error);
}

TEST(Shard, PartitionsExactly) {
  const Grid grid = grid_of(mixed);
  const CostOrder order(grid, cost);
  for (const std::uint64_t count : {1U, 2U, 7U, 64U, 1000U}) {
    std::vector<int> seen(grid.size(), 0);
    const std::vector<double> seconds = shard_seconds(order, count);
    ASSERT_EQ(seconds.size(), count);
    for (std::uint64_t index = 1; index <= count; ++index) {
      const Shard shard{index, count};
      double expected = 0;
      for (std::uint64_t i = 0; i < shard_size(grid.size(), shard); ++i) {
        const std::uint64_t point = order.index(shard.ordinal(i));
        ++seen[point];
        expected += cost(grid.at(point));
      }
      EXPECT_NEAR(seconds[index - 1], expected, 1e-9 * order.total_seconds());
    }
    EXPECT_THAT(seen, testing::Each(1));
  }
}

TEST(Shard, Parse) {
  EXPECT_EQ(Shard::parse("1/1").count, 1U);
  EXPECT_EQ(Shard::parse("3/16").index, 3U);
  EXPECT_EQ(Shard::parse("3/16").count, 16U);
  for (const std::string bad : {"", "3", "/", "0/4", "5/4", "-1/4", "1/0", "1/x", "1/4/2", "1.5/4"}) {
    std::string expected = "'";
    expected += bad + "' is not a shard; allowed: I/N with 1 <= I <= N <= 1000000";
    EXPECT_EQ(message_of([&] { Shard::parse(bad); }), expected);
  }
}

}  // namespace
}  // namespace rgsweep::sweep

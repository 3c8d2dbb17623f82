// What a plan lists, for blocks and for the whole grid.
#include "rgsweep/sweep/describe.hpp"

#include <gmock/gmock.h>

#include "test_keys.hpp"

namespace rgsweep::sweep {
namespace {

using testing::ElementsAre;

TEST(Plan, DescribesAxesAndBlocks) {
  const Spec spec = spec_of(
      "exclude = sweep.seed=0, activation.kind=quadratic\n[sweep]\nseed = "
      "0..31\n[grid.leaky]\nactivation.kind = "
      "leaky_relu\nactivation.slope = 1, 0, 0.5\n[grid.other]\nactivation.kind = linear, quadratic\n"
      "zip(model.width,training.rate) = (2,0.1), (4,0.05)\n[grid.again]\nactivation.kind = linear\n");
  const Grid grid = Grid::build(test_keys(), spec);
  const Plan plan = make_plan(test_keys(), spec, grid);
  EXPECT_EQ(plan.source, "test.ini");
  EXPECT_EQ(plan.spec_hash, spec.hash());
  EXPECT_EQ(plan.points, 32U * 3 + 32 * 4 - 2 + 32);
  EXPECT_EQ(plan.excluded, 2U);
  EXPECT_EQ(plan.raw_points, plan.points + 2);
  EXPECT_EQ(plan.boxes, grid.boxes().size());

  ASSERT_EQ(plan.axes.size(), 5U);
  EXPECT_EQ(plan.axes[0].key, "sweep.seed");
  EXPECT_EQ(plan.axes[0].count, 32U);
  EXPECT_THAT(plan.axes[0].values, ElementsAre("0", "31"));
  EXPECT_FALSE(plan.axes[0].listed());
  EXPECT_EQ(plan.axes[2].key, "activation.kind");
  EXPECT_THAT(plan.axes[2].values, ElementsAre("leaky_relu", "linear", "quadratic"));
  EXPECT_TRUE(plan.axes[2].listed());

  ASSERT_EQ(plan.blocks.size(), 3U);
  EXPECT_EQ(plan.blocks[0].name, "leaky");
  EXPECT_EQ(plan.blocks[0].points, 96U);
  ASSERT_EQ(plan.blocks[0].axes.size(), 2U);
  EXPECT_THAT(plan.blocks[0].axes[1].values, ElementsAre("1", "0", "0.5"));
  ASSERT_EQ(plan.blocks[1].axes.size(), 3U);
  EXPECT_EQ(plan.blocks[1].axes[2].key, "zip(model.width,training.rate)");
  EXPECT_THAT(plan.blocks[1].axes[2].values, ElementsAre("(2,0.1)", "(4,0.05)"));
}

TEST(Plan, LeavesOutKeysThatNoPointUses) {
  const Spec spec = spec_of("[activation]\nkind = relu\nslope = 0:0.1:1\n");
  const Plan plan = make_plan(test_keys(), spec, Grid::build(test_keys(), spec));
  EXPECT_TRUE(plan.axes.empty());
  EXPECT_TRUE(plan.blocks.at(0).axes.empty());
  EXPECT_EQ(plan.points, 1U);
}

}  // namespace
}  // namespace rgsweep::sweep

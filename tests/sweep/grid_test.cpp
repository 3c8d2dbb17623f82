// Grids whose points can be counted by hand, from one axis to 2^62 points.
#include "rgsweep/sweep/grid.hpp"

#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

#include "test_keys.hpp"

namespace rgsweep::sweep {
namespace {

std::set<std::uint64_t> ids(const Grid& grid) {
  std::set<std::uint64_t> result;
  for (std::uint64_t i = 0; i < grid.size(); ++i) result.insert(grid.at(i).point_id());
  EXPECT_EQ(result.size(), grid.size());
  return result;
}

TEST(Grid, ProductOfAxes) {
  const Grid grid = grid_of("[sweep]\nseed = 0..3\n[model]\nwidth = 2, 4, 8\n");
  ASSERT_EQ(grid.size(), 12U);
  EXPECT_EQ(grid.raw_points(), 12U);
  EXPECT_EQ(grid.boxes().size(), 1U);
  const Parameters first = grid.at(0), second = grid.at(1), last = grid.at(11);
  EXPECT_EQ(first.integer("sweep.seed"), 0);
  EXPECT_EQ(first.integer("model.width"), 2);
  EXPECT_EQ(second.integer("model.width"), 4);
  EXPECT_EQ(last.integer("sweep.seed"), 3);
  EXPECT_EQ(last.integer("model.width"), 8);
  EXPECT_EQ(last.text("activation.kind"), "relu");
  EXPECT_THROW(grid.at(12), std::out_of_range);
}

TEST(Grid, PointsAreComplete) {
  const Grid grid = grid_of("[activation]\nkind = relu, spline\ntrainable = off, on\n[sweep]\nname = x\n");
  for (std::uint64_t i = 0; i < grid.size(); ++i) {
    Parameters completed = grid.at(i);
    completed.complete();
    EXPECT_EQ(completed, grid.at(i));
    EXPECT_EQ(grid.at(i).text("sweep.name"), "x");
  }
}

TEST(Grid, UnusedKeysNeitherMultiplyNorIdentify) {
  const Grid grid = grid_of(
      "[activation]\nkind = leaky_relu, quadratic\nslope = 0:0.25:1\nalpha = 0.1, 0.2\n[sweep]\nseed = "
      "0..9\n");
  EXPECT_EQ(grid.size(), 10U * (5 + 2));
  EXPECT_EQ(grid.raw_points(), grid.size());
  EXPECT_EQ(grid.duplicates_removed(), 0U);
  const auto quadratic =
      ids(grid_of("[activation]\nkind = quadratic\nalpha = 0.1, 0.2\n[sweep]\nseed = 0..9\n"));
  const auto all = ids(grid);
  for (const std::uint64_t id : quadratic) EXPECT_TRUE(all.contains(id));
  for (std::uint64_t i = 0; i < grid.size(); ++i)
    EXPECT_NE(grid.at(i).has("activation.slope"), grid.at(i).has("activation.alpha"));
}

TEST(Grid, KeysThatDependOnDependentKeys) {
  // knots need spline and trainable = on; trainable needs spline.
  const Grid grid = grid_of("[activation]\nkind = relu, spline\ntrainable = off, on\nknots = 4, 8, 16\n");
  EXPECT_EQ(grid.size(), 1U + 1 + 3);
}

TEST(Grid, SelectorsOfOneKindStayInOneBox) {
  EXPECT_EQ(grid_of("[activation]\nkind = linear, relu\n").boxes().size(), 1U);
  EXPECT_EQ(grid_of("[activation]\nkind = linear, leaky_relu, relu\n").boxes().size(), 2U);
  EXPECT_EQ(grid_of("[task]\ntrain = gamma(1), gamma(2), gamma(3)\n").boxes().size(), 1U);
}

TEST(Grid, OverlappingBlocksAreAUnion) {
  const Grid grid = grid_of(
      "[grid.a]\nmodel.width = 1..4\nmodel.depth = 1..4\n"
      "[grid.b]\nmodel.width = 3..6\nmodel.depth = 3..6\n[grid.c]\nmodel.width = 4\nmodel.depth=4\n");
  EXPECT_EQ(grid.size(), 16U + 16 - 4);
  EXPECT_EQ(grid.raw_points(), 33U);
  EXPECT_EQ(grid.duplicates_removed(), 5U);
  EXPECT_THAT(grid.block_points(), testing::ElementsAre(16U, 16U, 1U));
  ids(grid);
}

TEST(Grid, ZipWalksKeysTogether) {
  const Grid grid =
      grid_of("zip(model.width,training.rate) = (1,0.1), (2,0.2), (1,0.1)\n[sweep]\nseed = 0, 1\n");
  ASSERT_EQ(grid.size(), 4U);
  EXPECT_EQ(grid.raw_points(), 6U);
  EXPECT_EQ(grid.duplicates_removed(), 2U);
  for (std::uint64_t i = 0; i < grid.size(); ++i)
    EXPECT_DOUBLE_EQ(grid.at(i).real("training.rate"),
                     0.1 * static_cast<double>(grid.at(i).integer("model.width")));
}

TEST(Grid, TwoZipsMultiply) {
  EXPECT_EQ(grid_of("zip(model.width,model.depth) = (1,1), (2,2)\n"
                    "zip(sweep.seed,training.steps) = (0,1), (1,2), (2,3)\n")
                .size(),
            6U);
}

TEST(Grid, AZippedKeyThatIsNotUsedVanishes) {
  EXPECT_EQ(grid_of("zip(activation.slope,model.width) = (0.1,1), (0.2,1), (0.3,2)\n").size(), 2U);
  EXPECT_EQ(grid_of("zip(activation.kind,activation.slope) = (leaky_relu,0.1), (leaky_relu,0.2), (relu,0.1), "
                    "(relu,0.2)\n")
                .size(),
            3U);
}

TEST(Grid, ExcludesCompareCanonicalValues) {
  const std::string grid = "[activation]\nkind = leaky_relu, relu\nslope = 0:0.1:1\n";
  EXPECT_EQ(grid_of(grid).size(), 12U);
  EXPECT_EQ(grid_of("exclude = activation.slope=0.30\n" + grid).size(), 11U);
  EXPECT_EQ(grid_of("exclude = activation.slope=0.30\n" + grid).excluded(), 1U);
  EXPECT_EQ(grid_of("exclude = activation.slope=0:0.2:1, activation.kind=leaky_relu\n" + grid).size(), 6U);
  EXPECT_EQ(grid_of("exclude = activation.kind=relu, activation.slope=0.3\n" + grid).size(), 12U);
  EXPECT_EQ(grid_of("exclude = activation.slope=7\n" + grid).size(), 12U);
  EXPECT_EQ(grid_of("exclude = task.train=gamma\n[task]\ntrain = gaussian, gamma(1), gamma(3)\n").size(), 1U);
  EXPECT_EQ(grid_of("exclude = task.train=gamma(3.0)\n[task]\ntrain = gaussian, gamma(1), gamma(3)\n").size(),
            2U);
}

TEST(Grid, ExcludesOfABlockHoldForItOnly) {
  const Grid grid =
      grid_of("[grid.a]\nmodel.width = 1..4\nexclude = model.width=2\n[grid.b]\nmodel.width = 2..3\n");
  EXPECT_EQ(grid.size(), 4U);
  EXPECT_EQ(grid.excluded(), 1U);
  EXPECT_EQ(grid.duplicates_removed(), 1U);
  EXPECT_EQ(
      grid_of("exclude = model.width=2\n[grid.a]\nmodel.width = 1..4\n[grid.b]\nmodel.width = 2..3\n").size(),
      3U);
}

TEST(Grid, NothingLeftIsAnError) {
  EXPECT_EQ(message_of([] { grid_of("exclude = model.width=1..3\n[model]\nwidth = 1..3\n"); }),
            "test.ini: no point is left after the excludes; allowed: at least one");
}

TEST(Grid, IdentityIsOfThePointAlone) {
  const auto id = [](const std::string& text) { return grid_of(text).at(0).point_id(); };
  const std::uint64_t one = id("[model]\nwidth = 3\n[activation]\nkind = leaky_relu\nslope = 0.3\n");
  EXPECT_EQ(id("[activation]\nslope = 0.30\nkind = leaky_relu\n[model]\nwidth = 3\n"), one);
  EXPECT_EQ(id("[sweep]\nname = other\n[grid.x]\nactivation.alpha = 7\nactivation.slope = 3e-1\n"
               "activation.kind = leaky_relu\nmodel.width = 3\n"),
            one);
  const Grid larger =
      grid_of("[model]\nwidth = 1..5\n[activation]\nkind = relu, leaky_relu\nslope = 0:0.1:1\n");
  EXPECT_TRUE(ids(larger).contains(one));
  EXPECT_NE(id("[model]\nwidth = 3\n[activation]\nkind = leaky_relu\nslope = 0.31\n"), one);
}

TEST(Grid, IndexOfInvertsAt) {
  const Grid grid = grid_of(
      "[sweep]\nname = here\nseed = 0..3\n[activation]\nkind = leaky_relu, relu, quadratic\n"
      "slope = 0:0.1:1\n[grid.a]\nmodel.width = 1..4\n[grid.b]\nmodel.width = 3..6\n");
  for (std::uint64_t i = 0; i < grid.size(); ++i) ASSERT_EQ(grid.index_of(grid.at(i)), i);
  Parameters other = grid.at(5);
  other.set("sweep.name", "elsewhere");
  EXPECT_EQ(grid.index_of(other), 5U);
  other.set("sweep.seed", "99");
  EXPECT_EQ(grid.index_of(other), std::nullopt);
  Parameters outside(test_keys());
  outside.set("activation.kind", "linear");
  outside.complete();
  EXPECT_EQ(grid.index_of(outside), std::nullopt);
}

TEST(Grid, HugeGridsAreNotMaterialised) {
  const Grid grid = grid_of(
      "exclude = sweep.seed=17, model.depth=3\n[sweep]\nseed = 0..9999\n[model]\n"
      "depth = 1..10000\nwidth = 1..10000\n");
  EXPECT_EQ(grid.size(), 1000000000000U - 10000);
  EXPECT_EQ(grid.excluded(), 10000U);
  for (const std::uint64_t i : {std::uint64_t{0}, grid.size() / 3, grid.size() - 1})
    EXPECT_EQ(grid.index_of(grid.at(i)), i);
}

TEST(Grid, AsManyPointsAsNumbersReach) {
  // 2^16 * 2^16 * 2^15 * 2^15 = 2^62 points; another factor 2 is one point too many.
  const std::string text =
      "[sweep]\nseed = 1..65536\n[model]\ndepth = 1..65536\nwidth = 1..32768\n"
      "[training]\nsteps = 1..32768\n";
  const Grid grid = grid_of(text);
  EXPECT_EQ(grid.size(), std::uint64_t{1} << 62);
  EXPECT_EQ(grid.index_of(grid.at(grid.size() - 1)), grid.size() - 1);
  EXPECT_EQ(message_of([&] { grid_of(text + "rate = 1, 2\n"); }),
            "test.ini: too many points; allowed: at most 2^63 - 1 in a sweep");
  EXPECT_EQ(message_of([&] { grid_of(text + "[grid.a]\n[grid.b]\n"); }),
            "test.ini: [grid.b]: too many points; allowed: at most 2^63 - 1 in a sweep");
}

TEST(Grid, TooManyBoxes) {
  std::string a = "zip(model.width,model.depth) = (1,1)", b = "zip(sweep.seed,training.steps) = (1,1)";
  for (int i = 2; i <= 400; ++i) {
    const std::string tuple = ", (" + std::to_string(i) + "," + std::to_string(i) + ")";
    a += tuple;
    b += tuple;
  }
  EXPECT_EQ(message_of([&] { grid_of(a + "\n" + b + "\n"); }),
            "test.ini: the grid falls into more than 100000 boxes; allowed: fewer zip tuples, excludes or "
            "overlapping "
            "blocks");
}

}  // namespace
}  // namespace rgsweep::sweep

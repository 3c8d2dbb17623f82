#include "rgsweep/analysis/family.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "points.hpp"

namespace rgsweep::analysis {
namespace {

using testing::ElementsAre;

Curves sample() {
  return read_curves(PointsFile({{.gaussian = 1, .width = 4, .steps = 100},
                                 {.gaussian = 1, .width = 2, .steps = 1000},
                                 {.gaussian = 1, .width = 2, .steps = 100},
                                 {.gaussian = 1, .width = 2, .symmetry = "odd", .steps = 100},
                                 {.gaussian = 1, .width = 2, .steps = -1}})
                         .reader(),
                     "slope");
}

std::vector<double> all_sizes(const std::vector<Family>& families) {
  std::vector<double> sizes;
  for (const Family& family : families) sizes.insert(sizes.end(), family.sizes.begin(), family.sizes.end());
  return sizes;
}

TEST(Families, OfTrainingLengths) {
  const Curves curves = sample();
  ASSERT_EQ(curves.curves.size(), 5U);
  const std::vector<Family> found = families(curves, training_length);
  std::vector<std::size_t> members;
  std::size_t pairs = 0, without = 0;
  for (const Family& family : found) {
    members.insert(members.end(), family.curves.begin(), family.curves.end());
    if (family.curves.size() == 2) {
      EXPECT_THAT(family.sizes, ElementsAre(100, 1000));
      ++pairs;
    }
    if (family.variable.empty()) {
      EXPECT_TRUE(std::isnan(family.sizes.front()));
      ++without;
    }
  }
  EXPECT_EQ(pairs, 1U);
  EXPECT_EQ(without, 1U);
  EXPECT_THAT(members, testing::UnorderedElementsAre(0, 1, 2, 3, 4));
}

TEST(Families, OfWidthsAscend) {
  const std::vector<Family> found = families(sample(), "model_width");
  const auto both =
      std::find_if(found.begin(), found.end(), [](const Family& f) { return f.curves.size() == 2; });
  ASSERT_NE(both, found.end());
  EXPECT_THAT(both->sizes, ElementsAre(2, 4));
}

TEST(Families, OfAColumnThatIsNotThere) {
  const std::vector<Family> found = families(sample(), "model_depth");
  EXPECT_EQ(found.size(), 5U);
  for (const double size : all_sizes(found)) EXPECT_TRUE(std::isnan(size));
}

TEST(Relatives, AgreeInAllButLengthAndWidth) {
  const auto groups = relatives(sample());
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].size() + groups[1].size(), 5U);
  EXPECT_EQ(std::max(groups[0].size(), groups[1].size()), 4U);
}

}  // namespace
}  // namespace rgsweep::analysis

// Sets and boxes small enough to check by hand.
#include "rgsweep/sweep/box.hpp"

#include <set>

#include <gmock/gmock.h>

namespace rgsweep::sweep {
namespace {

Box box_of(SetPool& pool, const std::vector<PlaceSet>& sets) {
  Box box;
  for (const PlaceSet& set : sets) box.sets.push_back(pool.intern(set));
  return box;
}

std::multiset<std::vector<std::uint32_t>> points(const SetPool& pool, const std::vector<Box>& boxes) {
  std::multiset<std::vector<std::uint32_t>> result;
  for (const Box& box : boxes)
    for (const std::uint32_t x : pool[box.sets[0]])
      for (const std::uint32_t y : pool[box.sets[1]]) result.insert({x, y});
  return result;
}

TEST(SetPool, InternsAndCombines) {
  SetPool pool;
  const SetId a = pool.intern({1, 2, 5}), b = pool.intern({2, 3}), c = pool.intern({7});
  EXPECT_EQ(pool.intern({1, 2, 5}), a);
  EXPECT_EQ(pool.intern({}), empty_set);
  EXPECT_EQ(pool.intersection(a, b), pool.intern({2}));
  EXPECT_EQ(pool.difference(a, b), pool.intern({1, 5}));
  EXPECT_EQ(pool.difference(a, a), empty_set);
  EXPECT_TRUE(pool.intersects(a, b));
  EXPECT_FALSE(pool.intersects(a, c));
  EXPECT_FALSE(pool.intersects(empty_set, empty_set));
  const SetPool copy = pool;
  EXPECT_EQ(copy[a], (PlaceSet{1, 2, 5}));
}

TEST(Box, SubtractionLeavesExactlyTheRest) {
  SetPool pool;
  const Box box = box_of(pool, {{0, 1, 2}, {0, 1, 2, 3}});
  const Box hole = box_of(pool, {{1, 5}, {2, 3}});
  std::vector<Box> pieces;
  subtract(pool, box, hole, pieces);
  const auto left = points(pool, pieces);
  EXPECT_EQ(left.size(), 10U);
  EXPECT_EQ(left.count({1, 2}), 0U);
  EXPECT_EQ(left.count({1, 3}), 0U);
  for (const auto& point : left) EXPECT_EQ(left.count(point), 1U);
  for (const Box& piece : pieces) EXPECT_TRUE(disjoint(pool, piece, hole));
}

TEST(Box, NothingIsLeftOfABoxInItsHole) {
  SetPool pool;
  const Box box = box_of(pool, {{1}, {2, 3}});
  Box hole = box_of(pool, {{1, 2}, {}});
  hole.sets[1] = any_set;
  std::vector<Box> pieces;
  subtract(pool, box, hole, pieces);
  EXPECT_TRUE(pieces.empty());
}

TEST(Box, AnUnusedKeyMeetsOnlyNoRestriction) {
  SetPool pool;
  Box box = box_of(pool, {{1}, {}});
  box.sets[1] = unused_set;
  Box hole = box_of(pool, {{1}, {2}});
  EXPECT_TRUE(disjoint(pool, box, hole));
  hole.sets[1] = any_set;
  EXPECT_FALSE(disjoint(pool, box, hole));
  hole.sets[1] = unused_set;
  EXPECT_FALSE(disjoint(pool, box, hole));
  hole.sets[1] = empty_set;
  EXPECT_TRUE(disjoint(pool, box, hole));
}

TEST(BoxIndex, FindsBoxesByTheirFixedKeys) {
  SetPool pool;
  std::vector<Box> boxes{box_of(pool, {{0, 1}, {3}}), box_of(pool, {{2}, {4}}), box_of(pool, {{2}, {3}})};
  boxes.push_back(boxes.front());
  boxes.back().sets[1] = unused_set;
  EXPECT_THAT(fixed_keys(pool, boxes), testing::ElementsAre(1U));
  const BoxIndex index(pool, boxes, fixed_keys(pool, boxes));
  EXPECT_THAT(index.candidates(pool, boxes[0]), testing::ElementsAre(0U, 2U));
  EXPECT_THAT(index.candidates({9, 4}), testing::ElementsAre(1U));
  EXPECT_THAT(index.candidates({0, BoxIndex::no_place}), testing::ElementsAre(3U));
  EXPECT_THAT(index.candidates({0, 0}), testing::IsEmpty());
}

}  // namespace
}  // namespace rgsweep::sweep

#include "rgsweep/analysis/crossing.hpp"

#include <gtest/gtest.h>

#include "ensembles.hpp"

namespace rgsweep::analysis {
namespace {

using Counts = std::vector<float>;

Passage passage_of(const Counts& k, float n = 32, bool paired = false) {
  return success_passage(k, Counts(k.size(), n), paired);
}

TEST(SuccessPassage, OneCrossingAndItsPlaces) {
  const Passage passage = passage_of({32, 31, 32, 30, 32, 1, 0, 2, 0, 0});
  ASSERT_EQ(passage.crossings.size(), 1U);
  const Crossing& crossing = passage.crossings[0];
  EXPECT_EQ(crossing.direction, -1);
  EXPECT_EQ(crossing.first, 0U);
  EXPECT_EQ(crossing.before, 4U);
  EXPECT_EQ(crossing.after, 5U);
  EXPECT_EQ(crossing.last, 9U);
  EXPECT_TRUE(passage.above && passage.below);
  EXPECT_FALSE(passage.uncertain);
}

TEST(SuccessPassage, WhatIsUncertainLiesBetweenTheSides) {
  const Passage passage = passage_of({0, 0, 0, 16, 17, 15, 32, 32, 32});
  ASSERT_EQ(passage.crossings.size(), 1U);
  EXPECT_EQ(passage.crossings[0].direction, 1);
  EXPECT_EQ(passage.crossings[0].before, 2U);
  EXPECT_EQ(passage.crossings[0].after, 6U);
  EXPECT_TRUE(passage.uncertain);
}

TEST(SuccessPassage, LostAndGainedAgain) {
  const Passage passage = passage_of({32, 32, 32, 0, 0, 0, 0, 31, 32, 32});
  ASSERT_EQ(passage.crossings.size(), 2U);
  EXPECT_EQ(passage.crossings[0].direction, -1);
  EXPECT_EQ(passage.crossings[0].last, 6U);
  EXPECT_EQ(passage.crossings[1].direction, 1);
  EXPECT_EQ(passage.crossings[1].first, 3U);
  EXPECT_EQ(passage.crossings[1].last, 9U);
}

TEST(SuccessPassage, NoneWithoutBothSides) {
  EXPECT_TRUE(passage_of({30, 31, 32, 29, 30}).crossings.empty());
  EXPECT_TRUE(passage_of({30, 31, 32, 29, 30}).above);
  EXPECT_TRUE(passage_of({16, 15, 17, 14, 18}).crossings.empty());
  EXPECT_TRUE(passage_of({16, 15, 17, 14, 18}).uncertain);
  // Places without members are no side.
  const Passage gap = success_passage(Counts{8, 8, 0, 0}, Counts{8, 8, 0, 0}, false);
  EXPECT_TRUE(gap.crossings.empty());
  EXPECT_FALSE(gap.below);
}

TEST(SuccessPassage, PairedPlacesAreNoMoreCertainThanTheirSeeds) {
  // Eleven of sixteen at ten places: 110 of 160 is certain, 11 of 16 is not.
  EXPECT_TRUE(passage_of(Counts(10, 11), 16).above);
  EXPECT_FALSE(passage_of(Counts(10, 11), 16, true).above);
  EXPECT_TRUE(passage_of(Counts(10, 16), 16, true).above);
}

TEST(SuccessPassage, FalseCrossingsAreRare) {
  // Success of one half everywhere has no crossing, or the two that a run of luck makes.
  std::size_t found = 0;
  for (std::uint64_t k = 0; k < 400; ++k) {
    Stream stream(k, Purpose::test_sample, 0);
    Counts counts;
    for (int place = 0; place < 21; ++place) {
      counts.push_back(0);
      for (int i = 0; i < 32; ++i) counts.back() += stream.uniform() < 0.5 ? 1.0F : 0.0F;
    }
    found += passage_of(counts).crossings.empty() ? 0 : 1;
  }
  EXPECT_LE(found, 8U);
}

TEST(FarthestCrossing, FromTheEnd) {
  const std::vector<double> x = linspace(0, 1, 11);
  const std::vector<Crossing> crossings{{-1, 0, 2, 3, 5}, {1, 3, 7, 8, 10}};
  EXPECT_EQ(farthest_crossing(crossings, x, 1.0).before, 2U);
  EXPECT_EQ(farthest_crossing(crossings, x, 0.0).before, 7U);
  EXPECT_EQ(farthest_crossing(crossings, x, std::nullopt).before, 2U);
}

TEST(FittedRange, ShrinksFromTheFarEndUntilTheFitHolds) {
  const std::vector<double> x = linspace(0, 1, 11);
  const Crossing whole{-1, 0, 3, 4, 10};
  const Crossing fitted = fitted_range(whole, x, [](std::size_t, std::size_t last) { return last <= 7; });
  EXPECT_EQ(fitted.first, 0U);
  EXPECT_EQ(fitted.last, 7U);
  const Crossing least = fitted_range(whole, x, [](std::size_t, std::size_t) { return false; });
  EXPECT_EQ(least.first, 2U);
  EXPECT_EQ(least.last, 5U);
}

}  // namespace
}  // namespace rgsweep::analysis

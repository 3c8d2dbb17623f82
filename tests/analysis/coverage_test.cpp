// A short form of the coverage study (tests/bench/coverage.cpp): few ensembles with few resamples, and bounds
// that a right interval fails once in ten thousand times or less; the seeds are fixed.
#include <gtest/gtest.h>

#include "studies.hpp"

namespace rgsweep::analysis {
namespace {

constexpr std::size_t ensembles = 120, resamples = 200;

/// The share of a 95 % interval in 120 ensembles is above 0.87 and, should it be 95 %, rarely 1.
void expect_covers(const Coverage& coverage, std::size_t least_found) {
  EXPECT_GE(coverage.found, least_found);
  EXPECT_GT(coverage.covered(), 0.87) << coverage.below << " below, " << coverage.above << " above";
  EXPECT_LT(coverage.covered(), 0.9999);
}

TEST(Coverage, LogisticFit) {
  expect_covers(logistic_coverage({32, 21, 0.1}, ensembles, resamples), ensembles);
  expect_covers(logistic_coverage({32, 21, 0.1, true}, ensembles, resamples), ensembles);
}

TEST(Coverage, SusceptibilityPeak) {
  expect_covers(peak_coverage({32, 21, 0.1}, ensembles, resamples), ensembles - 3);
  expect_covers(peak_coverage({32, 21, 0.1, false, 1}, ensembles, resamples), ensembles - 6);
}

TEST(Coverage, BinderCrossing) {
  expect_covers(binder_coverage({128, 31, 0.2}, ensembles, resamples), ensembles / 2);
}

}  // namespace
}  // namespace rgsweep::analysis

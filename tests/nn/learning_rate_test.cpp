#include "rgsweep/nn/learning_rate.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep::nn {
namespace {

TEST(LearningRate, ConstantStays) {
  for (const std::uint64_t step : {0U, 50U, 99U}) EXPECT_EQ(schedule("constant").rate(0.05, step, 100), 0.05);
}

TEST(LearningRate, CosineFallsFromTheInitialRateToZero) {
  const Schedule& cosine = schedule("cosine");
  EXPECT_EQ(cosine.rate(0.05, 0, 100), 0.05);
  EXPECT_NEAR(cosine.rate(0.05, 25, 100), 0.05 * (1 + std::sqrt(0.5)) / 2, 1e-16);
  EXPECT_NEAR(cosine.rate(0.05, 50, 100), 0.025, 1e-16);
  EXPECT_NEAR(cosine.rate(0.05, 100, 100), 0, 1e-16);
  for (std::uint64_t step = 1; step < 100; ++step)
    EXPECT_LT(cosine.rate(0.05, step, 100), cosine.rate(0.05, step - 1, 100));
}

TEST(LearningRate, OneStepIsEnough) {
  EXPECT_EQ(schedule("cosine").rate(0.05, 0, 1), 0.05);
}

TEST(LearningRate, UnknownNameIsAUsageError) {
  EXPECT_THROW(schedule("cosin"), UsageError);
}

}  // namespace
}  // namespace rgsweep::nn

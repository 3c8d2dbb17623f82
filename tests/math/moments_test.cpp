// Moments and cumulants of distributions known in closed form, and the way back.
#include "rgsweep/math/moments.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rgsweep::math {
namespace {

using testing::ElementsAre;

TEST(Moments, ExponentialHasFactorialsBothWays) {
  std::vector<double> raw, cumulants;
  for (int n = 1; n <= 12; ++n) {
    raw.push_back(std::tgamma(n + 1.0));
    cumulants.push_back(std::tgamma(n));
  }
  const auto to = cumulants_from_raw_moments(raw);
  const auto back = raw_moments_from_cumulants(cumulants);
  ASSERT_EQ(to.size(), 12U);
  ASSERT_EQ(back.size(), 12U);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_NEAR(to[i] / cumulants[i], 1, 1e-9) << "order " << i + 1;  // the direction that cancels
    EXPECT_NEAR(back[i] / raw[i], 1, 1e-14) << "order " << i + 1;
  }
}

TEST(Moments, PoissonHasBellNumbers) {
  EXPECT_THAT(raw_moments_from_cumulants(std::vector<double>(8, 1.0)),
              ElementsAre(1, 2, 5, 15, 52, 203, 877, 4140));
  EXPECT_THAT(cumulants_from_raw_moments(std::vector<double>{1, 2, 5, 15, 52, 203, 877, 4140}),
              ElementsAre(1, 1, 1, 1, 1, 1, 1, 1));
}

TEST(Moments, SignHasTangentNumbers) {
  EXPECT_THAT(cumulants_from_raw_moments(std::vector<double>{0, 1, 0, 1, 0, 1, 0, 1}),
              ElementsAre(0, 1, 0, -2, 0, 16, 0, -272));
}

TEST(Moments, NothingInNothingOut) {
  EXPECT_TRUE(cumulants_from_raw_moments({}).empty());
  EXPECT_TRUE(raw_moments_from_cumulants({}).empty());
}

TEST(Moments, MissingOrderSpoilsOnlyTheOrdersAbove) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto kappa = cumulants_from_raw_moments(std::vector<double>{0, 1, 0, 9, nan, 1});
  EXPECT_EQ(kappa[3], 6);
  EXPECT_TRUE(std::isnan(kappa[4]));
  EXPECT_TRUE(std::isnan(kappa[5]));
}

TEST(Moments, StandardisingDividesByPowersOfSigma) {
  EXPECT_THAT(standardised(std::vector<double>{5, 4, 8, 32, 64}), ElementsAre(0, 1, 1, 2, 2));
  EXPECT_THROW(standardised(std::vector<double>{5, 0, 8}), std::logic_error);
  EXPECT_THROW(standardised(std::vector<double>{5}), std::logic_error);
}

TEST(Moments, GaussianMoments) {
  EXPECT_THAT(gaussian_raw_moments(0, 1, 8), ElementsAre(0, 1, 0, 3, 0, 15, 0, 105));
  EXPECT_THAT(gaussian_raw_moments(3, 2, 4), ElementsAre(3, 13, 63, 345));
  EXPECT_THAT(cumulants_from_raw_moments(gaussian_raw_moments(3, 2, 8)), ElementsAre(3, 4, 0, 0, 0, 0, 0, 0));
}

}  // namespace
}  // namespace rgsweep::math

// Densities and partial moments against exact moments, closed forms, and draws of the distributions.
#include "input_density.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "rgsweep/core/rng.hpp"

namespace rgsweep::theory {
namespace {

const char* const kDensities[] = {
    "gaussian",        "uniform",        "laplace",      "exponential",  "gamma(0.3)",    "gamma(1)",
    "gamma(2)",        "gamma(2.5)",     "gamma(4.5)",   "gamma(300.5)", "bimodal(0.3)",  "bimodal(0.9)",
    "bimodal(0.9999)", "student_t(2.5)", "student_t(5)", "student_t(9)", "student_t(200)"};

// A_j(t), one point at a time.
double partial_moment(const InputDensity& density, int j, double t) {
  InputDensity::PartialMoments values;
  density.partial_moments(density.panel(t), InputDensity::Points::Constant(t), values);
  return values(0, j);
}

TEST(InputDensity, HasARowForEveryDistribution) {
  for (const data::DistributionEntry& entry : data::distributions())
    EXPECT_NO_THROW(density_family(data::parse_distribution(entry.name))) << entry.name;
}

TEST(InputDensity, MomentsAreExactWhereTheyExist) {
  for (const char* text : kDensities) {
    const InputDensity density(data::parse_distribution(text));
    // Heavy tails are cut where they still hold this share of the highest moment.
    const double tolerance = std::string(text).starts_with("student") ? 1e-7 : 1e-13;
    for (int j = 0; j <= 6; ++j)
      EXPECT_LT(density.moment_errors()[static_cast<std::size_t>(j)], tolerance) << text << " " << j;
  }
}

TEST(InputDensity, SeriesIsTheDensity) {
  for (const char* text : kDensities) {
    const InputDensity density(data::parse_distribution(text));
    const auto& ends = density.ends();
    double largest = 0;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i)
      largest = std::max(largest, density.density((ends[i] + ends[i + 1]) / 2));
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
      const InputDensity::Points t = InputDensity::Points::LinSpaced(ends[i], ends[i + 1]);
      InputDensity::Points p;
      density.density(i, t, p);
      for (Eigen::Index k = 1; k + 1 < t.size(); ++k)
        EXPECT_NEAR(p[k], density.density(t[k]), 1e-13 * largest) << text << " at " << t[k];
    }
  }
}

TEST(InputDensity, PartialMomentsOfTheGaussian) {
  const InputDensity density(data::parse_distribution("gaussian"));
  for (const double t : {-12.0, -3.1, -0.2, 0.0, 0.7, 5.5}) {
    const double p = std::exp(-t * t / 2) / std::sqrt(2 * std::numbers::pi);
    double expected[7] = {std::erfc(-t / std::numbers::sqrt2) / 2, -p};
    for (int j = 2; j <= 6; ++j) expected[j] = (j - 1) * expected[j - 2] - std::pow(t, j - 1) * p;
    for (int j = 0; j <= 6; ++j)
      EXPECT_NEAR(partial_moment(density, j, t), expected[j], 4e-15 * std::pow(3.0, j)) << j << " " << t;
  }
}

TEST(InputDensity, PartialMomentsOfTheExponential) {
  // With s = t + 1: A_0 = 1 - e^-s, A_1 = -(1 + t) e^-s, ... by A_j = j A_{j-1} - t^j e^-s + (-1)^j - j A...,
  // here from the recursion for integral_{-1}^t u^j e^{-(u+1)} du = -t^j e^-s + (-1)^j + j A_{j-1}.
  const InputDensity density(data::parse_distribution("exponential"));
  for (const double t : {-1.0, -0.4, 0.0, 2.0, 9.0}) {
    const double p = std::exp(-t - 1);
    double expected = 1 - p;
    for (int j = 0; j <= 6; ++j) {
      if (j > 0) expected = -std::pow(t, j) * p + (j % 2 == 0 ? 1 : -1) + j * expected;
      EXPECT_NEAR(partial_moment(density, j, t), expected, 1e-13 * std::tgamma(j + 1.0)) << j << " " << t;
    }
  }
}

TEST(InputDensity, SingularEndIsTheOrigin) {
  const InputDensity density(data::parse_distribution("gamma(0.3)"));
  EXPECT_NEAR(density.origin(), -std::sqrt(0.3), 1e-15);
  EXPECT_EQ(density.low(), 0);
  // P(g < 1e-12) = (1e-12)^0.3 / Gamma(1.3) to leading order.
  const double t = 1e-12 / std::sqrt(0.3);
  EXPECT_NEAR(partial_moment(density, 0, t) / (std::pow(1e-12, 0.3) / std::tgamma(1.3)), 1, 1e-11);
}

// The family is the one that is drawn: the share of draws below t is A_0(t).
TEST(InputDensity, AgreesWithDraws) {
  constexpr std::size_t draws = 40000;
  for (const char* text : kDensities) {
    const data::Distribution distribution = data::parse_distribution(text);
    const InputDensity density(distribution);
    Stream stream(1, Purpose::observable, 0);
    std::vector<double> x(draws);
    distribution.sample(stream, x);
    for (const double t : {-1.5, -0.5, 0.3, 2.0}) {
      const auto below = std::count_if(x.begin(), x.end(), [&](double value) { return value < t; });
      const double share = static_cast<double>(below) / draws;
      const double expected =
          t < density.origin() + density.low()
              ? 0
              : partial_moment(density, 0, std::min(t - density.origin(), density.high()));
      EXPECT_NEAR(share, expected, 5 * std::sqrt(0.25 / draws)) << text << " below " << t;
    }
  }
}

TEST(InputDensity, ReachesFartherForHigherMoments) {
  const InputDensity six(data::parse_distribution("laplace")), many(data::parse_distribution("laplace"), 48);
  EXPECT_GT(many.high(), 1.5 * six.high());
  EXPECT_THROW(InputDensity(data::parse_distribution("rademacher")), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::theory

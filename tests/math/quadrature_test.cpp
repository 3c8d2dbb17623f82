// The Hermite rule against Gaussian moments, expectations across kinks against closed forms, other rules
// against their degree and against known rules.
#include "rgsweep/math/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "rgsweep/math/moments.hpp"

namespace rgsweep::math {
namespace {

double density(double z) {
  return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
}
double cumulative(double z) {
  return std::erfc(-z / std::numbers::sqrt2) / 2;
}

Eigen::ArrayXd powers(const Eigen::ArrayXd& x, int exponent) {
  return x.unaryExpr([=](double value) { return std::pow(value, exponent); });
}

TEST(GaussHermite, SmallRulesByHand) {
  EXPECT_EQ(gauss_hermite(1).nodes[0], 0);
  EXPECT_EQ(gauss_hermite(1).weights[0], 1);
  EXPECT_NEAR(gauss_hermite(2).nodes[1], 1, 1e-15);
  EXPECT_NEAR(gauss_hermite(3).nodes[2], std::sqrt(3.0), 1e-15);
  EXPECT_NEAR(gauss_hermite(3).weights[1], 2.0 / 3, 1e-15);
  EXPECT_NEAR(gauss_hermite(3).weights[2], 1.0 / 6, 1e-15);
}

TEST(GaussHermite, IsExactForPolynomialsAndNotBeyond) {
  for (const int n : {2, 5, 16, 64, 256}) {
    const GaussHermite& rule = gauss_hermite(n);
    ASSERT_EQ(rule.nodes.size(), n);
    EXPECT_TRUE((rule.nodes == -rule.nodes.reverse()).all());
    EXPECT_TRUE((rule.weights > 0).all());
    double moment = 1;
    for (int order = 2; order <= std::min(2 * n - 2, 40); order += 2) {
      moment *= order - 1;
      EXPECT_NEAR((rule.weights * powers(rule.nodes, order)).sum() / moment, 1, 1e-11)
          << n << " points, order " << order;
    }
  }
  EXPECT_GT(std::abs((gauss_hermite(2).weights * powers(gauss_hermite(2).nodes, 4)).sum() - 3), 1);
}

TEST(GaussHermite, OuterWeightsKeepTheirDigits) {
  // The weights of n points are n!/(n^2 h^2), h the polynomial of degree n-1 at the node; the outermost of 64
  // points is known to be about 1e-49, far below what an eigenvector resolves.
  const GaussHermite& rule = gauss_hermite(64);
  EXPECT_GT(rule.weights[0], 1e-50);
  EXPECT_LT(rule.weights[0], 1e-47);
  EXPECT_NEAR(rule.weights[0] / rule.weights[63], 1, 1e-10);
}

TEST(GaussHermite, RefusesOtherSizes) {
  EXPECT_THROW(gauss_hermite(0), std::logic_error);
  EXPECT_THROW(gauss_hermite(257), std::logic_error);
  EXPECT_EQ(&gauss_hermite(8), &gauss_hermite(8));
}

TEST(GaussianExpectation, SmoothFunctions) {
  EXPECT_NEAR(gaussian_expectation([](double x) { return std::cos(x); }, 0.3, 1.5),
              std::cos(0.3) * std::exp(-1.125), 1e-13);
  EXPECT_NEAR(gaussian_expectation([](double x) { return x * x; }, 3, 0), 9, 1e-13);
}

TEST(GaussianExpectation, LeakyReluMomentsAcrossTheKink) {
  const double mu = 0.4, sigma = 1.7, a = 0.2, h = mu / sigma;
  const auto raw = gaussian_raw_moments(mu, sigma, 8);
  double before = cumulative(h), last = mu * before + sigma * density(h);  // M_0, M_1
  for (int n = 1; n <= 8; ++n) {
    const auto f = [&](double x) { return std::pow(x < 0 ? a * x : x, n); };
    const double expected = last + std::pow(a, n) * (raw[static_cast<std::size_t>(n) - 1] - last);
    EXPECT_NEAR(gaussian_expectation(f, mu, sigma, {0.0}) / expected, 1, 1e-13) << "power " << n;
    const double next = mu * last + n * sigma * sigma * before;
    before = last;
    last = next;
  }
}

TEST(GaussianExpectation, KinksAnywhereInAnyOrder) {
  // P(X < 1) - P(X < -2) for a box, with further kinks that are none, twice the same and out of range.
  const auto box = [](double x) { return x > -2 && x < 1 ? 1.0 : 0.0; };
  const double mu = -0.5, sigma = 0.8;
  const double expected = cumulative((1 - mu) / sigma) - cumulative((-2 - mu) / sigma);
  EXPECT_NEAR(gaussian_expectation(box, mu, sigma, {1, -2, 0.3, 0.3, 1000}), expected, 1e-14);
  EXPECT_NEAR(gaussian_expectation([](double) { return 1.0; }, mu, sigma, {}), 1, 1e-14);
  EXPECT_EQ(gaussian_expectation([](double x) { return x * x; }, 3, 0, {3.0}), 9);
}

TEST(GaussLegendre, IsExactForPolynomialsAndNotBeyond) {
  for (const int n : {1, 2, 7, 40}) {
    const QuadratureRule rule = gauss_legendre(n);
    for (int order = 0; order <= 2 * n - 1; ++order)
      EXPECT_NEAR((rule.weights * powers(rule.nodes, order)).sum(), order % 2 == 0 ? 2.0 / (order + 1) : 0,
                  1e-14)
          << n << " points, order " << order;
  }
  EXPECT_GT(std::abs((gauss_legendre(2).weights * powers(gauss_legendre(2).nodes, 4)).sum() - 0.4), 0.1);
  EXPECT_THROW(gauss_legendre(0), std::logic_error);
}

TEST(CompositeRule, IntegratesADensityWithAKink) {
  const std::vector<double> ends{-30, -12, -5, -2, 0, 1, 3, 8, 30};
  const QuadratureRule rule =
      composite_rule(gauss_legendre(20), ends, [](double x) { return std::exp(-std::abs(x)) / 2; });
  EXPECT_NEAR(rule.weights.sum(), 1, 1e-12);
  EXPECT_NEAR((rule.weights * powers(rule.nodes, 6)).sum() / 720, 1, 1e-4);  // cut at 30
  EXPECT_NEAR((rule.weights * rule.nodes.cos()).sum(), 0.5, 1e-12);
}

TEST(GaussRule, OfTheGaussianIsGaussHermite) {
  std::vector<double> ends;
  // The 32nd polynomial has weight out to 20 where its square is multiplied by x.
  for (double end = -20; end <= 20; ++end) ends.push_back(end);
  const QuadratureRule measure = composite_rule(gauss_legendre(16), ends, density);
  for (const int n : {1, 5, 32}) {
    const QuadratureRule rule = gauss_rule(measure, n);
    const GaussHermite& hermite = gauss_hermite(n);
    EXPECT_TRUE(((rule.nodes - hermite.nodes).abs() < 1e-12).all());
    EXPECT_TRUE(((rule.weights / hermite.weights - 1).abs() < 1e-10).all());
  }
  EXPECT_THROW(gauss_rule(gauss_legendre(3), 3), std::logic_error);
}

TEST(GaussRule, OfAnExponentialByHand) {
  // Laguerre: nodes 2 -+ sqrt 2, weights (2 +- sqrt 2)/4.
  std::vector<double> ends;
  for (double end = 0; end <= 60; end += 2) ends.push_back(end);
  const QuadratureRule rule =
      gauss_rule(composite_rule(gauss_legendre(16), ends, [](double x) { return std::exp(-x); }), 2);
  const double root = std::numbers::sqrt2;
  EXPECT_NEAR(rule.nodes[0], 2 - root, 1e-13);
  EXPECT_NEAR(rule.nodes[1], 2 + root, 1e-13);
  EXPECT_NEAR(rule.weights[0], (2 + root) / 4, 1e-14);
  EXPECT_NEAR(rule.weights[1], (2 - root) / 4, 1e-14);
}

TEST(GaussKronrod, BothRulesHaveTheirDegree) {
  const GaussKronrod& rule = gauss_kronrod();
  EXPECT_EQ((rule.gauss_weights > 0).count(), 10);
  for (int order = 0; order <= 31; ++order) {
    const double exact = order % 2 == 0 ? 2.0 / (order + 1) : 0;
    EXPECT_NEAR((rule.weights * powers(rule.nodes, order)).sum(), exact, 1e-15) << "order " << order;
    if (order < 20) {
      EXPECT_NEAR((rule.gauss_weights * powers(rule.nodes, order)).sum(), exact, 1e-15) << "order " << order;
    }
  }
  EXPECT_GT(std::abs((rule.gauss_weights * powers(rule.nodes, 20)).sum() - 2.0 / 21), 1e-7);
}

}  // namespace
}  // namespace rgsweep::math

// Closed forms against integrals over their definitions; the two-variable ones as an adaptive integral over
// one variable of the conditional expectation of the other.
#include "rgsweep/math/gaussian_integrals.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <gtest/gtest.h>

#include "rgsweep/math/quadrature.hpp"

namespace rgsweep::math {
namespace {

const std::vector<double> kHeights{-12, -4, -1.3, -0.2, -1e-9, 0, 1e-9, 0.4, 2.1, 5, 12};
const std::vector<double> kCorrelations{-1,  -1 + 1e-14, -1 + 1e-6, -0.97, -0.6,     -0.1,      -1e-8, 0,
                                        0.1, 0.5,        0.9,       0.999, 1 - 1e-6, 1 - 1e-14, 1};

/// E[g(u)] with steep places at `centre` of width `width`.
double integral(const std::function<double(double)>& g, std::vector<double> ends) {
  ends.insert(ends.end(), {-38, -13, -6, -3, -1, 0, 1, 3, 6, 13, 38});
  std::sort(ends.begin(), ends.end());
  double sum = 0;
  for (std::size_t i = 1; i < ends.size(); ++i) {
    if (ends[i - 1] < -38 || ends[i] > 38 || ends[i] == ends[i - 1]) continue;
    sum += boost::math::quadrature::gauss_kronrod<double, 31>::integrate(
        [&](double u) { return g(u) * normal_pdf(u); }, ends[i - 1], ends[i], 6, 1e-14);
  }
  return sum;
}

/// Where x + rho u has its kink, and around it on the scale of what is left to v.
std::vector<double> steep_ends(double x, double rho, double tau) {
  std::vector<double> ends;
  if (rho != 0)
    for (double scale : {-30., -8., -2., 0., 2., 8., 30.}) ends.push_back((-x + scale * tau) / rho);
  return ends;
}

double reference_cdf(double h, double k, double rho) {
  const double tau = std::sqrt((1 - rho) * (1 + rho));
  std::vector<double> ends = steep_ends(k, -rho, tau);
  ends.push_back(h);
  return integral(
      [&](double u) {
        if (u > h) return 0.0;
        const double x = k - rho * u;
        return tau > 0 ? normal_cdf(x / tau) : (x > 0 ? 1.0 : 0.0);
      },
      ends);
}

double reference_rectified_product(double h, double k, double rho) {
  const double tau = std::sqrt((1 - rho) * (1 + rho));
  std::vector<double> ends = steep_ends(k, rho, tau);
  ends.push_back(-h);
  return integral(
      [&](double u) {
        const double x = k + rho * u;
        const double mean = tau > 0 ? x * normal_cdf(x / tau) + tau * normal_pdf(x / tau) : std::max(x, 0.0);
        return std::max(h + u, 0.0) * mean;
      },
      ends);
}

TEST(NormalCdf, IsTheIntegralOfTheDensity) {
  for (double t : {-8.0, -2.5, -0.3, 0.0, 1.0, 4.0}) {
    const double expected = boost::math::quadrature::gauss_kronrod<double, 61>::integrate(
        normal_pdf, std::min(t - 10, -12.0), t, 10, 1e-15);
    EXPECT_NEAR(normal_cdf(t), expected, 1e-13 * expected) << t;
  }
}

TEST(BivariateNormalCdf, IsTheIntegralOverOneVariableAtEveryCorrelation) {
  for (double h : kHeights)
    for (double k : kHeights)
      for (double rho : kCorrelations)
        EXPECT_NEAR(bivariate_normal_cdf(h, k, rho), reference_cdf(h, k, rho), 1e-13)
            << h << " " << k << " " << rho;
}

TEST(HermitePolynomials, AreOrthogonal) {
  const GaussHermite& rule = gauss_hermite(20);
  for (int j = 0; j <= 9; ++j)
    for (int k = 0; k <= 9; ++k) {
      double sum = 0;
      for (Eigen::Index i = 0; i < rule.nodes.size(); ++i) {
        const Eigen::ArrayXd He = hermite_polynomials(rule.nodes[i], 9);
        sum += rule.weights[i] * He[j] * He[k];
      }
      EXPECT_NEAR(sum / std::tgamma(k + 1.0), j == k ? 1 : 0, 1e-9) << j << k;
    }
  EXPECT_EQ(hermite_polynomials(3, 0).size(), 1);
}

TEST(TailMoments, AreTheIntegrals) {
  for (double eta : {-5.0, -1.0, 0.0, 0.7, 2.0, 6.0}) {
    const Eigen::ArrayXd T = tail_moments(eta, 12);
    for (int j = 0; j <= 12; ++j) {
      const double expected = integral([&](double u) { return u > eta ? std::pow(u, j) : 0.0; }, {eta});
      EXPECT_NEAR(T[j], expected, 1e-13 * std::max(1.0, std::abs(expected))) << eta << " " << j;
    }
  }
}

TEST(RectifiedMoments, AreTheIntegrals) {
  for (double mu : {-4.0, -0.6, 0.0, 0.3, 3.0, 20.0})
    for (double sigma : {0.2, 1.0, 2.5}) {
      const std::vector<double> M = rectified_moments(mu, sigma, 8);
      for (int n = 0; n <= 8; ++n) {
        const double expected = integral(
            [&](double u) { return mu + sigma * u > 0 ? std::pow(mu + sigma * u, n) : 0.0; }, {-mu / sigma});
        const double scale = std::pow(sigma, n) * std::pow(1 + std::abs(mu / sigma), n);
        EXPECT_NEAR(M[static_cast<std::size_t>(n)], expected, 1e-13 * std::max(scale, expected))
            << mu << " " << n;
      }
    }
}

TEST(RectifiedMoments, OfAConstant) {
  EXPECT_EQ(rectified_moments(2, 0, 3), (std::vector<double>{1, 2, 4, 8}));
  EXPECT_EQ(rectified_moments(-2, 0, 3), (std::vector<double>{0, 0, 0, 0}));
  EXPECT_EQ(rectified_moments(0, 0, 2), (std::vector<double>{0, 0, 0}));
}

TEST(RectifiedCovariance, IsTheIntegralAtEveryCorrelation) {
  for (double h : kHeights)
    for (double k : kHeights)
      for (double rho : kCorrelations) {
        const double mean_h = rectified_moments(h, 1, 1)[1], mean_k = rectified_moments(k, 1, 1)[1];
        const double expected = reference_rectified_product(h, k, rho) - mean_h * mean_k;
        const double scale = std::max(1.0, h) * std::max(1.0, k);
        EXPECT_NEAR(rectified_covariance(h, k, rho), expected, 1e-13 * scale) << h << " " << k << " " << rho;
      }
}

TEST(RectifiedCovariance, OfOneVariableWithItself) {
  for (double h : kHeights) {
    const std::vector<double> M = rectified_moments(h, 1, 2);
    EXPECT_NEAR(rectified_covariance(h, h, 1), M[2] - M[1] * M[1], 1e-13 * (1 + h * h)) << h;
  }
}

// The series converges to the closed form, as fast as its terms fall.
TEST(RectifiedCovariance, IsTheSumOfItsSeries) {
  for (double h : {-2.0, -0.3, 0.0, 1.5})
    for (double k : {-1.0, 0.0, 0.8}) {
      for (double rho : {-0.8, -0.3, 0.0, 0.2, 0.8})
        EXPECT_NEAR(rectified_covariance_series(h, k, rho, 200), rectified_covariance(h, k, rho), 1e-15)
            << h << " " << k << " " << rho;
      // At the ends the remainder of N terms is about N^(-3/2).
      for (double rho : {-1.0, 1.0}) {
        const double exact = rectified_covariance(h, k, rho);
        EXPECT_LT(std::abs(rectified_covariance_series(h, k, rho, 100) - exact), 0.2 * std::pow(100, -1.5));
        EXPECT_LT(std::abs(rectified_covariance_series(h, k, rho, 10000) - exact),
                  0.2 * std::pow(10000, -1.5));
      }
    }
  EXPECT_EQ(rectified_covariance_series(1, 1, 0.5, 0), 0);
  EXPECT_NEAR(rectified_covariance_series(1, -1, 0.5, 1), 0.5 * normal_cdf(1) * normal_cdf(-1), 1e-16);
}

}  // namespace
}  // namespace rgsweep::math

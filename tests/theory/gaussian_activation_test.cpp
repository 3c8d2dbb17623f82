// Every expectation against quadrature that shares nothing with it but the activation.
#include "rgsweep/theory/gaussian_activation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <gtest/gtest.h>

#include "rgsweep/math/gaussian_integrals.hpp"
#include "rgsweep/math/moments.hpp"
#include "rgsweep/math/quadrature.hpp"

namespace rgsweep::theory {
namespace {

using nn::Activation;

double phi(const Activation& activation, double z) {
  if (const auto* leaky = std::get_if<nn::LeakyRelu>(&activation)) return z > 0 ? z : leaky->slope * z;
  if (const auto* quadratic = std::get_if<nn::Quadratic>(&activation)) return z + quadratic->alpha * z * z;
  return std::holds_alternative<nn::Tanh>(activation) ? std::tanh(z) : z;
}

const Activation kActivations[] = {nn::Linear{},        nn::LeakyRelu{0}, nn::LeakyRelu{0.3},
                                   nn::LeakyRelu{-0.5}, nn::LeakyRelu{1}, nn::Quadratic{0.4},
                                   nn::Quadratic{-1},   nn::Tanh{}};

/// E[g(t)] for t with the Edgeworth density.
double expectation(const Activation& activation, const Marginal& z, const std::function<double(double)>& g) {
  // Cuts fine enough for tanh of a wide argument too.
  std::vector<double> cuts{-z.mean / z.deviation};
  if (std::holds_alternative<nn::Tanh>(activation))
    for (double x = -20; x <= 20; x += 0.5) cuts.push_back((x - z.mean) / z.deviation);
  return math::gaussian_expectation(
      [&](double t) {
        const double weight = 1 + z.skewness / 6 * math::hermite_polynomials(t, 3)[3] +
                              z.kurtosis / 24 * math::hermite_polynomials(t, 4)[4] +
                              z.skewness * z.skewness / 72 * math::hermite_polynomials(t, 6)[6];
        return weight * g(t);
      },
      0, 1, cuts);
}

Cumulants reference_cumulants(const Activation& activation, const Marginal& z) {
  const auto y = [&](double t) { return phi(activation, z.mean + z.deviation * t); };
  const double mean = expectation(activation, z, y);
  std::array<double, 6> raw;
  for (int n = 1; n <= 6; ++n)
    raw[static_cast<std::size_t>(n - 1)] =
        expectation(activation, z, [&](double t) { return std::pow(y(t) - mean, n); });
  const std::vector<double> kappa = math::cumulants_from_raw_moments(raw);
  Cumulants result;
  std::copy(kappa.begin(), kappa.end(), result.begin());
  result[0] += mean;
  return result;
}

TEST(ActivatedCumulants, AreTheIntegralsOverTheEdgeworthDensity) {
  for (const Activation& activation : kActivations)
    for (double mean : {-30.0, -3.0, -0.5, 0.0, 1e-8, 0.7, 2.0, 8.0, 40.0})
      for (double deviation : {0.1, 1.0, 2.0})
        for (const auto& [skewness, kurtosis] : {std::pair{0.0, 0.0}, {0.5, 0.0}, {0.0, 1.0}, {-1.4, 3.0}}) {
          const Marginal z{mean, deviation, skewness, kurtosis};
          const Cumulants actual = activated_cumulants(activation, z);
          const Cumulants expected = reference_cumulants(activation, z);
          const double tolerance = std::holds_alternative<nn::Tanh>(activation) ? 1e-11 : 1e-12;
          // The scale of phi(z) - E phi(z).
          double size = deviation;
          if (const auto* quadratic = std::get_if<nn::Quadratic>(&activation))
            size *= 1 + 2 * std::abs(quadratic->alpha) * (std::abs(mean) + deviation);
          for (std::size_t n = 0; n < 6; ++n) {
            const double scale = n == 0 ? std::max(std::abs(expected[0]), size)
                                        : 100 * std::pow(size, static_cast<double>(n + 1));
            EXPECT_NEAR(actual[n], expected[n], tolerance * scale)
                << activation.index() << " order " << n + 1 << ": " << mean << " " << deviation << " "
                << skewness;
          }
        }
}

TEST(ActivatedCumulants, OfAConstant) {
  for (const Activation& activation : kActivations)
    for (double mean : {-1.0, 0.0, 2.0}) {
      const Cumulants kappa = activated_cumulants(activation, {mean, 0});
      EXPECT_NEAR(kappa[0], phi(activation, mean), 1e-15);
      for (std::size_t n = 1; n < 6; ++n) EXPECT_EQ(kappa[n], 0);
    }
}

// kappa_n = 2^(n-1) (n-1)! alpha^n s^(2n) + 2^(n-3) n! alpha^(n-2) s^(2n-2) g^2.
TEST(ActivatedCumulants, OfOneQuadraticUnit) {
  for (double alpha : {0.3, -1.2})
    for (double m : {0.0, 0.8, -5.0})
      for (double s : {0.5, 1.7}) {
        const double g = 1 + 2 * alpha * m;
        const Cumulants kappa = activated_cumulants(nn::Quadratic{alpha}, {m, s});
        EXPECT_NEAR(kappa[0], m + alpha * (m * m + s * s), 1e-12 * (1 + m * m));
        for (int n = 2; n <= 6; ++n) {
          const double expected =
              std::pow(2, n - 1) * std::tgamma(n) * std::pow(alpha, n) * std::pow(s, 2 * n) +
              std::pow(2, n - 3) * std::tgamma(n + 1) * std::pow(alpha, n - 2) * std::pow(s, 2 * n - 2) * g *
                  g;
          EXPECT_NEAR(kappa[static_cast<std::size_t>(n - 1)], expected,
                      1e-11 * std::pow(1 + std::abs(g), 2) * std::max(1.0, std::abs(expected)))
              << n << " " << alpha << " " << m;
        }
      }
}

// E[phi^n] = M_n + a^n (m_n - M_n), m_n the raw moments of z.
TEST(ActivatedCumulants, OfLeakyReluAreThoseOfItsRectifiedMoments) {
  for (double a : {0.0, 0.2, 0.9})
    for (double mu : {-1.0, 0.0, 0.6})
      for (double sigma : {0.5, 1.3}) {
        const std::vector<double> M = math::rectified_moments(mu, sigma, 6);
        const std::vector<double> m = math::gaussian_raw_moments(mu, sigma, 6);
        std::vector<double> raw;
        for (std::size_t n = 1; n <= 6; ++n)
          raw.push_back(M[n] + std::pow(a, static_cast<double>(n)) * (m[n - 1] - M[n]));
        const std::vector<double> expected = math::cumulants_from_raw_moments(raw);
        const Cumulants actual = activated_cumulants(nn::LeakyRelu{a}, {mu, sigma});
        for (std::size_t n = 0; n < 6; ++n) EXPECT_NEAR(actual[n], expected[n], 1e-11) << a << " " << mu;
      }
}

TEST(HermiteCoefficients, AreTheIntegrals) {
  for (const Activation& activation : kActivations)
    for (double mean : {-1.5, 0.0, 0.4})
      for (double deviation : {0.6, 2.0}) {
        const Marginal z{mean, deviation};
        const Eigen::ArrayXXd c = hermite_coefficients(activation, mean, deviation, 0.2, 3, 12);
        for (int p = 1; p <= 3; ++p)
          for (int d = 0; d <= 12; ++d) {
            const double expected = expectation(activation, z, [&](double t) {
              return std::pow(phi(activation, mean + deviation * t) - 0.2, p) *
                     math::hermite_polynomials(t, d)[d] / std::sqrt(std::tgamma(d + 1));
            });
            EXPECT_NEAR(c(p - 1, d), expected, 1e-11 * (1 + std::pow(deviation, 2 * p)))
                << activation.index() << " " << p << " " << d;
          }
      }
}

// Their squares add up: for functions with a kink slowly, as d^(-5/2), so that the rest is about d^(-3/2).
TEST(HermiteCoefficients, SatisfyParseval) {
  for (const Activation& activation : kActivations) {
    const bool kink = std::holds_alternative<nn::LeakyRelu>(activation);
    const Eigen::ArrayXXd c = hermite_coefficients(activation, 0.3, 0.8, 0.1, 3, kink ? 2000 : 48);
    EXPECT_NEAR(c.row(0).square().sum(), c(1, 0), kink ? 1e-6 : 1e-10) << activation.index();
    EXPECT_NEAR((c.row(0) * c.row(1)).sum(), c(2, 0), kink ? 1e-6 : 1e-10) << activation.index();
  }
}

// For leaky ReLU: c_d = (1-a) s pdf(h) He_{d-2}(-h) / sqrt(d!), d >= 2.
TEST(HermiteCoefficients, OfLeakyReluAreHermitePolynomialsTimesADensity) {
  const double a = 0.3, m = 0.4, s = 1.2, h = m / s;
  const Eigen::ArrayXXd c = hermite_coefficients(nn::LeakyRelu{a}, m, s, 0, 1, 20);
  EXPECT_NEAR(c(0, 1), s * (a + (1 - a) * math::normal_cdf(h)), 1e-14);
  for (int d = 2; d <= 20; ++d)
    EXPECT_NEAR(c(0, d),
                (1 - a) * s * math::normal_pdf(h) * math::hermite_polynomials(-h, d - 2)[d - 2] /
                    std::sqrt(std::tgamma(d + 1)),
                1e-14);
}

/// Cov(phi(z_0), phi(z_1)): adaptive in one variable, between kinks in the other.
double reference_covariance(const Activation& activation, const Eigen::Vector2d& m, const Eigen::Vector2d& s,
                            double rho) {
  const double tau = std::sqrt((1 - rho) * (1 + rho));
  const double mean_0 =
      expectation(activation, {m[0], s[0]}, [&](double t) { return phi(activation, m[0] + s[0] * t); });
  std::vector<double> ends{-13, -6, -3, -1, 0, 1, 3, 6, 13, -m[0] / s[0]};
  if (rho != 0)
    for (double width : {-30., -8., -2., 0., 2., 8., 30.}) ends.push_back((-m[1] / s[1] + width * tau) / rho);
  std::sort(ends.begin(), ends.end());
  const auto inner = [&](double u) {
    return math::gaussian_expectation([&](double z) { return phi(activation, z); }, m[1] + s[1] * rho * u,
                                      s[1] * tau, {0.0});
  };
  double sum = 0;
  for (std::size_t i = 1; i < ends.size(); ++i)
    if (ends[i - 1] >= -13 && ends[i] <= 13 && ends[i] > ends[i - 1])
      sum += boost::math::quadrature::gauss_kronrod<double, 21>::integrate(
          [&](double u) {
            return (phi(activation, m[0] + s[0] * u) - mean_0) * inner(u) * math::normal_pdf(u);
          },
          ends[i - 1], ends[i], 4, 1e-14);
  return sum;
}

TEST(ActivatedCovariance, IsTheIntegralAtEveryCorrelation) {
  for (const Activation& activation : kActivations)
    for (const auto& [m0, m1] : {std::pair{0.0, 0.0}, {-0.7, 0.4}, {1.5, 1.5}, {3.0, -2.0}})
      for (double rho : {-1.0, -0.99, -0.5, 0.0, 0.2, 0.7, 0.999, 1.0}) {
        const Eigen::Vector2d mean(m0, m1), s(1.2, 0.7);
        Eigen::Matrix2d S;
        S << s[0] * s[0], rho * s[0] * s[1], rho * s[0] * s[1], s[1] * s[1];
        const Eigen::MatrixXd actual = activated_covariance(activation, mean, S);
        EXPECT_NEAR(actual(0, 1), reference_covariance(activation, mean, s, rho),
                    (std::holds_alternative<nn::Tanh>(activation) ? 1e-10 : 2e-12) * (1 + mean.squaredNorm()))
            << activation.index() << ": " << m0 << " " << m1 << " " << rho;
        EXPECT_EQ(actual(0, 1), actual(1, 0));
        for (Eigen::Index i = 0; i < 2; ++i)
          EXPECT_NEAR(actual(i, i), activated_cumulants(activation, {mean[i], s[i]})[1],
                      1e-12 * (1 + mean.squaredNorm()));
      }
}

// At means far from the kink phi is linear there: no digit of the covariance is lost to the square of the
// mean.
TEST(ActivatedCovariance, OfLeakyReluFarFromItsKink) {
  const double a = 0.3;
  Eigen::Matrix3d S;
  S << 1, 0.4, -0.2, 0.4, 1.5, 0.6, -0.2, 0.6, 0.8;
  const Eigen::MatrixXd actual = activated_covariance(nn::LeakyRelu{a}, Eigen::Vector3d(1e6, -1e6, 1e3), S);
  const Eigen::Vector3d d(1, a, 1);
  EXPECT_LT((actual - d.asDiagonal() * S * d.asDiagonal()).cwiseAbs().maxCoeff(), 1e-14);
}

TEST(ActivatedCovariance, OfConstantsIsZero) {
  Eigen::Matrix3d S = Eigen::Matrix3d::Zero();
  S(0, 0) = 2;
  for (const Activation& activation : kActivations)
    for (double mean : {-1.0, 0.0, 1.0}) {
      const Eigen::MatrixXd actual = activated_covariance(activation, Eigen::Vector3d(0.3, mean, 0), S);
      EXPECT_NEAR(actual(0, 0), activated_cumulants(activation, {0.3, std::sqrt(2)})[1], 1e-12);
      EXPECT_LT((actual.cwiseAbs().sum() - actual(0, 0)), 1e-14) << activation.index();
    }
}

TEST(ActivatedCovariance, OfLeakyReluIsTheSumOfItsSeries) {
  const double a = 0.2;
  const Eigen::Vector2d m(0.5, -0.8), s(1.1, 0.6);
  for (double rho : {-0.7, -0.2, 0.3, 0.8}) {
    const Eigen::ArrayXd h = m.array() / s.array();
    double series = 0;
    // S d d + (1-a)^2 s s pdf pdf sum_k rho^k / (k (k-1)) H_{k-2}(h) H_{k-2}(h'), H_k = He_k / sqrt(k!)
    const auto d = [&](int i) { return a + (1 - a) * math::normal_cdf(h[i]); };
    series += rho * s[0] * s[1] * d(0) * d(1);
    const Eigen::ArrayXd He0 = math::hermite_polynomials(h[0], 120),
                         He1 = math::hermite_polynomials(h[1], 120);
    for (int k = 2; k <= 120; ++k)
      series += (1 - a) * (1 - a) * s[0] * s[1] * math::normal_pdf(h[0]) * math::normal_pdf(h[1]) *
                std::pow(rho, k) / (k * (k - 1.0)) * He0[k - 2] * He1[k - 2] / std::tgamma(k - 1.0);
    Eigen::Matrix2d S;
    S << s[0] * s[0], rho * s[0] * s[1], rho * s[0] * s[1], s[1] * s[1];
    EXPECT_NEAR(activated_covariance(nn::LeakyRelu{a}, m, S)(0, 1), series, 1e-14) << rho;
  }
}

}  // namespace
}  // namespace rgsweep::theory

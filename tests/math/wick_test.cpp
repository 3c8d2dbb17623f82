// The expansion against cumulants that are known: of exponentials and quadratics of Gaussian variables, where
// every expectation is elementary, and of leaky ReLUs of a plane Gaussian, integrated over the angle.
#include "rgsweep/math/wick.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <stdexcept>

#include <gtest/gtest.h>

#include "partitions.hpp"
#include "rgsweep/math/gaussian_integrals.hpp"

namespace rgsweep::math {
namespace {

using Positions = std::vector<std::size_t>;

/// The cumulant of variables whose moment over each subset is given.
double cumulant_of(std::size_t order, const std::function<double(const Positions&)>& moment) {
  double sum = 0;
  for_each_partition(order, [&](const Partition& blocks) {
    double product = static_cast<double>(moebius(blocks.size()));
    for (const Positions& block : blocks) product *= moment(block);
    sum += product;
  });
  return sum;
}

Eigen::MatrixXd correlations(std::initializer_list<double> upper, int n) {
  Eigen::MatrixXd R = Eigen::MatrixXd::Identity(n, n);
  auto value = upper.begin();
  for (int j = 1; j < n; ++j)
    for (int i = 0; i < j; ++i) R(i, j) = R(j, i) = *value++;
  return R;
}

const std::vector<double> kRates{0.7, -0.4, 0.5, 0.3, -0.6};
const Eigen::MatrixXd kCorrelation = correlations({0.5, -0.3, 0.4, 0.1, -0.2, 0.6, 0.2, 0.3, -0.1, -0.5}, 5);

/// exp(l t): E[exp(l t) He_d(t)] = l^d exp(l^2 / 2).
Eigen::ArrayXd exponential_coefficients(double rate, int degree) {
  Eigen::ArrayXd c(degree + 1);
  for (int d = 0; d <= degree; ++d) c[d] = std::pow(rate, d) * std::exp(rate * rate / 2);
  return c;
}

double exponential_moment(const Positions& block) {
  double exponent = 0;
  for (std::size_t i : block)
    for (std::size_t j : block)
      exponent += kRates[i] * kRates[j] * kCorrelation(static_cast<int>(i), static_cast<int>(j)) / 2;
  return std::exp(exponent);
}

TEST(Wick, ExponentialsAtEveryOrder) {
  for (std::size_t order = 1; order <= 5; ++order) {
    const int edges = order == 5 ? 10 : 16;
    std::vector<Eigen::ArrayXd> c;
    for (std::size_t i = 0; i < order; ++i) c.push_back(exponential_coefficients(kRates[i], edges));
    const double exact = cumulant_of(order, exponential_moment);
    const WickSum sum = wick_joint_cumulant(c, kCorrelation, edges);
    EXPECT_NEAR(sum.value(), exact, order == 5 ? 1e-7 : 1e-12) << order;
    EXPECT_LE(std::abs(sum.value() - exact), sum.remainder() + 1e-14) << order;
  }
}

// The remainder that is reported is about the error that is made.
TEST(Wick, TheRemainderFallsWithTheEdges) {
  std::vector<Eigen::ArrayXd> c;
  for (std::size_t i = 0; i < 4; ++i) c.push_back(exponential_coefficients(kRates[i], 10));
  const double exact = cumulant_of(4, exponential_moment);
  double last = 1;
  for (int edges = 4; edges <= 10; ++edges) {
    const WickSum sum = wick_joint_cumulant(c, kCorrelation, edges);
    EXPECT_LT(std::abs(sum.value() - exact), sum.remainder()) << edges;
    EXPECT_LT(sum.remainder(), last) << edges;
    last = sum.remainder();
  }
  EXPECT_LT(last, 1e-3 * std::abs(exact));
}

/// z + alpha z^2 with z = m + s t.
Eigen::ArrayXd quadratic_coefficients(double m, double s, double alpha, int degree) {
  Eigen::ArrayXd c = Eigen::ArrayXd::Zero(std::max(degree, 2) + 1);
  c[0] = m + alpha * (m * m + s * s);
  c[1] = s * (1 + 2 * alpha * m);
  c[2] = 2 * alpha * s * s;
  return c;
}

TEST(Wick, ThirdCumulantOfQuadratics) {
  const double alpha = 0.4;
  const Eigen::Vector3d m(0.3, -0.5, 0.2), s(1.2, 0.7, 0.9);
  const Eigen::MatrixXd R = kCorrelation.topLeftCorner(3, 3);
  std::vector<Eigen::ArrayXd> c;
  for (int i = 0; i < 3; ++i) c.push_back(quadratic_coefficients(m[i], s[i], alpha, 5));
  const auto S = [&](int i, int j) { return R(i, j) * s[i] * s[j]; };
  const auto g = [&](int i) { return 1 + 2 * alpha * m[i]; };
  const double exact = 2 * alpha *
                           (g(0) * g(1) * S(0, 2) * S(1, 2) + g(0) * g(2) * S(0, 1) * S(2, 1) +
                            g(1) * g(2) * S(1, 0) * S(2, 0)) +
                       8 * alpha * alpha * alpha * S(0, 1) * S(1, 2) * S(0, 2);
  EXPECT_NEAR(wick_joint_cumulant(c, R, 3).value(), exact, 1e-14);
  EXPECT_NEAR(wick_joint_cumulant(c, R, 5).value(), exact, 1e-14);
}

// kappa_n = 2^(n-1) (n-1)! alpha^n s^(2n) + 2^(n-3) n! alpha^(n-2) s^(2n-2) g^2: rings and chains, which n
// edges exhaust.
TEST(Wick, OneQuadraticUnitWithItself) {
  const double alpha = 0.4, m = -0.3, s = 1.3, g = 1 + 2 * alpha * m;
  for (int n = 2; n <= 6; ++n) {
    const std::vector<Eigen::ArrayXd> c(static_cast<std::size_t>(n), quadratic_coefficients(m, s, alpha, n));
    const double exact =
        std::pow(2, n - 1) * std::tgamma(n) * std::pow(alpha, n) * std::pow(s, 2 * n) +
        std::pow(2, n - 3) * std::tgamma(n + 1) * std::pow(alpha, n - 2) * std::pow(s, 2 * n - 2) * g * g;
    EXPECT_NEAR(wick_joint_cumulant(c, Eigen::MatrixXd::Ones(n, n), n).value(), exact, 1e-12 * exact) << n;
  }
}

/// Leaky ReLUs of a_i.xi for a plane Gaussian xi, |a_i| = 1: the moment over the angle, times that of r.
double plane_moment(const std::vector<double>& angles, double slope, const Positions& block) {
  const int points = 20000;
  double sum = 0;
  for (int p = 0; p < points; ++p) {
    double product = 1;
    for (std::size_t i : block) {
      const double z = std::cos((p + 0.5) * 2 * std::numbers::pi / points - angles[i]);
      product *= z > 0 ? z : slope * z;
    }
    sum += product / points;
  }
  const double order = static_cast<double>(block.size());
  return sum * std::pow(2, order / 2) * std::tgamma(1 + order / 2);
}

/// c_0 .. of leaky ReLU at mean 0, deviation 1.
Eigen::ArrayXd leaky_coefficients(double slope, int degree) {
  const Eigen::ArrayXd He = hermite_polynomials(0, degree);
  Eigen::ArrayXd c(degree + 1);
  c[0] = (1 - slope) * normal_pdf(0);
  c[1] = (1 + slope) / 2;
  for (int d = 2; d <= degree; ++d) c[d] = (1 - slope) * normal_pdf(0) * He[d - 2];
  return c;
}

TEST(Wick, LeakyReluOfModeratelyCorrelatedVariables) {
  const std::vector<double> angles{0, 1.2, 2.5};  // correlations 0.36, 0.27, -0.80
  for (double slope : {0.0, 0.3}) {
    Eigen::MatrixXd R(3, 3);
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j)
        R(i, j) = std::cos(angles[static_cast<std::size_t>(i)] - angles[static_cast<std::size_t>(j)]);
    const double exact =
        cumulant_of(3, [&](const Positions& block) { return plane_moment(angles, slope, block); });
    double last = 1;
    for (int edges : {3, 4, 6, 8, 10}) {
      const std::vector<Eigen::ArrayXd> c(3, leaky_coefficients(slope, edges));
      const WickSum sum = wick_joint_cumulant(c, R, edges);
      const double error = std::abs(sum.value() - exact);
      EXPECT_LT(error, 1.5 * sum.remainder()) << slope << " " << edges;
      EXPECT_LT(error, last) << slope << " " << edges;
      last = error;
    }
    EXPECT_LT(last, 5e-3 * std::abs(exact)) << slope;
  }
}

// z with joint cumulants eps K3 and eps^2 K4, to order eps^2: the derivatives of the cumulants of
// exponentials, whose log moments are sums of cumulants.
TEST(Wick, HyperedgesAreTheEdgeworthExpansion) {
  for (int order = 1; order <= 4; ++order) {
    const int edges = order == 4 ? 12 : 16;
    const WickExpansion expansion(order, edges, true);
    std::vector<double> cumulants;
    for (std::size_t h = 0; h < expansion.hyperedges().size(); ++h)
      cumulants.push_back(std::sin(1.0 + static_cast<double>(h)));
    const auto log_shift = [&](const Positions& block, double eps) {
      double sum = 0;
      for (std::size_t h = 0; h < cumulants.size(); ++h) {
        const std::vector<int>& ends = expansion.hyperedges()[h];
        double term = cumulants[h] * (ends.size() == 3 ? eps : eps * eps);
        for (int vertex : ends) {
          const auto i = static_cast<std::size_t>(vertex);
          term *= std::find(block.begin(), block.end(), i) == block.end() ? 0 : kRates[i];
        }
        for (int vertex = 0; vertex < order; ++vertex)
          term /= std::tgamma(1.0 + static_cast<double>(std::count(ends.begin(), ends.end(), vertex)));
        sum += term;
      }
      return sum;
    };
    const auto exact = [&](double eps) {
      return cumulant_of(static_cast<std::size_t>(order), [&](const Positions& block) {
        return exponential_moment(block) * std::exp(log_shift(block, eps));
      });
    };
    std::vector<Eigen::ArrayXd> c;
    std::vector<const double*> pointers;
    for (std::size_t i = 0; i < static_cast<std::size_t>(order); ++i)
      c.push_back(exponential_coefficients(kRates[i], expansion.max_degree()));
    for (const Eigen::ArrayXd& each : c) pointers.push_back(each.data());
    std::vector<double> rho;
    for (const auto& [i, j] : expansion.pairs()) rho.push_back(kCorrelation(i, j));
    const auto wick = [&](double eps) {
      std::vector<double> scaled = cumulants;
      for (std::size_t h = 0; h < scaled.size(); ++h)
        scaled[h] *= expansion.hyperedges()[h].size() == 3 ? eps : eps * eps;
      WickSum sum{Eigen::ArrayXd::Zero(edges + 1)};
      expansion.add(pointers, rho, scaled, sum.by_edges.data());
      return sum.value();
    };
    const auto first = [](const auto& f, double step) {
      return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
    };
    const auto second = [](const auto& f, double step) {
      return (16 * (f(step) + f(-step)) - (f(2 * step) + f(-2 * step)) - 30 * f(0)) / (12 * step * step);
    };
    EXPECT_NEAR(first(wick, 1e-2), first(exact, 1e-2), 1e-6) << order;
    EXPECT_NEAR(second(wick, 1e-2), second(exact, 1e-2), 1e-5) << order;
    EXPECT_GT(std::abs(second(exact, 1e-2)), 1e-2) << order;
  }
}

TEST(Wick, RefusesWhatDoesNotFit) {
  EXPECT_THROW(WickExpansion(0, 3), std::logic_error);
  EXPECT_THROW(WickExpansion(7, 3), std::logic_error);
  EXPECT_THROW(WickExpansion(2, -1), std::logic_error);
  EXPECT_THROW(wick_joint_cumulant(std::vector<Eigen::ArrayXd>(2, Eigen::ArrayXd::Zero(3)),
                                   Eigen::MatrixXd::Identity(2, 2), 3),
               std::logic_error);
  EXPECT_EQ(WickExpansion(3, 2).graphs(), 3U);   // the paths
  EXPECT_EQ(WickExpansion(4, 3).graphs(), 16U);  // the trees
}

}  // namespace
}  // namespace rgsweep::math

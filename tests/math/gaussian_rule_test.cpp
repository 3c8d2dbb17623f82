// The rules against moments that are known: of polynomials, and of sums of rectified variables, whose second
// moments have a closed form for every pair of lines.
#include "rgsweep/math/gaussian_rule.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "rgsweep/core/rng.hpp"
#include "rgsweep/math/gaussian_integrals.hpp"

namespace rgsweep::math {
namespace {

Eigen::MatrixXd random_matrix(Eigen::Index rows, Eigen::Index cols, std::uint64_t key) {
  Stream stream(key, Purpose::observable, 0);
  Eigen::MatrixXd result(rows, cols);
  for (double& entry : result.reshaped()) entry = stream.normal();
  return result;
}

double gaussian_moment(int n) {
  return n % 2 == 1 ? 0 : std::pow(2, n / 2.0) * std::tgamma((n + 1) / 2.0) / std::tgamma(0.5);
}

void expect_polynomials(const GaussianRule& rule, int degree, double tolerance) {
  const Eigen::Index d = rule.nodes.cols();
  for (int p = 0; p <= degree; ++p)
    for (int q = 0; q <= (d == 2 ? degree - p : 0); ++q) {
      double sum = 0;
      for (Eigen::Index i = 0; i < rule.weights.size(); ++i)
        sum += rule.weights[i] * (d > 0 ? std::pow(rule.nodes(i, 0), p) : 1) *
               (d > 1 ? std::pow(rule.nodes(i, 1), q) : 1);
      const double expected = d == 0 ? 1 : gaussian_moment(p) * gaussian_moment(q);
      EXPECT_NEAR(sum, expected, tolerance * std::sqrt(gaussian_moment(2 * p) * gaussian_moment(2 * q)))
          << d << " " << p << " " << q;
    }
}

TEST(SmoothGaussianRule, IntegratesPolynomials) {
  for (Eigen::Index dimensions : {0, 1, 2})
    expect_polynomials(smooth_gaussian_rule(dimensions, 16), 10, 1e-13);
  EXPECT_THROW(smooth_gaussian_rule(3, 16), std::logic_error);
}

TEST(AnalyticGaussianRule, IntegratesFunctionsThatAreAnalyticInItsStrip) {
  for (Eigen::Index dimensions : {1, 2})
    expect_polynomials(analytic_gaussian_rule(dimensions, 2, 0.05), 10, 1e-13);
  // E[exp(i k t)] = exp(-k^2 / 2), and of the Lorentzian 1 / (1 + t^2 / y^2), whose poles are at +-iy:
  // y sqrt(pi/2) exp(y^2/2) erfc(y / sqrt(2)).
  for (double y : {0.3, 1.0, 2.5}) {
    const GaussianRule line = analytic_gaussian_rule(1, y, 0.001),
                       plane = analytic_gaussian_rule(2, y, 0.001);
    const double expected =
        y * std::sqrt(std::acos(-1.0) / 2) * std::exp(y * y / 2) * std::erfc(y / std::sqrt(2.0));
    EXPECT_NEAR((line.weights / (1 + (line.nodes.col(0).array() / y).square())).sum(), expected, 1e-13) << y;
    EXPECT_NEAR((line.weights * (3 * line.nodes.col(0).array()).cos()).sum(), std::exp(-4.5), 1e-13) << y;
    // Along any direction of the plane.
    const Eigen::ArrayXd t = (plane.nodes * Eigen::Vector2d(0.6, -0.8)).array();
    EXPECT_NEAR((plane.weights / (1 + (t / y).square())).sum(), expected, 1e-13) << y;
  }
  EXPECT_EQ(analytic_gaussian_rule(1, 1e-9, 0.3).weights.size(), 2 * 43 + 1);
  EXPECT_THROW(analytic_gaussian_rule(3, 1, 0.1), std::logic_error);
  EXPECT_THROW(analytic_gaussian_rule(2, 0, 0.1), std::logic_error);
  EXPECT_THROW(analytic_gaussian_rule(2, 1, 0.5), std::logic_error);
}

// E over the angle of a piecewise trigonometric polynomial: |cos|^n between the line where it vanishes.
TEST(DirectionRule, IntegratesBetweenTheLines) {
  Eigen::MatrixXd normals = random_matrix(7, 2, 4);
  normals.row(5).setZero();
  normals.row(6) = -normals.row(2);
  const GaussianRule rule = direction_rule(normals);
  const Eigen::Index half = rule.weights.size() / 2;
  EXPECT_NEAR(rule.weights.sum(), 1, 1e-14);
  EXPECT_LT((rule.nodes.rowwise().squaredNorm().array() - 1).abs().maxCoeff(), 1e-15);
  EXPECT_EQ(rule.nodes.topRows(half), -rule.nodes.bottomRows(half));
  for (Eigen::Index line : {0, 1, 2, 3, 4})
    for (int n : {1, 3, 7, 11}) {
      const Eigen::ArrayXd along =
          (rule.nodes * normals.row(line).transpose()).array() / normals.row(line).norm();
      // E|cos|^n = Gamma((n+1)/2) / (sqrt(pi) Gamma(n/2 + 1)).
      const double expected =
          std::tgamma((n + 1) / 2.0) / (std::sqrt(std::acos(-1.0)) * std::tgamma(n / 2.0 + 1));
      EXPECT_NEAR((rule.weights * along.unaryExpr([n](double x) { return std::pow(std::abs(x), n); })).sum(),
                  expected, 1e-13)
          << n;
    }
  EXPECT_NEAR(direction_rule(Eigen::MatrixXd(0, 2)).weights.sum(), 1, 1e-14);
}

TEST(PiecewiseGaussianRule, IntegratesPolynomialsWhateverTheLines) {
  expect_polynomials(piecewise_gaussian_rule(Eigen::MatrixXd(5, 0), Eigen::VectorXd::Zero(5)), 10, 1e-13);
  for (Eigen::Index lines : {0, 1, 7})
    for (double offset : {0.0, 0.8}) {
      const Eigen::VectorXd offsets = offset * random_matrix(lines, 1, 1);
      expect_polynomials(piecewise_gaussian_rule(random_matrix(lines, 1, 2), offsets), 10, 1e-13);
      expect_polynomials(piecewise_gaussian_rule(random_matrix(lines, 2, 3), offsets), 10, 1e-12);
    }
}

/// E[(sum_i v_i max(a_i.xi + c_i, 0))^2], by the rule and by the closed form.
std::pair<double, double> second_moment(const Eigen::MatrixXd& a, const Eigen::VectorXd& c,
                                        const Eigen::VectorXd& v) {
  const GaussianRule rule = piecewise_gaussian_rule(a, c);
  const Eigen::MatrixXd z = (rule.nodes * a.transpose()).rowwise() + c.transpose();
  const Eigen::ArrayXd f = (z.cwiseMax(0) * v).array();
  double exact = 0;
  for (Eigen::Index i = 0; i < a.rows(); ++i)
    for (Eigen::Index j = 0; j < a.rows(); ++j) {
      const double si = a.row(i).norm(), sj = a.row(j).norm();
      const double rho = i == j ? 1 : std::clamp(a.row(i).dot(a.row(j)) / (si * sj), -1.0, 1.0);
      exact += v[i] * v[j] *
               (si * sj * rectified_covariance(c[i] / si, c[j] / sj, rho) +
                rectified_moments(c[i], si, 1)[1] * rectified_moments(c[j], sj, 1)[1]);
    }
  return {(rule.weights * f * f).sum(), exact};
}

TEST(PiecewiseGaussianRule, IntegratesBetweenLinesThroughTheOriginToRounding) {
  for (Eigen::Index lines : {1, 2, 5, 32})
    for (Eigen::Index dimensions : {1, 2}) {
      const auto [rule, exact] = second_moment(random_matrix(lines, dimensions, 5),
                                               Eigen::VectorXd::Zero(lines), random_matrix(lines, 1, 6));
      EXPECT_NEAR(rule, exact, 1e-13 * std::max(1.0, exact)) << lines << " " << dimensions;
    }
  // Parallel and opposite lines, and unused units.
  const Eigen::MatrixXd a = (Eigen::MatrixXd(4, 2) << 1, 2, -1, -2, 0.5, 1, 3, -1).finished();
  const auto [rule, exact] = second_moment(a, Eigen::VectorXd::Zero(4), Eigen::Vector4d(1, -2, 0.3, 1));
  EXPECT_NEAR(rule, exact, 1e-13 * exact);
}

TEST(PiecewiseGaussianRule, IntegratesBetweenAnyPointsToRounding) {
  for (Eigen::Index kinks : {1, 2, 5, 32}) {
    const auto [rule, exact] =
        second_moment(random_matrix(kinks, 1, 5), random_matrix(kinks, 1, 7), random_matrix(kinks, 1, 6));
    EXPECT_NEAR(rule, exact, 1e-12 * std::max(1.0, exact)) << kinks;
  }
}

// Many lines cross at too many places to cut the strips there: a small error is left.
TEST(PiecewiseGaussianRule, IntegratesBetweenAnyLines) {
  for (Eigen::Index lines : {1, 2, 5, 32})
    for (std::uint64_t draw = 0; draw < 3; ++draw) {
      const auto [rule, exact] =
          second_moment(random_matrix(lines, 2, 10 + draw), random_matrix(lines, 1, 20 + draw),
                        random_matrix(lines, 1, 30 + draw));
      EXPECT_NEAR(rule, exact, (lines <= 5 ? 1e-12 : 2e-6) * std::max(1.0, exact)) << lines;
    }
}

TEST(PiecewiseGaussianRule, TakesSectorsOrPanelsOfItsOwnForManyLines) {
  const Eigen::Index lines = 400;
  for (double offset : {0.0, 1.0}) {
    const Eigen::VectorXd offsets = offset * random_matrix(lines, 1, 7);
    const auto [rule, exact] = second_moment(random_matrix(lines, 2, 5), offsets, random_matrix(lines, 1, 6));
    EXPECT_NEAR(rule, exact, 1e-4 * exact) << offset;
  }
}

TEST(PiecewiseGaussianRule, RefusesWhatDoesNotFit) {
  EXPECT_THROW(piecewise_gaussian_rule(Eigen::MatrixXd(1, 3), Eigen::VectorXd(1)), std::logic_error);
  EXPECT_THROW(piecewise_gaussian_rule(Eigen::MatrixXd(1, 2), Eigen::VectorXd(2)), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::math

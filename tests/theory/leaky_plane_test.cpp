// Sums of leaky_relu units with biases: the exact integrals against the rule of points.
#include "leaky_plane.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "closed_layers.hpp"
#include "closures.hpp"
#include "shadow_moments.hpp"

namespace rgsweep::theory {
namespace {

using math::JointCumulants;
using nn::random_matrix;

JointCumulants skewed() {
  return JointCumulants::independent(Univariate{{0, 1, 0.8, 1.1}, {0, 1, -0.3, 0.7}}, 4)
      .affine((Eigen::Matrix2d() << 0.6, 0.8, -0.8, 0.6).finished(), Eigen::Vector2d::Zero());
}

void expect_points(const Eigen::VectorXd& mean, const Eigen::MatrixXd& L, const JointCumulants& xi,
                   double slope, const std::vector<int>& groups, double tolerance, const std::string& what) {
  const PlanarLayer layer(mean, L, xi, nn::LeakyRelu{slope}, {.groups = groups});
  const Eigen::MatrixXd V = random_matrix(3, mean.size(), 8);
  const Eigen::Vector3d c(0.3, 0, -1);
  const Eigen::ArrayXXd exact = layer.linear_forms(V, c).value;
  const Eigen::ArrayXXd points = layer.linear_forms_by_points(V, c).value;
  for (Eigen::Index form = 0; form < 3; ++form)
    for (Eigen::Index n = 0; n < 6; ++n)
      EXPECT_NEAR(exact(form, n), points(form, n),
                  tolerance * (1 + 10 * std::pow(points(form, 1), static_cast<double>(n + 1) / 2) +
                               std::abs(points(form, n))))
          << what << " form " << form << " order " << n + 1;
}

TEST(LeakyPlane, GivesWhatPointsGive) {
  for (const JointCumulants& xi : {JointCumulants::zero(2, 4), skewed()})
    for (double slope : {0.0, 0.3, -0.5})
      for (const std::vector<int>& groups : {std::vector<int>{}, {0, 1, 0, 2, 1}}) {
        const Eigen::MatrixXd L = random_matrix(5, 2, 2);
        expect_points(random_matrix(5, 1, 3), L, xi, slope, groups, 1e-11, "random");
        expect_points(8 * random_matrix(5, 1, 3), L, xi, slope, groups, 1e-11, "far");
        expect_points(1e-9 * random_matrix(5, 1, 3), L, xi, slope, groups, 1e-8, "near");
        Eigen::VectorXd mean = random_matrix(5, 1, 4);
        mean.head(3).setZero();
        expect_points(mean, L, xi, slope, groups, 3e-11, "some through the origin");
      }
}

// Copies, mirror images, parallel lines, three lines through one point, units that do not vary.
TEST(LeakyPlane, OfDegenerateLines) {
  for (const JointCumulants& xi : {JointCumulants::zero(2, 4), skewed()}) {
    Eigen::MatrixXd L(6, 2);
    L << 1, 0.3, 1, 0.3, -1, -0.3, 2, 0.6, 0, 0, -0.4, 1;
    Eigen::VectorXd mean(6);
    mean << 0.5, 0.5, -0.5, -1, 0.7, 0.2;
    expect_points(mean, L, xi, 0.2, {}, 1e-11, "parallel");
    mean << 0, 0, 0, 0, -0.7, 0;
    expect_points(mean, L, xi, 0.2, {}, 1e-11, "parallel through the origin");
    // All through (1, -2).
    L = random_matrix(6, 2, 5);
    mean = -L * Eigen::Vector2d(1, -2);
    expect_points(mean, L, xi, 0.2, {}, 1e-11, "through one point");
    L.row(1) = L.row(0) + Eigen::RowVector2d(1e-9, -2e-9);
    mean[1] = mean[0];
    expect_points(mean, L, xi, 0.2, {}, 1e-9, "nearly the same");
  }
}

// Without biases the sums over directions are another way.
TEST(LeakyPlane, AgreesWithRays) {
  for (const JointCumulants& xi : {JointCumulants::zero(2, 4), skewed()}) {
    const Eigen::MatrixXd L = random_matrix(16, 2, 2), V = random_matrix(2, 16, 8);
    const ClosureOptions options;
    const Eigen::ArrayXXd rays =
        HomogeneousLayer(L, xi, nn::LeakyRelu{0.1}, options).linear_forms(V, Eigen::Vector2d::Zero()).value;
    const Eigen::ArrayXXd lines = PlanarLayer(Eigen::VectorXd::Zero(16), L, xi, nn::LeakyRelu{0.1}, options)
                                      .linear_forms(V, Eigen::Vector2d::Zero())
                                      .value;
    for (Eigen::Index form = 0; form < 2; ++form)
      for (Eigen::Index n = 0; n < 6; ++n)
        EXPECT_NEAR(lines(form, n), rays(form, n),
                    1e-11 * std::pow(rays(form, 1), static_cast<double>(n + 1) / 2) * 120)
            << n;
  }
}

TEST(ShadowMoments, AreIntegralsOverTheWedge) {
  ShadowColumn d = ShadowColumn::Ones(), t = ShadowColumn::Zero();
  d.head(4) << 0.7, 1e-30, 2.5, 0.4;
  t.head(4) << -0.3, 2e-30, 1.1, std::numeric_limits<double>::infinity();
  const ShadowTable G = shadow_moments(d, t, 8);
  for (Eigen::Index row = 0; row < 4; ++row) {
    // The midpoint rule along s.
    for (Eigen::Index j = 0; j <= 4; ++j)
      for (Eigen::Index k = 0; j + k <= 8; ++k) {
        constexpr int steps = 4000;
        const double high = 13, step = (high - d[row]) / steps, slope = t[row] / d[row];
        double sum = 0;
        for (int i = 0; i < steps; ++i) {
          const double s = d[row] + (i + 0.5) * step;
          // int_{-inf}^{slope s} t^j pdf by parts, upwards from Phi.
          const double end = std::isfinite(slope) ? slope * s : 40;
          const double pdf = std::exp(-end * end / 2) / std::sqrt(2 * std::acos(-1.0));
          std::array<double, 5> inner{std::erfc(-end / std::sqrt(2)) / 2, -pdf};
          for (std::size_t n = 2; n < 5; ++n)
            inner[n] =
                static_cast<double>(n - 1) * inner[n - 2] - std::pow(end, static_cast<double>(n - 1)) * pdf;
          sum += step * std::pow(s, static_cast<double>(k)) * std::exp(-s * s / 2) /
                 std::sqrt(2 * std::acos(-1.0)) * inner[static_cast<std::size_t>(j)];
        }
        EXPECT_NEAR(G(row, moment_column(j, k)), sum, 3e-5 * (1 + std::abs(sum)))
            << row << " " << j << " " << k;
      }
  }
}

}  // namespace
}  // namespace rgsweep::theory

// The Edgeworth measure of the plane: it has the cumulants that it is made from, and both ways to integrate
// over it agree.
#include "planar_measure.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "closed_layers.hpp"
#include "closures.hpp"

namespace rgsweep::theory {
namespace {

using math::JointCumulants;
using nn::random_matrix;

/// Mean 0, unit covariance, and any cumulants of orders 3 and 4.
JointCumulants latent(Eigen::Index dimensions, double third, double fourth) {
  const Univariate inputs(3, {0, 1, third, fourth});
  JointCumulants x = JointCumulants::independent(inputs, 4);
  // Rows of an orthogonal matrix.
  Eigen::MatrixXd rows(dimensions, 3);
  rows.row(0) << 2. / 3, 2. / 3, 1. / 3;
  if (dimensions == 2) rows.row(1) << -2. / 3, 1. / 3, 2. / 3;
  return x.affine(rows, Eigen::VectorXd::Zero(dimensions));
}

TEST(PlanarMeasure, HasTheCumulantsOfItsVariables) {
  for (Eigen::Index dimensions : {1, 2}) {
    const JointCumulants xi = latent(dimensions, 0.8, -0.6);
    // Linear units are the variables themselves.
    const JointCumulants joint =
        PlanarLayer(Eigen::VectorXd::Constant(dimensions, 0.3),
                    Eigen::MatrixXd::Identity(dimensions, dimensions), xi, nn::Linear{}, {})
            .joint();
    EXPECT_LT((joint.mean.array() - 0.3).abs().maxCoeff(), 1e-13);
    EXPECT_LT((joint.covariance - xi.covariance).norm(), 1e-13);
    EXPECT_LT(distance(joint.third, xi.third), 1e-12);
    EXPECT_LT(distance(joint.fourth, xi.fourth), 1e-11);
  }
}

TEST(PlanarMeasure, MarginalsAreThoseOfTheVariables) {
  for (Eigen::Index dimensions : {1, 2}) {
    const JointCumulants xi = latent(dimensions, 0.8, -0.6);
    Eigen::MatrixXd L = random_matrix(5, dimensions, 2);
    L.row(3).setZero();
    const Eigen::VectorXd mean = random_matrix(5, 1, 3);
    const JointCumulants z = xi.affine(L, mean);
    const std::vector<Marginal> marginals = planar_marginals(mean, L, xi);
    for (Eigen::Index i = 0; i < 5; ++i) {
      const Marginal& of = marginals[static_cast<std::size_t>(i)];
      const double s = std::sqrt(z.cumulant(i, i));
      EXPECT_EQ(of.mean, mean[i]);
      EXPECT_NEAR(of.deviation, s, 1e-15);
      EXPECT_NEAR(of.skewness * std::pow(s, 3), z.cumulant(i, i, i), 1e-14 * (1 + std::pow(s, 3)));
      EXPECT_NEAR(of.kurtosis * std::pow(s, 4), z.cumulant(i, i, i, i), 1e-14 * (1 + std::pow(s, 4)));
    }
  }
}

// Without means leaky_relu is homogeneous: rays, with closed forms along them, do what points do.
TEST(RayMeasure, GivesWhatPointsGive) {
  for (Eigen::Index dimensions : {1, 2})
    for (double slope : {0.0, 0.3, -0.5})
      for (const auto& [third, fourth] : {std::pair{0.0, 0.0}, {0.0, 1.5}, {1.4, 3.0}})
        for (const std::vector<int>& groups : {std::vector<int>{}, {0, 1, 0, 2, 1, 1}}) {
          const JointCumulants xi = latent(dimensions, third, fourth);
          Eigen::MatrixXd L = random_matrix(6, dimensions, 2);
          L.row(4) = -L.row(1);
          L.row(5).setZero();
          const ClosureOptions options{.groups = groups};
          const HomogeneousLayer rays(L, xi, nn::LeakyRelu{slope}, options);
          const PlanarLayer points(Eigen::VectorXd::Zero(6), L, xi, nn::LeakyRelu{slope}, options);
          EXPECT_TRUE((rays.marginals() == points.marginals()).all());
          const JointCumulants r = rays.joint(), p = points.joint();
          EXPECT_LT((r.mean - p.mean).norm(), 1e-14);
          EXPECT_LT((r.covariance - p.covariance).norm(), 1e-12 * p.covariance.norm());
          EXPECT_LT(distance(r.third, p.third), 1e-12 * norm(p.third)) << dimensions << slope << third;
          EXPECT_LT(distance(r.fourth, p.fourth), 1e-12 * norm(p.fourth)) << dimensions << slope << third;
          const Eigen::MatrixXd V = random_matrix(3, 6, 8);
          const Eigen::Vector3d c(0.3, 0, -1);
          const Eigen::ArrayXXd f = rays.linear_forms(V, c).value, g = points.linear_forms(V, c).value;
          for (Eigen::Index form = 0; form < 3; ++form)
            for (Eigen::Index n = 0; n < 6; ++n)
              EXPECT_NEAR(f(form, n), g(form, n),
                          1e-12 * 120 * std::pow(g(form, 1), static_cast<double>(n + 1) / 2) +
                              1e-12 * std::abs(g(form, n)))
                  << dimensions << slope << third << " order " << n + 1;
        }
}

TEST(RayMeasure, IsForLeakyReluWithoutMeans) {
  EXPECT_TRUE(is_homogeneous(nn::LeakyRelu{0.2}, Eigen::Vector2d::Zero()));
  EXPECT_FALSE(is_homogeneous(nn::LeakyRelu{0.2}, Eigen::Vector2d(0, 1e-300)));
  EXPECT_FALSE(is_homogeneous(nn::Tanh{}, Eigen::Vector2d::Zero()));
}

}  // namespace
}  // namespace rgsweep::theory

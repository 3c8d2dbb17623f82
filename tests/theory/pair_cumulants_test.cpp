// Cumulants of two units over the whole range of their correlation, against the quadrature over the plane.
#include "pair_cumulants.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "closed_layers.hpp"
#include "closures.hpp"

namespace rgsweep::theory {
namespace {

using math::JointCumulants;

/// Two standardised variables of this correlation that share skewed and heavy-tailed parts.
JointCumulants standardised_pair(double rho, bool gaussian) {
  const Univariate inputs(2,
                          gaussian ? std::vector<double>{0, 1, 0, 0} : std::vector<double>{0, 1, 0.6, 0.9});
  const double tau = std::sqrt((1 - rho) * (1 + rho));
  return JointCumulants::independent(inputs, 4).affine((Eigen::Matrix2d() << 1, 0, rho, tau).finished(),
                                                       Eigen::Vector2d::Zero());
}

/// The units at these means and deviations, as two of a layer.
PairCumulants of_pair(const nn::Activation& activation, const Eigen::Vector2d& mean, const Eigen::Vector2d& s,
                      const JointCumulants& t) {
  std::vector<Marginal> z;
  for (Eigen::Index i = 0; i < 2; ++i)
    z.push_back({mean[i], s[i], s[i] > 0 ? t.cumulant(i, i, i) : 0, s[i] > 0 ? t.cumulant(i, i, i, i) : 0});
  const Eigen::ArrayXXd marginals = marginal_cumulants(activation, z);
  return pair_cumulants(UnitCoefficients(activation, z, marginals, 4), 0, 1, t);
}

TEST(PairCumulants, AreTheIntegralsAtEveryCorrelation) {
  for (const nn::Activation& activation : kActivations)
    for (bool gaussian : {true, false})
      for (double bias : {0.0, 0.4})
        for (double rho : {-1.0, -0.97, -0.9, -0.6, -0.1, 0.0, 0.3, 0.8, 0.93, 0.999, 1.0}) {
          const Eigen::Vector2d mean(bias, -2 * bias), s(1.2, 0.7);
          const JointCumulants t = standardised_pair(rho, gaussian);
          const PairCumulants actual = of_pair(activation, mean, s, t);
          // Independent inputs of the plane.
          const Univariate inputs(2, gaussian ? kGaussian : std::vector<double>{0, 1, 0.6, 0.9});
          Eigen::Matrix2d W;
          W << s[0], 0, s[1] * rho, s[1] * std::sqrt((1 - rho) * (1 + rho));
          const JointCumulants joint = close_layer(independent(inputs), W, mean, activation, {})->joint();
          const double size = std::sqrt(joint.cumulant(0, 0) * joint.cumulant(1, 1));
          const auto near = [&](double value, double expected, double tolerance) {
            EXPECT_NEAR(value, expected, tolerance) << activation.index() << " " << bias << " " << rho;
          };
          near(actual.k11, joint.cumulant(0, 1), 1e-9 * size);
          near(actual.k21, joint.cumulant(0, 0, 1), 1e-8 * size);
          near(actual.k12, joint.cumulant(0, 1, 1), 1e-8 * size);
          near(actual.k31, joint.cumulant(0, 0, 0, 1), 1e-7 * size);
          near(actual.k13, joint.cumulant(0, 1, 1, 1), 1e-7 * size);
          near(actual.k22, joint.cumulant(0, 0, 1, 1), 1e-7 * size);
        }
}

TEST(PairCumulants, OfCopiesAreThoseOfOneUnit) {
  for (const nn::Activation& activation : kActivations) {
    const JointCumulants t = standardised_pair(1, false);
    const PairCumulants actual = of_pair(activation, {0.3, 0.3}, {0.8, 0.8}, t);
    const Cumulants one =
        activated_cumulants(activation, {0.3, 0.8, t.cumulant(0, 0, 0), t.cumulant(0, 0, 0, 0)});
    EXPECT_NEAR(actual.k11, one[1], 1e-11);
    EXPECT_NEAR(actual.k21, one[2], 1e-11);
    EXPECT_NEAR(actual.k12, one[2], 1e-11);
    EXPECT_NEAR(actual.k31, one[3], 1e-10);
    EXPECT_NEAR(actual.k13, one[3], 1e-10);
    EXPECT_NEAR(actual.k22, one[3], 1e-10);
  }
}

TEST(PairCumulants, WithAConstantAreZero) {
  for (const nn::Activation& activation : kActivations) {
    const PairCumulants actual = of_pair(activation, {0.3, -1}, {0.8, 0}, standardised_pair(0, false));
    for (double k : {actual.k11, actual.k21, actual.k12, actual.k31, actual.k13, actual.k22}) EXPECT_EQ(k, 0);
  }
}

}  // namespace
}  // namespace rgsweep::theory

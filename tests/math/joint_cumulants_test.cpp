#include "rgsweep/math/joint_cumulants.hpp"

#include <cmath>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rgsweep::math {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;

const std::vector<std::vector<double>> kInputs{
    {0.5, 2, -1, 3, 0.7, -4}, {-1, 0.3, 0.2, -0.1, 1, 2}, {0.1, 1, 0, -1.2, 0, 48.0 / 7}};

Eigen::MatrixXd sample_matrix() {
  return (Eigen::MatrixXd(4, 3) << 1, -2, 0.5, 0.3, 0, 1.5, -0.7, 1, 1, 2, 0.4, -0.6).finished();
}
Eigen::VectorXd sample_offset() {
  return Eigen::Vector4d(0.2, -0.3, 0, 1);
}

TEST(JointCumulants, IndependentComponentsHaveDiagonalTensors) {
  const auto joint = JointCumulants::independent(kInputs, 4);
  EXPECT_EQ(joint.size(), 3);
  for (Eigen::Index i = 0; i < 3; ++i) {
    const std::vector<double>& kappa = kInputs[static_cast<std::size_t>(i)];
    EXPECT_THAT(joint.marginal(i), ElementsAre(kappa[0], kappa[1], kappa[2], kappa[3]));
    for (Eigen::Index j = 0; j < 3; ++j)
      for (Eigen::Index k = 0; k < 3; ++k)
        for (Eigen::Index l = 0; l < 3; ++l) {
          EXPECT_EQ(i != j ? joint.cumulant(i, j) : 0, 0);
          EXPECT_EQ(i != j || i != k ? joint.cumulant(i, j, k) : 0, 0);
          EXPECT_EQ(i != j || i != k || i != l ? joint.cumulant(i, j, k, l) : 0, 0);
        }
  }
}

// Against the sums of the definition, written out.
TEST(JointCumulants, AffineMapContractsEveryIndex) {
  const Eigen::MatrixXd first = sample_matrix(),
                        W = sample_matrix().transpose() + first.topRows(3) * Eigen::MatrixXd::Ones(3, 4);
  const auto x = JointCumulants::independent(kInputs, 4).affine(first, sample_offset());
  const auto y = x.affine(W, Eigen::Vector3d(1, 2, 3));
  for (Eigen::Index i = 0; i < 3; ++i)
    for (Eigen::Index j = 0; j < 3; ++j)
      for (Eigen::Index k = 0; k < 3; ++k)
        for (Eigen::Index l = 0; l < 3; ++l) {
          double mean = 1.0 + static_cast<double>(i), covariance = 0, third = 0, fourth = 0;
          for (Eigen::Index p = 0; p < 4; ++p) {
            mean += W(i, p) * x.cumulant(p);
            for (Eigen::Index q = 0; q < 4; ++q) {
              covariance += W(i, p) * W(j, q) * x.cumulant(p, q);
              for (Eigen::Index r = 0; r < 4; ++r) {
                third += W(i, p) * W(j, q) * W(k, r) * x.cumulant(p, q, r);
                for (Eigen::Index s = 0; s < 4; ++s)
                  fourth += W(i, p) * W(j, q) * W(k, r) * W(l, s) * x.cumulant(p, q, r, s);
              }
            }
          }
          EXPECT_NEAR(y.cumulant(i), mean, 1e-12 * (1 + std::abs(mean)));
          EXPECT_NEAR(y.cumulant(i, j), covariance, 1e-12 * (1 + std::abs(covariance)));
          EXPECT_NEAR(y.cumulant(i, j, k), third, 1e-12 * (1 + std::abs(third)));
          EXPECT_NEAR(y.cumulant(i, j, k, l), fourth, 1e-11 * (1 + std::abs(fourth)));
        }
}

TEST(JointCumulants, AffineMapKeepsTheOrder) {
  for (int order = 1; order <= 4; ++order) {
    const auto y = JointCumulants::independent(kInputs, order).affine(sample_matrix(), sample_offset());
    EXPECT_EQ(y.order, order);
    EXPECT_EQ(y.marginal(3).size(), static_cast<std::size_t>(order));
    EXPECT_EQ(y.third.size(), order >= 3 ? 64U : 0U);
    EXPECT_EQ(y.fourth.size(), order >= 4 ? 256U : 0U);
    const auto lower =
        JointCumulants::independent(kInputs, 4).affine(sample_matrix(), sample_offset(), order);
    EXPECT_EQ(lower.order, order);
    EXPECT_EQ(lower.third, y.third);
    EXPECT_EQ(lower.fourth, y.fourth);
  }
}

TEST(JointCumulants, MarginalsOfALinearMapOfIndependentInputsAreThoseOfTheCombination) {
  const auto y = JointCumulants::independent(kInputs, 4).affine(sample_matrix(), sample_offset());
  for (Eigen::Index i = 0; i < 4; ++i) {
    const Eigen::RowVectorXd row = sample_matrix().row(i);
    const auto kappa = linear_combination_cumulants({row.data(), 3}, sample_offset()[i], kInputs);
    ASSERT_EQ(kappa.size(), 6U);
    EXPECT_THAT(y.marginal(i), Pointwise(DoubleNear(1e-12), std::vector(kappa.begin(), kappa.begin() + 4)));
    double sixth = 0;
    for (Eigen::Index s = 0; s < 3; ++s)
      sixth += std::pow(row[s], 6) * kInputs[static_cast<std::size_t>(s)][5];
    EXPECT_NEAR(kappa[5], sixth, 1e-12 * std::abs(sixth));
  }
}

TEST(JointCumulants, OfALinearMapOfIndependentInputsNeedNoTensorOfTheInputs) {
  for (int order = 1; order <= 4; ++order) {
    const auto direct = independent_affine(kInputs, sample_matrix(), sample_offset(), order);
    const auto expected =
        JointCumulants::independent(kInputs, order).affine(sample_matrix(), sample_offset());
    ASSERT_EQ(direct.order, order);
    EXPECT_LT((direct.mean - expected.mean).norm(), 1e-14);
    EXPECT_LT((direct.covariance - expected.covariance).norm(), 1e-13);
    EXPECT_THAT(direct.third, Pointwise(DoubleNear(1e-12), expected.third));
    EXPECT_THAT(direct.fourth, Pointwise(DoubleNear(1e-12), expected.fourth));
  }
  EXPECT_THROW(independent_affine(kInputs, sample_matrix().transpose(), sample_offset(), 2),
               std::logic_error);
}

// The renormalisation step itself: kappa_n -> b^(1-n/2) kappa_n.
TEST(LinearCombination, OfEqualInputsIsTheRecursionOfTheMap) {
  const std::vector<std::vector<double>> x(5, {0, 1, 2, 6, 24, 120});
  const double weight = 1 / std::sqrt(5.0);
  const auto kappa = linear_combination_cumulants(std::vector(5, weight), 0, x);
  for (int n = 1; n <= 6; ++n)
    EXPECT_NEAR(kappa[static_cast<std::size_t>(n - 1)],
                std::pow(5, 1 - n / 2.0) * x[0][static_cast<std::size_t>(n - 1)], 1e-12);
}

TEST(LinearCombination, LeavesOutWhatHasNoWeight) {
  const double nan = std::nan("");
  const auto kappa = linear_combination_cumulants(std::vector{2.0, 0.0}, 1,
                                                  std::vector<std::vector<double>>{{1, 2, 3}, {0, 1, nan}});
  EXPECT_THAT(kappa, ElementsAre(3, 8, 24));
}

TEST(JointCumulants, SetterWritesAllPermutations) {
  auto joint = JointCumulants::zero(4, 4);
  joint.set_third(2, 0, 1, 5);
  joint.set_fourth(3, 1, 3, 0, 7);
  double third = 0, fourth = 0;
  for (double entry : joint.third) third += entry;
  for (double entry : joint.fourth) fourth += entry;
  EXPECT_EQ(third, 6 * 5);
  EXPECT_EQ(fourth, 12 * 7);
  EXPECT_EQ(joint.cumulant(0, 1, 2), 5);
  EXPECT_EQ(joint.cumulant(0, 3, 1, 3), 7);
}

TEST(JointCumulants, WithoutDependenceBetweenGroupsOnlyCumulantsWithinThemStay) {
  const auto joint = JointCumulants::independent(kInputs, 4).affine(sample_matrix(), sample_offset());
  const std::vector<int> group{0, 1, 0, 1};
  const auto cut = joint.without_dependence_between(group);
  EXPECT_EQ(cut.mean, joint.mean);
  const auto same = [&](Eigen::Index i, Eigen::Index j) {
    return group[static_cast<std::size_t>(i)] == group[static_cast<std::size_t>(j)];
  };
  for (Eigen::Index i = 0; i < 4; ++i)
    for (Eigen::Index j = 0; j < 4; ++j) {
      EXPECT_EQ(cut.cumulant(i, j), same(i, j) ? joint.cumulant(i, j) : 0);
      for (Eigen::Index k = 0; k < 4; ++k) {
        EXPECT_EQ(cut.cumulant(i, j, k), same(i, j) && same(i, k) ? joint.cumulant(i, j, k) : 0);
        for (Eigen::Index l = 0; l < 4; ++l)
          EXPECT_EQ(cut.cumulant(i, j, k, l),
                    same(i, j) && same(i, k) && same(i, l) ? joint.cumulant(i, j, k, l) : 0);
      }
    }
  EXPECT_THROW(joint.without_dependence_between(std::vector{0, 1}), std::logic_error);
}

TEST(JointCumulants, RefusesWhatDoesNotFit) {
  EXPECT_THROW(JointCumulants::zero(2, 5), std::logic_error);
  EXPECT_THROW(JointCumulants::zero(2, 0), std::logic_error);
  EXPECT_THROW(JointCumulants::independent(std::vector<std::vector<double>>{{1, 2}}, 3), std::logic_error);
  EXPECT_THROW(JointCumulants::zero(2, 2).affine(sample_matrix(), sample_offset()), std::logic_error);
  EXPECT_THROW(linear_combination_cumulants(std::vector{1.0}, 0, kInputs), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::math

#include "rgsweep/data/finite_group.hpp"

#include <complex>

#include <gtest/gtest.h>

namespace rgsweep::data {
namespace {

void expect_group(const FiniteGroup& group) {
  const int order = group.order();
  for (int g = 0; g < order; ++g) {
    EXPECT_EQ(group.product(0, g), g);
    EXPECT_EQ(group.product(group.inverse[static_cast<std::size_t>(g)], g), 0);
    for (int h = 0; h < order; ++h)
      for (int k = 0; k < order; ++k)
        ASSERT_EQ(group.product(group.product(g, h), k), group.product(g, group.product(h, k)));
  }
}

/// Homomorphisms, unitary; orthogonal matrix elements and sum of d^2 = |G|: irreducible, distinct, all.
void expect_representations(const FiniteGroup& group) {
  const int order = group.order();
  int squares = 0;
  for (const Representation& rho : group.irreducible) {
    squares += rho.dimension * rho.dimension;
    for (int g = 0; g < order; ++g) {
      const Eigen::MatrixXcd& of_g = rho.matrices[static_cast<std::size_t>(g)];
      ASSERT_EQ(of_g.rows(), rho.dimension);
      EXPECT_LT((of_g * of_g.adjoint() - Eigen::MatrixXcd::Identity(rho.dimension, rho.dimension)).norm(),
                1e-14);
      for (int h = 0; h < order; ++h)
        EXPECT_LT((of_g * rho.matrices[static_cast<std::size_t>(h)] -
                   rho.matrices[static_cast<std::size_t>(group.product(g, h))])
                      .norm(),
                  1e-13);
    }
  }
  EXPECT_EQ(squares, order);
  for (const Eigen::MatrixXcd& matrix : group.irreducible.front().matrices)
    EXPECT_EQ(matrix(0, 0), std::complex<double>(1));
  for (std::size_t i = 0; i < group.irreducible.size(); ++i)
    for (std::size_t j = 0; j < group.irreducible.size(); ++j) {
      std::complex<double> product = 0;
      for (std::size_t g = 0; g < static_cast<std::size_t>(order); ++g)
        product += group.irreducible[i].matrices[g].trace() *
                   std::conj(group.irreducible[j].matrices[g].trace()) / static_cast<double>(order);
      EXPECT_NEAR(std::abs(product - (i == j ? 1.0 : 0.0)), 0, 1e-13) << i << " " << j;
    }
}

class GroupOfOrder : public testing::TestWithParam<int> {};

TEST_P(GroupOfOrder, CyclicGroupsAreComplete) {
  const FiniteGroup group = cyclic_group(GetParam());
  EXPECT_EQ(group.order(), GetParam());
  EXPECT_TRUE(group.cyclic);
  expect_group(group);
  expect_representations(group);
}

TEST_P(GroupOfOrder, DihedralGroupsAreComplete) {
  const FiniteGroup group = dihedral_group(GetParam());
  EXPECT_EQ(group.order(), 2 * GetParam());
  EXPECT_FALSE(group.cyclic);
  expect_group(group);
  expect_representations(group);
}

INSTANTIATE_TEST_SUITE_P(FiniteGroup, GroupOfOrder, testing::Values(1, 2, 3, 4, 5, 7, 12));

TEST(FiniteGroup, DihedralGroupsFromThreeOnAreNotAbelian) {
  const FiniteGroup group = dihedral_group(4);
  EXPECT_EQ(group.product(4, 1), group.product(3, 4));  // f r = r^-1 f
  EXPECT_NE(group.product(4, 1), group.product(1, 4));
  EXPECT_THROW(cyclic_group(0), std::logic_error);
  EXPECT_THROW(dihedral_group(0), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::data

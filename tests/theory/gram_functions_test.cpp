// The loops behind Gram matrices, on every variant that this processor has.
#include "gram_functions.hpp"

#include <functional>
#include <limits>
#include <vector>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "rgsweep/core/rng.hpp"
#include "rgsweep/theory/neural_kernel.hpp"

namespace rgsweep::theory::gram_loops {
namespace {

Eigen::MatrixXd normals(Eigen::Index rows, Eigen::Index columns, std::uint64_t step) {
  Stream stream(9, Purpose::observable, step);
  Eigen::MatrixXd matrix(rows, columns);
  stream.normal({matrix.data(), static_cast<std::size_t>(matrix.size())});
  return matrix;
}

void for_each_variant(const std::function<void(const Functions&)>& check) {
  for (std::size_t v = 0; v < variants().size(); ++v) {
    if (!variant_available(v)) continue;
    SCOPED_TRACE(variants()[v]);
    check(functions(v));
  }
}

// Wherever a pair stands among others, and on every variant, it has the same bits.
TEST(GramFunctions, LayersFollowTheRecursionForEachPairOnItsOwn) {
  constexpr Eigen::Index count = 37;
  const Layers network{3, 0.2, 1.7, 0.3};
  const Eigen::ArrayXd x = normals(count, 1, 1).array(), y = normals(count, 1, 2).array();
  const Eigen::ArrayXd q11 = x.square() + 0.5, q22 = y.square() + 0.4, q12 = x * y + 0.3;
  Eigen::ArrayXd theta_of_first;
  for_each_variant([&](const Functions& functions) {
    Eigen::ArrayXd v11 = q11, v22 = q22, v12 = q12, theta = q12;
    functions.layers(network, count, v11.data(), v22.data(), v12.data(), theta.data());
    for (Eigen::Index i = 0; i < count; ++i) {
      double p11 = q11[i], p22 = q22[i], p12 = q12[i], t = p12;
      for (int l = 0; l < network.depth; ++l) {
        const ActivationKernel kernel = activation_kernel(network.slope, p11, p22, p12);
        p11 = network.weight * activation_kernel(network.slope, p11, p11, p11).value + network.bias;
        p22 = network.weight * activation_kernel(network.slope, p22, p22, p22).value + network.bias;
        p12 = network.weight * kernel.value + network.bias;
        t = p12 + network.weight * kernel.derivative * t;
      }
      EXPECT_NEAR(v11[i], p11, 1e-13 * p11);
      EXPECT_NEAR(v22[i], p22, 1e-13 * p22);
      EXPECT_NEAR(v12[i], p12, 1e-12 * p11);
      EXPECT_NEAR(theta[i], t, 1e-12 * t);
      double a = q11[i], b = q22[i], c = q12[i], alone = q12[i];
      functions.layers(network, 1, &a, &b, &c, &alone);
      EXPECT_EQ(alone, theta[i]);
      EXPECT_EQ(c, v12[i]);
    }
    if (theta_of_first.size() == 0) theta_of_first = theta;
    EXPECT_TRUE((theta == theta_of_first).all());
  });
}

template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

template <class Scalar>
Matrix<Scalar> positive_definite(Eigen::Index n) {
  Matrix<Scalar> root = normals(n, n + 2, 3).cast<Scalar>();
  if constexpr (!std::is_same_v<Scalar, double>)
    root += std::complex<double>(0, 1) * normals(n, n + 2, 4).cast<Scalar>();
  return root * root.adjoint();
}

template <class Scalar, class Invert>
void expect_inverse(Invert invert, Eigen::Index n) {
  const Matrix<Scalar> matrix = positive_definite<Scalar>(n);
  Matrix<Scalar> inverse = matrix;
  // What stands above the diagonal does not count.
  inverse.template triangularView<Eigen::StrictlyUpper>().setConstant(
      std::numeric_limits<double>::quiet_NaN());
  ASSERT_TRUE(invert(n, inverse.data()));
  const Matrix<Scalar> reference = matrix.fullPivLu().inverse();
  const double condition = matrix.norm() * reference.norm();
  EXPECT_LT((inverse - reference).norm(), 1e-15 * condition * reference.norm()) << n;
  EXPECT_EQ(inverse, inverse.adjoint());
}

TEST(GramFunctions, InversesAreInverses) {
  for_each_variant([](const Functions& functions) {
    for (const Eigen::Index n : {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 50}) {
      expect_inverse<double>(functions.invert, n);
      expect_inverse<std::complex<double>>(functions.invert_complex, n);
    }
  });
}

// Poses that hardly differ: the errors of both stay in proportion to the condition number.
TEST(GramFunctions, InversesOfNearlyConstantMatricesKeepTheirDigits) {
  for (const Eigen::Index n : {16, 32}) {
    const Eigen::MatrixXd root = normals(n, n + 4, 5);
    const Eigen::MatrixXd matrix = Eigen::MatrixXd::Ones(n, n) + 1e-8 * (root * root.transpose());
    const Eigen::MatrixXd reference = matrix.ldlt().solve(Eigen::MatrixXd::Identity(n, n));
    for_each_variant([&](const Functions& functions) {
      Eigen::MatrixXd inverse = matrix;
      ASSERT_TRUE(functions.invert(n, inverse.data()));
      const double condition = matrix.norm() * reference.norm();
      EXPECT_GT(condition, 1e9);
      EXPECT_LT((inverse - reference).norm(), 1e-15 * condition * reference.norm());
      EXPECT_LT((matrix * inverse - Eigen::MatrixXd::Identity(n, n)).norm(), 1e-15 * condition);
    });
  }
}

TEST(GramFunctions, WhatHasNoInverseIsNoticed) {
  for_each_variant([](const Functions& functions) {
    for (const Eigen::Index n : {2, 12, 20, 40}) {
      Eigen::MatrixXd matrix = positive_definite<double>(n);
      matrix(n - 1, n - 1) = -1;
      EXPECT_FALSE(functions.invert(n, matrix.data()));
      matrix = positive_definite<double>(n);
      matrix(n - 1, 0) = std::numeric_limits<double>::quiet_NaN();
      EXPECT_FALSE(functions.invert(n, matrix.data()));
      Eigen::MatrixXcd hermitian = positive_definite<std::complex<double>>(n);
      hermitian(0, 0) = 0;
      EXPECT_FALSE(functions.invert_complex(n, hermitian.data()));
    }
  });
}

}  // namespace
}  // namespace rgsweep::theory::gram_loops

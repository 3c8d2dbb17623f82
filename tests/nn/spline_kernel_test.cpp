#include "rgsweep/nn/spline_kernel.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

template <class Scalar>
class SplineKernelOf : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(SplineKernelOf, Scalars);

template <class Scalar>
std::span<const Scalar> view(const Vector<Scalar>& c) {
  return {c.data(), static_cast<std::size_t>(c.size())};
}
template <class Scalar>
std::span<Scalar> view(Vector<Scalar>& c) {
  return {c.data(), static_cast<std::size_t>(c.size())};
}

/// A kernel, one layer's batch and the same spline in double. Most arguments lie between the knots, and some
/// beyond.
template <class Scalar>
struct SplineLayer {
  SplineBasis basis;
  Vector<Scalar> c = random_matrix(basis.coefficients(), 1, 1).template cast<Scalar>();
  Matrix<Scalar> Z, G, H = Z, D = Matrix<Scalar>::Zero(Z.rows(), Z.cols());
  Vector<Scalar> gradient = Vector<Scalar>::Constant(basis.coefficients(), Scalar(99));

  SplineLayer(const SplineBasis& of, Eigen::Index batch, Eigen::Index units)
      : basis(of),
        Z((2 * random_matrix(batch, units, 2)).template cast<Scalar>()),
        G(random_matrix(batch, units, 3).template cast<Scalar>()) {}

  Spline reference() const { return Spline(basis, c.template cast<double>()); }
  void run(SplineKernel<Scalar>& kernel) {
    H = Z;
    kernel.forward(view(std::as_const(c)), H, D);
    kernel.coefficient_gradient(G, view(gradient));
  }
};

template <class Scalar>
void compare(const SplineBasis& basis, Eigen::Index batch, Eigen::Index units) {
  SplineLayer<Scalar> layer(basis, batch, units);
  SplineKernel<Scalar> kernel(basis, batch, units);
  layer.run(kernel);
  layer.run(kernel);  // what a first call leaves behind must not matter

  const Spline spline = layer.reference();
  const Eigen::ArrayXXd Z = layer.Z.template cast<double>(), G = layer.G.template cast<double>();
  const Eigen::ArrayXXd value = spline.value(Z), slope = spline.derivative(Z);
  const Vector<double> gradient = spline.coefficient_gradient(Z, G);
  const double tolerance = 50 * static_cast<double>(std::numeric_limits<Scalar>::epsilon());
  const auto error = [&](const auto& fast, const auto& plain) {
    const Eigen::ArrayXXd difference = fast.template cast<double>().array() - plain.array();
    return difference.abs().maxCoeff() / (1 + plain.array().abs().maxCoeff());
  };
  const std::string text = "degree " + std::to_string(basis.degree()) + " intervals " +
                           std::to_string(basis.intervals()) + " batch " + std::to_string(batch);
  EXPECT_LT(error(layer.H, value), tolerance) << text;
  EXPECT_LT(error(layer.D, slope), tolerance) << text;
  EXPECT_LT(error(layer.gradient, gradient), tolerance) << text;
}

// 15 and 7 knots are the most that take the shorter way in float and in double.
TYPED_TEST(SplineKernelOf, EqualsThePlainSplineForEveryDegree) {
  for (int degree = 1; degree <= SplineBasis::kMaxDegree; ++degree)
    for (const int knots : {2, 3, 7, 8, 9, 15, 16, 40})
      compare<TypeParam>(SplineBasis(knots, degree, 3), 100, 3);
}

// Blocks hold 64 arguments, and sums of moments 16 blocks.
TYPED_TEST(SplineKernelOf, EqualsThePlainSplineForAnyNumberOfArguments) {
  for (const Eigen::Index batch : {1, 2, 63, 64, 65, 128, 1000, 1024, 1025, 5000})
    compare<TypeParam>(SplineBasis(9, 3, 3), batch, 1);
  compare<TypeParam>(SplineBasis(9, 3, 3), 256, 16);
}

TYPED_TEST(SplineKernelOf, ResultsDoNotDependOnThePlaceInTheBatch) {
  constexpr Eigen::Index kBatch = 71;
  SplineLayer<TypeParam> layer(SplineBasis(9, 3, 3), kBatch, 1);
  SplineKernel<TypeParam> kernel(layer.basis, kBatch, 1);
  layer.run(kernel);
  const Matrix<TypeParam> H = layer.H, D = layer.D;
  layer.Z = layer.Z.reverse().eval();
  layer.run(kernel);
  EXPECT_EQ(layer.H, H.reverse());
  EXPECT_EQ(layer.D, D.reverse());
}

TYPED_TEST(SplineKernelOf, ArgumentsAtTheKnotsHaveTheSplinesValue) {
  const SplineBasis basis(9, 2, 4);  // knots at whole numbers
  SplineLayer<TypeParam> layer(basis, 11, 1);
  for (int i = 0; i < 11; ++i) layer.Z(i) = static_cast<TypeParam>(i - 5);
  SplineKernel<TypeParam> kernel(basis, 11, 1);
  layer.run(kernel);
  const Spline spline = layer.reference();
  for (int i = 0; i < 11; ++i) {
    EXPECT_NEAR(layer.H(i), spline.value(i - 5.0), 10 * std::numeric_limits<TypeParam>::epsilon());
    EXPECT_NEAR(layer.D(i), spline.derivative(i - 5.0), 20 * std::numeric_limits<TypeParam>::epsilon());
  }
}

TYPED_TEST(SplineKernelOf, NotANumberIsPassedOnAndHugeArgumentsAreNoError) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const int knots : {9, 40}) {
    SplineLayer<TypeParam> layer(SplineBasis(knots, 3, 3), 70, 1);
    layer.Z(3) = layer.Z(69) = Limits::quiet_NaN();
    layer.Z(5) = Limits::infinity();
    layer.Z(6) = -Limits::infinity();
    layer.Z(7) = TypeParam(1e30);
    layer.Z(8) = TypeParam(-1e30);
    SplineKernel<TypeParam> kernel(layer.basis, 70, 1);
    layer.run(kernel);
    for (const int i : {3, 69}) EXPECT_TRUE(std::isnan(layer.H(i)) && std::isnan(layer.D(i))) << i;
    for (const int i : {5, 6}) EXPECT_FALSE(std::isfinite(layer.H(i))) << i;
    for (const int i : {4, 7, 8, 9}) EXPECT_TRUE(std::isfinite(layer.H(i))) << i;
    EXPECT_FALSE(layer.gradient.allFinite());
  }
}

}  // namespace
}  // namespace rgsweep::nn

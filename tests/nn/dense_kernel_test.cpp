#include "rgsweep/nn/dense_kernel.hpp"

#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "rgsweep/nn/reference_network.hpp"
#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

template <class Scalar>
class DenseKernelOf : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(DenseKernelOf, Scalars);

/// Kernel against reference at random weights. The inputs are rounded to Scalar first, so that both see the
/// same.
template <class Scalar>
void compare(const Parameters& parameters, const std::string& text, Eigen::Index batch) {
  const ReferenceNetwork network(make_layout(parameters), make_activation(parameters));
  const auto size = static_cast<Eigen::Index>(network.layout().parameters());
  const Vector<Scalar> theta = (0.5 * random_matrix(size, 1, 1)).cast<Scalar>();
  const Matrix<Scalar> X = random_matrix(batch, 3, 2).cast<Scalar>();
  const Vector<Scalar> y = random_matrix(batch, 1, 3).cast<Scalar>();
  const auto expected = network.loss_and_gradient(
      theta.template cast<double>(), X.template cast<double>().array(), y.template cast<double>().array());

  DenseKernel<Scalar> kernel(network.layout(), network.activation(), batch);
  Vector<Scalar> gradient = Vector<Scalar>::Constant(size, Scalar(99));
  kernel.loss_and_gradient(theta, X, y, gradient);  // what a first call leaves behind must not matter
  const double loss = kernel.loss_and_gradient(theta, X, y, gradient);
  const double tolerance = 200 * static_cast<double>(std::numeric_limits<Scalar>::epsilon());
  EXPECT_NEAR(loss, expected.loss, tolerance * (1 + expected.loss)) << text;
  EXPECT_LT((gradient.template cast<double>() - expected.gradient).cwiseAbs().maxCoeff(),
            tolerance * (1 + expected.gradient.cwiseAbs().maxCoeff()))
      << text;
}

template <class Scalar>
void compare(const Combination& combination, Eigen::Index batch) {
  compare<Scalar>(combination.parameters(), combination.text(), batch);
}

TYPED_TEST(DenseKernelOf, EqualsTheReferenceForEveryCombination) {
  for (const Combination& combination : all_combinations({1, 2, 3}, {1, 2, 5, 16}))
    compare<TypeParam>(combination, 64);
}

TYPED_TEST(DenseKernelOf, EqualsTheReferenceForSplinesOfEveryDegree) {
  for (const char* degree : {"1", "2", "3", "4", "5"})
    for (const char* knots : {"2", "9", "40"}) {
      Parameters parameters = Combination{"spline", "none", "all", 2, 5}.parameters();
      parameters.set("activation.degree", degree);
      parameters.set("activation.knots", knots);
      compare<TypeParam>(parameters, std::string("degree ") + degree + ", knots " + knots, 67);
    }
}

TYPED_TEST(DenseKernelOf, EqualsTheReferenceForOddBatchesAndWideLayers) {
  for (const Eigen::Index batch : {1, 7, 33}) compare<TypeParam>({"leaky_relu", "none", "all", 2, 5}, batch);
  for (const int width : {31, 32, 70}) compare<TypeParam>({"leaky_relu", "exchange", "all", 2, width}, 64);
}

TYPED_TEST(DenseKernelOf, EqualsTheReferenceAtTheKink) {
  const Parameters parameters = test_parameters();
  const ReferenceNetwork network(make_layout(parameters), make_activation(parameters));
  const Vector<TypeParam> theta = random_matrix(6, 1, 1).template cast<TypeParam>();
  const Matrix<TypeParam> X = Matrix<TypeParam>::Zero(16, 2);
  const Vector<TypeParam> y = Vector<TypeParam>::Ones(16);
  Vector<TypeParam> gradient = Vector<TypeParam>::Zero(6);
  DenseKernel<TypeParam>(network.layout(), network.activation(), 16).loss_and_gradient(theta, X, y, gradient);
  const auto expected = network.loss_and_gradient(theta.template cast<double>(), Eigen::ArrayXXd::Zero(16, 2),
                                                  Eigen::ArrayXd::Ones(16));
  EXPECT_LT((gradient.template cast<double>() - expected.gradient).norm(), 1e-6);
}

TYPED_TEST(DenseKernelOf, RefusesWrongSizes) {
  const Parameters parameters = test_parameters();
  DenseKernel<TypeParam> kernel(make_layout(parameters), make_activation(parameters), 8);
  Vector<TypeParam> theta = Vector<TypeParam>::Zero(6), gradient = theta;
  const auto step = [&](Eigen::Index batch, Eigen::Index inputs) {
    kernel.loss_and_gradient(theta, Matrix<TypeParam>::Zero(batch, inputs), Vector<TypeParam>::Zero(batch),
                             gradient);
  };
  EXPECT_NO_THROW(step(8, 2));
  EXPECT_THROW(step(7, 2), std::logic_error);
  EXPECT_THROW(step(8, 3), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::nn

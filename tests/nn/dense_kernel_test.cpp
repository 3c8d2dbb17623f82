#include "rgsweep/nn/dense_kernel.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rgsweep/nn/reference_network.hpp"
#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

template <class Scalar>
class DenseKernelOf : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(DenseKernelOf, Scalars);

std::vector<std::size_t> available_variants() {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < variants().size(); ++i)
    if (variant_available(i)) result.push_back(i);
  return result;
}

/// One batch, and what the kernel makes of it.
template <class Scalar>
struct Batch {
  Vector<Scalar> theta;
  Matrix<Scalar> X;
  Vector<Scalar> y;

  Batch(Eigen::Index parameters, Eigen::Index samples, Eigen::Index inputs)
      : theta((0.5 * random_matrix(parameters, 1, 1)).cast<Scalar>()),
        X(random_matrix(samples, inputs, 2).cast<Scalar>()),
        y(random_matrix(samples, 1, 3).cast<Scalar>()) {}

  void load(DenseKernel<Scalar>& kernel) const {
    kernel.X() = X.array();
    kernel.y() = y.array();
  }
  ReferenceNetwork::LossGradient expected(const ReferenceNetwork& network) const {
    return network.loss_and_gradient(theta.template cast<double>(), X.template cast<double>().array(),
                                     y.template cast<double>().array());
  }
};

/// Every variant of the kernel against the reference at random weights. The inputs are rounded to Scalar
/// first, so that both see the same.
template <class Scalar>
void compare(const Parameters& parameters, const std::string& text, Eigen::Index batch_size) {
  const ReferenceNetwork network(make_layout(parameters), make_activation(parameters));
  const auto size = static_cast<Eigen::Index>(network.layout().parameters());
  const Batch<Scalar> batch(size, batch_size, network.layout().inputs());
  const auto expected = batch.expected(network);
  for (const std::size_t variant : available_variants()) {
    const std::string name = text + " on " + std::string(variants()[variant]);
    DenseKernel<Scalar> kernel(network.layout(), network.activation(), batch_size, variant);
    batch.load(kernel);
    Vector<Scalar> gradient = Vector<Scalar>::Constant(size, Scalar(99));
    kernel.loss_and_gradient(batch.theta, gradient);  // what a first call leaves behind must not matter
    const double loss = kernel.loss_and_gradient(batch.theta, gradient);
    const double tolerance = 400 * static_cast<double>(std::numeric_limits<Scalar>::epsilon());
    EXPECT_NEAR(loss, expected.loss, tolerance * (1 + expected.loss)) << name;
    EXPECT_LT((gradient.template cast<double>() - expected.gradient).cwiseAbs().maxCoeff(),
              tolerance * (1 + expected.gradient.cwiseAbs().maxCoeff()))
        << name;
  }
}

template <class Scalar>
void compare(const Combination& combination, Eigen::Index batch) {
  compare<Scalar>(combination.parameters(), combination.text(), batch);
}

TYPED_TEST(DenseKernelOf, EqualsTheReferenceForEveryCombination) {
  for (const Combination& combination : all_combinations({1, 2, 3}, {1, 2, 5, 16}))
    compare<TypeParam>(combination, 64);
}

// From 32 units on gradients are sums of outer products. Neither the units nor the samples fill their
// packets, and the second chunk of samples is not whole.
TYPED_TEST(DenseKernelOf, EqualsTheReferenceForEveryCombinationOfWideLayers) {
  for (const Combination& combination : all_combinations({2, 3}, {33}))
    if (combination.graph.empty()) compare<TypeParam>(combination, 67);
  compare<TypeParam>({"tanh", "exchange", "all", 2, 32, "pair"}, 130);
}

TYPED_TEST(DenseKernelOf, EqualsTheReferenceForSplinesOfEveryDegree) {
  for (const char* degree : {"1", "2", "3", "4", "5"})
    for (const char* knots : {"2", "3", "7", "9", "15", "16", "22", "23", "31", "40"}) {
      Parameters parameters = Combination{"spline", "none", "all", 2, 5}.parameters();
      parameters.set("activation.degree", degree);
      parameters.set("activation.knots", knots);
      compare<TypeParam>(parameters, std::string("degree ") + degree + ", knots " + knots, 67);
    }
}

TYPED_TEST(DenseKernelOf, EqualsTheReferenceForOddBatchesAndWideLayers) {
  for (const Eigen::Index batch : {1, 7, 33}) compare<TypeParam>({"leaky_relu", "none", "all", 2, 5}, batch);
  for (const int width : {31, 32, 70})
    for (const char* symmetry : {"none", "exchange"})
      compare<TypeParam>({"leaky_relu", symmetry, "all", 2, width}, 64);
  compare<TypeParam>({"tanh", "none", "output", 3, 70}, 600);
  compare<TypeParam>({"spline", "none", "all", 1, 300}, 300);
}

TYPED_TEST(DenseKernelOf, EqualsTheReferenceAtTheKink) {
  const Parameters parameters = test_parameters();
  const ReferenceNetwork network(make_layout(parameters), make_activation(parameters));
  const Vector<TypeParam> theta = random_matrix(6, 1, 1).template cast<TypeParam>();
  const Matrix<TypeParam> X = Matrix<TypeParam>::Zero(16, 2);
  const Vector<TypeParam> y = Vector<TypeParam>::Ones(16);
  Vector<TypeParam> gradient = Vector<TypeParam>::Zero(6);
  DenseKernel<TypeParam> kernel(network.layout(), network.activation(), 16);
  kernel.X() = X.array();
  kernel.y() = y.array();
  kernel.loss_and_gradient(theta, gradient);
  const auto expected = network.loss_and_gradient(theta.template cast<double>(), Eigen::ArrayXXd::Zero(16, 2),
                                                  Eigen::ArrayXd::Ones(16));
  EXPECT_LT((gradient.template cast<double>() - expected.gradient).norm(), 1e-6);
}

/// One unit with weight 1, so that z is the first input, on every variant.
template <class Scalar, class Check>
void with_spline_of(const Vector<Scalar>& z, const char* knots, const Check& check) {
  Parameters parameters = Combination{"spline", "none", "none", 1, 1}.parameters();
  parameters.set("activation.knots", knots);
  parameters.set("activation.range", "4");  // 9 knots at whole numbers
  const ReferenceNetwork network(make_layout(parameters), make_activation(parameters));
  Batch<Scalar> batch(static_cast<Eigen::Index>(network.layout().parameters()), z.size(), 3);
  batch.theta.head(3) << 1, 0, 0;
  batch.X.col(0) = z;
  for (const std::size_t variant : available_variants()) {
    DenseKernel<Scalar> kernel(network.layout(), network.activation(), z.size(), variant);
    batch.load(kernel);
    Vector<Scalar> gradient = batch.theta;
    const double loss = kernel.loss_and_gradient(batch.theta, gradient);
    check(loss, gradient, batch.expected(network), std::string(variants()[variant]));
  }
}

TYPED_TEST(DenseKernelOf, SplinesAtTheirKnotsAndFarBeyondAreThoseOfTheReference) {
  Vector<TypeParam> z(13);
  z << -1000, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 1000;
  with_spline_of<TypeParam>(
      z, "9", [](double loss, const auto& gradient, const auto& expected, const std::string& variant) {
        const double tolerance = 100 * static_cast<double>(std::numeric_limits<TypeParam>::epsilon());
        EXPECT_NEAR(loss, expected.loss, tolerance * expected.loss) << variant;
        const Vector<double> error = gradient.template cast<double>() - expected.gradient;
        EXPECT_LT(error.cwiseAbs().maxCoeff(), tolerance * expected.gradient.cwiseAbs().maxCoeff())
            << variant;
      });
}

TYPED_TEST(DenseKernelOf, SplinesPassOnWhatIsNotANumber) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const TypeParam bad : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()})
    for (const char* knots : {"9", "40"}) {
      Vector<TypeParam> z = Vector<TypeParam>::Constant(37, TypeParam(0.5));
      z[33] = bad;
      with_spline_of<TypeParam>(
          z, knots, [](double loss, const auto& gradient, const auto&, const std::string& variant) {
            EXPECT_FALSE(std::isfinite(loss)) << variant;
            EXPECT_FALSE(gradient.allFinite()) << variant;
          });
    }
}

TYPED_TEST(DenseKernelOf, RefusesWrongSizes) {
  const Parameters parameters = test_parameters();
  DenseKernel<TypeParam> kernel(make_layout(parameters), make_activation(parameters), 8);
  const auto step = [&](Eigen::Index theta_size, Eigen::Index gradient_size) {
    const Vector<TypeParam> theta = Vector<TypeParam>::Zero(theta_size);
    Vector<TypeParam> gradient = Vector<TypeParam>::Zero(gradient_size);
    kernel.loss_and_gradient(theta, gradient);
  };
  EXPECT_NO_THROW(step(6, 6));
  EXPECT_THROW(step(7, 6), std::logic_error);
  EXPECT_THROW(step(6, 5), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::nn

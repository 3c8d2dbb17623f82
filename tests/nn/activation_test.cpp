#include "rgsweep/nn/activation.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

template <class Scalar>
using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;

template <class Scalar>
Array<Scalar> value(const Activation& activation, const Array<Scalar>& z) {
  return std::visit([&](const auto& phi) -> Array<Scalar> { return phi.value(z); }, activation);
}

template <class Scalar>
Array<Scalar> derivative(const Activation& activation, const Array<Scalar>& z) {
  return std::visit([&](const auto& phi) -> Array<Scalar> { return phi.derivative(z); }, activation);
}

template <class Scalar>
class ActivationOf : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(ActivationOf, Scalars);

TYPED_TEST(ActivationOf, LeakyReluIsPiecewiseLinear) {
  using Scalar = TypeParam;
  const Array<Scalar> z = Array<Scalar>::LinSpaced(41, -5, 5);  // longer than any SIMD packet, and odd
  for (const double slope : {0.0, 0.25, 1.0, 1.5, -0.5}) {
    const Array<Scalar> phi = value<Scalar>(LeakyRelu{slope}, z), d = derivative<Scalar>(LeakyRelu{slope}, z);
    for (Eigen::Index i = 0; i < z.size(); ++i) {
      const Scalar a = static_cast<Scalar>(slope);
      EXPECT_NEAR(phi[i], z[i] > 0 ? z[i] : a * z[i], 4 * std::numeric_limits<Scalar>::epsilon() * 5);
      if (z[i] != 0)
        EXPECT_NEAR(d[i], z[i] > 0 ? Scalar(1) : a, 2 * std::numeric_limits<Scalar>::epsilon());
      else
        EXPECT_EQ(d[i], (1 + a) / 2);
    }
  }
}

TYPED_TEST(ActivationOf, ReluIsExactlyZeroBelowZero) {
  using Scalar = TypeParam;
  const Array<Scalar> z = Array<Scalar>::LinSpaced(40, -7, Scalar(-1e-20));
  EXPECT_TRUE((value<Scalar>(LeakyRelu{0}, z) == 0).all());
  EXPECT_TRUE((derivative<Scalar>(LeakyRelu{0}, z) == 0).all());
}

TYPED_TEST(ActivationOf, LinearAndSlopeOneAreTheIdentity) {
  using Scalar = TypeParam;
  const Array<Scalar> z = Array<Scalar>::LinSpaced(41, -5, 5);
  for (const Activation& activation : {Activation{Linear{}}, Activation{LeakyRelu{1}}}) {
    EXPECT_TRUE((value<Scalar>(activation, z) == z).all());
    EXPECT_TRUE((derivative<Scalar>(activation, z) == 1).all());
  }
}

TYPED_TEST(ActivationOf, HugeArgumentsKeepTheirSide) {
  using Scalar = TypeParam;
  const Array<Scalar> z = Array<Scalar>::Constant(17, std::numeric_limits<Scalar>::max());
  EXPECT_TRUE((derivative<Scalar>(LeakyRelu{0.5}, z) == 1).all());
  EXPECT_TRUE((derivative<Scalar>(LeakyRelu{0.5}, Array<Scalar>(-z)) == Scalar(0.5)).all());
}

TYPED_TEST(ActivationOf, QuadraticAndTanhAreTheirFormulas) {
  using Scalar = TypeParam;
  const Array<Scalar> z = Array<Scalar>::LinSpaced(41, -5, 5);
  const Scalar tolerance = 8 * std::numeric_limits<Scalar>::epsilon();
  for (const double alpha : {0.0, 0.5, -2.0}) {
    const auto a = static_cast<Scalar>(alpha);
    const Array<Scalar> phi = value<Scalar>(Quadratic{alpha}, z), d = derivative<Scalar>(Quadratic{alpha}, z);
    for (Eigen::Index i = 0; i < z.size(); ++i) {
      EXPECT_NEAR(phi[i], z[i] + a * z[i] * z[i], 50 * tolerance);
      EXPECT_NEAR(d[i], 1 + 2 * a * z[i], 20 * tolerance);
    }
  }
  const Array<Scalar> phi = value<Scalar>(Tanh{}, z), d = derivative<Scalar>(Tanh{}, z);
  for (Eigen::Index i = 0; i < z.size(); ++i) {
    EXPECT_NEAR(phi[i], std::tanh(z[i]), tolerance);
    EXPECT_NEAR(d[i], 1 / (std::cosh(z[i]) * std::cosh(z[i])), tolerance);
  }
}

TYPED_TEST(ActivationOf, TanhSaturates) {
  using Scalar = TypeParam;
  const Array<Scalar> z = Array<Scalar>::Constant(17, std::numeric_limits<Scalar>::max());
  EXPECT_TRUE(((value<Scalar>(Tanh{}, z) - 1).abs() < 8 * std::numeric_limits<Scalar>::epsilon()).all());
  EXPECT_TRUE((derivative<Scalar>(Tanh{}, z).abs() < 16 * std::numeric_limits<Scalar>::epsilon()).all());
}

TYPED_TEST(ActivationOf, NotANumberIsPassedOn) {
  using Scalar = TypeParam;
  const Array<Scalar> z = Array<Scalar>::Constant(17, std::numeric_limits<Scalar>::quiet_NaN());
  EXPECT_TRUE(value<Scalar>(LeakyRelu{0}, z).isNaN().all());
  for (const Activation& activation :
       {Activation{Linear{}}, Activation{Quadratic{0}}, Activation{Quadratic{1}}, Activation{Tanh{}},
        make_activation(test_parameters({{"activation.kind", "spline"}}))})
    EXPECT_TRUE(value<Scalar>(activation, z).isNaN().all()) << activation.index();
}

TEST(Activation, MadeFromParameters) {
  const auto make = [](const char* kind) {
    return make_activation(test_parameters({{"activation.kind", kind}}));
  };
  EXPECT_TRUE(std::holds_alternative<Linear>(make("linear")));
  EXPECT_EQ(std::get<LeakyRelu>(make("relu")).slope, 0);
  EXPECT_EQ(std::get<LeakyRelu>(make("leaky_relu")).slope, 0.3);
  EXPECT_EQ(std::get<Quadratic>(make("quadratic")).alpha, 0.4);
  EXPECT_TRUE(std::holds_alternative<Tanh>(make("tanh")));
  EXPECT_THROW(make("leaky"), UsageError);
}

TEST(Activation, SplineMadeFromParameters) {
  const Parameters parameters = test_parameters({{"activation.kind", "spline"},
                                                 {"activation.knots", "5"},
                                                 {"activation.degree", "2"},
                                                 {"activation.range", "4"},
                                                 {"activation.slope", "0.5"}});
  const auto spline = std::get<Spline>(make_activation(parameters));
  EXPECT_EQ(spline.basis().intervals(), 4);
  EXPECT_EQ(spline.basis().degree(), 2);
  EXPECT_EQ(spline.basis().spacing(), 2);
  EXPECT_EQ(spline.coefficients(), SplineBasis(5, 2, 4).leaky_relu(0.5));
}

TEST(Activation, CoefficientsOfEveryEntry) {
  for (const ActivationEntry& entry : activations()) {
    const Parameters parameters = test_parameters({{"activation.kind", std::string(entry.name)}});
    const Activation phi = make_activation(parameters);
    const Vector<double> c = coefficients(phi);
    EXPECT_EQ(c.size(), coefficient_count(parameters)) << entry.name;
    EXPECT_EQ(c.size(), entry.name == "spline" ? 9 + 3 - 1 : 0) << entry.name;
    EXPECT_EQ(coefficients(with_coefficients(phi, 2 * c)), 2 * c) << entry.name;
    EXPECT_THROW(with_coefficients(phi, Vector<double>::Zero(c.size() + 1)), std::logic_error) << entry.name;
  }
}

// phi is linear in its coefficients, so that differences are exact.
TEST(Activation, CoefficientGradientIsTheFiniteDifference) {
  const Eigen::ArrayXXd Z = 2 * random_matrix(30, 4, 1).array(), G = random_matrix(30, 4, 2);
  for (const ActivationEntry& entry : activations()) {
    const Activation phi = make_activation(test_parameters({{"activation.kind", std::string(entry.name)}}));
    const Vector<double> c = coefficients(phi), gradient = coefficient_gradient(phi, Z, G);
    ASSERT_EQ(gradient.size(), c.size()) << entry.name;
    const auto weighted = [&](const Vector<double>& at) {
      return std::visit([&](const auto& f) { return (G * f.value(Z)).sum(); }, with_coefficients(phi, at));
    };
    for (Eigen::Index k = 0; k < c.size(); ++k)
      EXPECT_NEAR(gradient[k], weighted(c + Vector<double>::Unit(c.size(), k)) - weighted(c), 1e-11) << k;
  }
}

TEST(Activation, OnlyALearnableOneCanLeaveTheWeightsAlone) {
  const auto trainable = [](const char* kind, const char* choice) {
    return weights_trainable(
        test_parameters({{"activation.kind", kind}, {"activation.trainable_weights", choice}}));
  };
  EXPECT_TRUE(trainable("spline", "on"));
  EXPECT_FALSE(trainable("spline", "off"));
  EXPECT_TRUE(trainable("relu", "off"));
  EXPECT_THROW(trainable("spline", "no"), UsageError);
}

TEST(Activation, EntriesNameOnlyKnownKeys) {
  for (const ActivationEntry& entry : activations())
    for (const std::string& key : entry.keys) EXPECT_NE(test_keys().find(key), KeyTable::npos) << key;
}

}  // namespace
}  // namespace rgsweep::nn

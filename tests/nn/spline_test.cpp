#include "rgsweep/nn/spline.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/LU>
#include <gtest/gtest.h>

#include "spline_oracle.hpp"
#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

/// All degrees on few and on many knots, of even and odd number.
std::vector<SplineBasis> all_bases() {
  std::vector<SplineBasis> result;
  for (int degree = 1; degree <= SplineBasis::kMaxDegree; ++degree)
    for (const int knots : {2, 3, 4, 9, 16}) result.emplace_back(knots, degree, 1.5);
  return result;
}

std::string text(const SplineBasis& basis) {
  return "degree " + std::to_string(basis.degree()) + " intervals " + std::to_string(basis.intervals());
}

double range_of(const SplineBasis& basis) {
  return basis.intervals() * basis.spacing() / 2;
}

Spline random_spline(const SplineBasis& basis) {
  return Spline(basis, random_matrix(basis.coefficients(), 1, 1));
}

/// From twice the range below to twice above, at no knot.
Eigen::ArrayXd arguments(const SplineBasis& basis) {
  return Eigen::ArrayXd::LinSpaced(157, -2.003 * range_of(basis), 2 * range_of(basis));
}

double leaky_relu(double z, double slope) {
  return z > 0 ? z : slope * z;
}

TEST(Spline, EqualsTheRecursionInsideAndItsTangentsOutside) {
  for (const SplineBasis& basis : all_bases()) {
    const Spline spline = random_spline(basis);
    for (const double z : arguments(basis)) {
      double value = 0, slope = 0;
      for (int k = 0; k < basis.coefficients(); ++k) {
        value += spline.coefficients()[k] * oracle_basis(basis, k, z);
        slope += spline.coefficients()[k] * oracle_basis_slope(basis, k, z);
      }
      ASSERT_NEAR(spline.value(z), value, 2e-13) << text(basis) << " at " << z;
      ASSERT_NEAR(spline.derivative(z), slope, 2e-12) << text(basis) << " at " << z;
    }
  }
}

TEST(Spline, BasisIsAPartitionOfUnity) {
  for (const SplineBasis& basis : all_bases()) {
    const Spline one(basis, Vector<double>::Ones(basis.coefficients()));
    for (const double z : arguments(basis)) {
      EXPECT_NEAR(one.value(z), 1, 1e-13) << text(basis) << " at " << z;
      EXPECT_NEAR(one.derivative(z), 0, 1e-12) << text(basis) << " at " << z;
    }
  }
}

// Marsden's identity: (u - y)^d has the coefficients prod (t - y) over the d knots t inside each support. The
// powers for d + 1 values of y span all polynomials of degree d.
TEST(Spline, ReproducesPolynomialsUpToItsDegree) {
  for (const SplineBasis& basis : all_bases())
    for (int y = 0; y <= basis.degree(); ++y) {
      Vector<double> c = Vector<double>::Ones(basis.coefficients());
      for (int k = 0; k < c.size(); ++k)
        for (int t = k - basis.degree() + 1; t <= k; ++t) c[k] *= t - 0.7 * y;
      const Spline spline(basis, c);
      const double scale = c.cwiseAbs().maxCoeff();
      for (double z = -range_of(basis); z <= range_of(basis); z += 0.07 * range_of(basis)) {
        const double u = z / basis.spacing() + basis.intervals() / 2.0;
        EXPECT_NEAR(spline.value(z), std::pow(u - 0.7 * y, basis.degree()), 1e-13 * scale) << text(basis);
      }
    }
}

TEST(Spline, ValueAndSlopeAreContinuousAtEveryKnot) {
  constexpr double kStep = 1e-9;
  for (const SplineBasis& basis : all_bases()) {
    const Spline spline = random_spline(basis);
    for (int knot = 0; knot <= basis.intervals(); ++knot) {
      const double z = (knot - basis.intervals() / 2.0) * basis.spacing();
      EXPECT_NEAR(spline.value(z + kStep), spline.value(z - kStep), 1e-7) << text(basis) << " knot " << knot;
      const bool outer = knot == 0 || knot == basis.intervals();
      const double jump = spline.derivative(z + kStep) - spline.derivative(z - kStep);
      if (outer || basis.degree() > 1) {
        EXPECT_LT(std::abs(jump), 1e-5) << text(basis) << " knot " << knot;
      }
    }
  }
}

TEST(Spline, IsLinearBeyondTheOuterKnots) {
  for (const SplineBasis& basis : all_bases()) {
    const Spline spline = random_spline(basis);
    const double end = range_of(basis);
    for (const double side : {-end, end})
      for (const double beyond : {1.1, 3.0, 1e3}) {
        const double slope = spline.derivative(side * 1.000001), z = side * beyond;
        EXPECT_EQ(spline.derivative(z), slope);
        EXPECT_NEAR(spline.value(z), spline.value(side) + slope * (z - side),
                    1e-12 * beyond * (1 + std::abs(slope)));
      }
  }
}

TEST(Spline, DerivativeIsTheFiniteDifference) {
  constexpr double kStep = 1e-6;
  for (const SplineBasis& basis : all_bases()) {
    const Spline spline = random_spline(basis);
    for (const double z : arguments(basis)) {
      const double difference = (spline.value(z + kStep) - spline.value(z - kStep)) / (2 * kStep);
      EXPECT_NEAR(spline.derivative(z), difference, 2e-7) << text(basis) << " at " << z;
    }
  }
}

TEST(Spline, CoefficientGradientIsTheSumOfTheBasis) {
  for (const SplineBasis& basis : all_bases()) {
    const Eigen::ArrayXXd Z = arguments(basis), G = random_matrix(Z.rows(), 1, 2);
    const Vector<double> gradient = random_spline(basis).coefficient_gradient(Z, G);
    for (int k = 0; k < basis.coefficients(); ++k) {
      double sum = 0;
      for (Eigen::Index i = 0; i < Z.size(); ++i) sum += G(i) * oracle_basis(basis, k, Z(i));
      EXPECT_NEAR(gradient[k], sum, 1e-11 * (1 + gradient.cwiseAbs().maxCoeff()))
          << text(basis) << " of " << k;
    }
  }
}

TEST(Spline, SlopeOneStartsAsTheIdentity) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  for (const SplineBasis& basis : all_bases()) {
    const Spline spline(basis, basis.leaky_relu(1));
    EXPECT_EQ(spline.coefficients(), basis.identity());
    for (const double z : arguments(basis)) {
      EXPECT_NEAR(spline.value(z), z, 4 * kEpsilon * range_of(basis)) << text(basis);
      EXPECT_NEAR(spline.derivative(z), 1, 8 * kEpsilon * basis.intervals()) << text(basis);
    }
  }
}

TEST(Spline, StartContinuesAsLeakyReluBeyondTheKnots) {
  for (const SplineBasis& basis : all_bases())
    for (const double slope : {0.0, 0.25, -0.5, 1.5}) {
      const Spline spline(basis, basis.leaky_relu(slope));
      const double end = range_of(basis);
      EXPECT_NEAR(spline.value(-end), -slope * end, 1e-13) << text(basis);
      EXPECT_NEAR(spline.value(end), end, 1e-13) << text(basis);
      if (basis.coefficients() == 2) continue;  // a straight line
      for (const double beyond : {1.0001, 2.0, 10.0}) {
        EXPECT_NEAR(spline.value(-beyond * end), -slope * beyond * end, 1e-11) << text(basis);
        EXPECT_NEAR(spline.value(beyond * end), beyond * end, 1e-11) << text(basis);
      }
    }
}

TEST(Spline, DegreeOneWithAKnotAtZeroStartsAsLeakyRelu) {
  const SplineBasis basis(9, 1, 3);
  const Spline spline(basis, basis.leaky_relu(0.1));
  for (const double z : arguments(basis)) EXPECT_NEAR(spline.value(z), leaky_relu(z, 0.1), 1e-14);
}

/// Integral over the range of f, smooth between the knots and the middles of the intervals, by Simpson's
/// rule.
template <class Function>
double integral(const SplineBasis& basis, const Function& f) {
  constexpr int kParts = 200;  // of an interval
  const double step = basis.spacing() / kParts, first = -range_of(basis);
  double sum = 0;
  for (int i = 0; i < kParts * basis.intervals(); ++i) {
    const double a = first + i * step, b = a + step;
    sum += (f(a) + 4 * f((a + b) / 2) + f(b)) * step / 6;
  }
  return sum;
}

// A least-squares solution: what is left over is orthogonal to every direction that keeps the ends.
TEST(Spline, StartIsTheNearestSplineWithItsEnds) {
  for (int degree = 1; degree <= SplineBasis::kMaxDegree; ++degree)
    for (const int knots : {3, 6, 9}) {
      const SplineBasis basis(knots, degree, 1.5);
      const int n = basis.coefficients();
      Matrix<double> ends(4, n);
      for (int k = 0; k < n; ++k)
        ends.col(k) << oracle_basis(basis, k, -1.5), oracle_basis_slope(basis, k, -1.5),
            oracle_basis(basis, k, 1.5), oracle_basis_slope(basis, k, 1.5);
      const Eigen::FullPivLU<Matrix<double>> solver(ends);
      const Spline start(basis, basis.leaky_relu(0.2));
      for (Eigen::Index i = 0; i < solver.dimensionOfKernel(); ++i) {
        const Spline direction(basis, solver.kernel().col(i));
        const auto product = [&](double z) {
          return (start.value(z) - leaky_relu(z, 0.2)) * direction.value(z);
        };
        EXPECT_NEAR(integral(basis, product), 0, 1e-8) << text(basis);
      }
    }
}

TEST(Spline, StartErrorShrinksWithTheKnots) {
  const auto rms = [](int knots) {
    const SplineBasis basis(knots, 3, 3);
    const Spline start(basis, basis.leaky_relu(0));
    const auto square = [&](double z) { return std::pow(start.value(z) - leaky_relu(z, 0), 2); };
    return std::sqrt(integral(basis, square) / 6);
  };
  // The error is confined to the kink and scales with the spacing: h^(3/2) in the mean square.
  EXPECT_NEAR(rms(9), 0.01056, 0.00001);
  EXPECT_NEAR(rms(17) / rms(9), std::pow(0.5, 1.5), 0.02);
  EXPECT_NEAR(rms(33) / rms(17), std::pow(0.5, 1.5), 0.01);
}

TEST(Spline, ArraysAreEvaluatedEntryByEntry) {
  const Spline spline = random_spline(SplineBasis(9, 3, 3));
  const Eigen::ArrayXXd Z = 3 * random_matrix(20, 3, 4).array();
  const Eigen::ArrayXXd value = spline.value(Z), slope = spline.derivative(Z);
  const Eigen::ArrayXXf single = spline.value(Z.cast<float>());
  for (Eigen::Index i = 0; i < Z.size(); ++i) {
    EXPECT_EQ(value(i), spline.value(Z(i)));
    EXPECT_EQ(slope(i), spline.derivative(Z(i)));
    EXPECT_NEAR(single(i), value(i), 1e-5);
  }
}

TEST(Spline, NotANumberIsPassedOnAndHugeArgumentsAreNoError) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const SplineBasis& basis : all_bases()) {
    const Spline spline = random_spline(basis);
    EXPECT_TRUE(std::isnan(spline.value(std::nan(""))));
    EXPECT_TRUE(std::isnan(spline.derivative(std::nan(""))));
    EXPECT_TRUE(std::isfinite(spline.value(1e300)) && std::isfinite(spline.value(-1e300)));
    EXPECT_FALSE(std::isfinite(spline.value(kInfinity)));
    EXPECT_FALSE(std::isfinite(spline.value(-kInfinity)));
  }
}

TEST(Spline, RefusesWhatIsNoSpline) {
  EXPECT_THROW(SplineBasis(1, 3, 3), std::logic_error);
  EXPECT_THROW(SplineBasis(9, 0, 3), std::logic_error);
  EXPECT_THROW(SplineBasis(9, 6, 3), std::logic_error);
  EXPECT_THROW(SplineBasis(9, 3, 0), std::logic_error);
  EXPECT_THROW(Spline(SplineBasis(9, 3, 3), Vector<double>::Zero(9)), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::nn

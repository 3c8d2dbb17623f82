// Closures of the learnable spline: where it is another activation, that one's closed forms; elsewhere
// integrals that know nothing of its knots.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "closures.hpp"
#include "rgsweep/math/moments.hpp"
#include "rgsweep/math/quadrature.hpp"

namespace rgsweep::theory {
namespace {

using math::JointCumulants;
using nn::random_matrix;

nn::Spline leaky_spline(double slope) {
  const nn::SplineBasis basis(9, 1, 3);  // a knot at 0
  return {basis, basis.leaky_relu(slope)};
}

nn::Spline curved_spline() {
  const nn::SplineBasis basis(5, 3, 2);
  return {basis, basis.leaky_relu(0.2) + 0.2 * random_matrix(basis.coefficients(), 1, 6)};
}

void expect_same_layers(const ClosedLayer& actual, const ClosedLayer& expected, double tolerance) {
  EXPECT_LT((actual.marginals() - expected.marginals()).abs().maxCoeff(), tolerance);
  const JointCumulants a = actual.joint(), e = expected.joint();
  ASSERT_EQ(a.order, e.order);
  EXPECT_LT((a.mean - e.mean).norm(), tolerance);
  EXPECT_LT((a.covariance - e.covariance).norm(), tolerance);
  EXPECT_LT(distance(a.third, e.third), tolerance);
  EXPECT_LT(distance(a.fourth, e.fourth), tolerance);
}

TEST(SplineClosure, OfDegreeOneIsThatOfLeakyRelu) {
  for (Eigen::Index inputs : {1, 2})
    for (const Closure closure : {Closure::gaussian, Closure::edgeworth}) {
      const auto [W, b] = random_case(3, inputs, 0.4);
      const LinearImage image = independent(Univariate(static_cast<std::size_t>(inputs), kLaplace));
      const ClosureOptions options{.closure = closure};
      expect_same_layers(*close_layer(image, W, b, leaky_spline(0.3), options),
                         *close_layer(image, W, b, nn::LeakyRelu{0.3}, options), 1e-6);
    }
}

TEST(SplineClosure, OfTheIdentityChangesNothing) {
  const nn::SplineBasis basis(5, 3, 2);
  const auto [W, b] = random_case(4, 2, 0.4);
  const LinearImage image = independent(Univariate(2, kLaplace));
  expect_same_layers(*close_layer(image, W, b, nn::Spline(basis, basis.identity()), {}),
                     *close_layer(image, W, b, nn::Linear{}, {}), 1e-8);
}

TEST(SplineClosure, MarginalsAreIntegralsOverTheEdgeworthDensity) {
  const nn::Spline phi = curved_spline();
  for (double mean : {-0.8, 0.0, 1.7})
    for (double s : {0.4, 1.1}) {
      const Marginal z{mean, s, 0.5, 1.2};
      std::vector<double> raw(6, 0.0);
      const math::QuadratureRule panel = math::gauss_legendre(6);
      std::vector<double> ends;  // far finer than the knots
      for (int i = -1200; i <= 1200; ++i) ends.push_back(i / 100.0);
      const math::QuadratureRule rule = math::composite_rule(panel, ends, [&z](double t) {
        const double He3 = t * t * t - 3 * t, t2 = t * t;
        return std::exp(-t * t / 2) / std::sqrt(2 * std::acos(-1.0)) *
               (1 + z.skewness / 6 * He3 + z.kurtosis / 24 * (t2 * t2 - 6 * t2 + 3) +
                z.skewness * z.skewness / 72 * (t2 * t2 * t2 - 15 * t2 * t2 + 45 * t2 - 15));
      });
      for (Eigen::Index i = 0; i < rule.nodes.size(); ++i)
        for (std::size_t n = 0; n < 6; ++n)
          raw[n] +=
              rule.weights[i] * std::pow(phi.value(mean + s * rule.nodes[i]), static_cast<double>(n + 1));
      const std::vector<double> expected = math::cumulants_from_raw_moments(raw);
      const Cumulants actual = activated_cumulants(phi, z);
      for (std::size_t n = 0; n < 6; ++n) EXPECT_NEAR(actual[n], expected[n], 1e-6) << mean << s << n;
    }
}

// A lattice of points for which knots are nothing special: its error falls as the square of its step.
TEST(SplineClosure, CovarianceIsTheIntegralOverThePlane) {
  const nn::Spline phi = curved_spline();
  constexpr double step = 0.02;
  for (double rho : {-1.0, -0.7, 0.0, 0.5, 0.98, 1.0}) {
    const Eigen::Vector2d mean(0.3, -0.5), s(1.1, 0.8);
    const double tau = std::sqrt((1 - rho) * (1 + rho));
    Eigen::Vector2d first = Eigen::Vector2d::Zero();
    double product = 0;
    for (double x = -8; x < 8; x += step)
      for (double y = -8; y < 8; y += step) {
        const double weight = step * step * std::exp(-(x * x + y * y) / 2) / (2 * std::acos(-1.0));
        const double u = phi.value(mean[0] + s[0] * x), v = phi.value(mean[1] + s[1] * (rho * x + tau * y));
        first += weight * Eigen::Vector2d(u, v);
        product += weight * u * v;
      }
    Eigen::Matrix2d S;
    S << s[0] * s[0], rho * s[0] * s[1], rho * s[0] * s[1], s[1] * s[1];
    EXPECT_NEAR(activated_covariance(phi, mean, S)(0, 1), product - first[0] * first[1], 1e-6) << rho;
  }
}

}  // namespace
}  // namespace rgsweep::theory

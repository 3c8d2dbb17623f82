// Lattices of two Gaussian inputs against tensor rules, which know nothing of them, and coarse ones against
// fine ones.
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "networks.hpp"
#include "truth_schemes.hpp"

namespace rgsweep::theory {
namespace {

TruthProblem problem_of(const nn::Layout& layout, const nn::Vector<double>& theta,
                        const nn::Activation& activation) {
  return {nn::ReferenceNetwork(layout, activation), theta, pieces(activation),
          std::numeric_limits<double>::infinity()};
}

/// Both have all layers but the first before its activation. Rules have their moments to 1e-12.
void expect_within_errors(const LayerTruth& a, const LayerTruth& b, const std::string& what) {
  const auto compare = [&](const TrueCumulants& one, const TrueCumulants& other) {
    EXPECT_TRUE(
        ((one.value - other.value).abs() <= one.error + other.error + 1e-12 * (1 + other.value.abs())).all())
        << what << "\n"
        << one.value - other.value << "\n"
        << one.error + other.error;
  };
  for (std::size_t l = 0; l < a.pre.size(); ++l) {
    if (l > 0) compare(a.pre[l], b.pre[l]);
    compare(a.post[l], b.post[l]);
  }
  compare(a.output, b.output);
  EXPECT_LE(std::abs(a.mse - b.mse), a.mse_error + b.mse_error) << what;
}

// With and without biases, where half of the points do; steep units; units along the diagonal.
TEST(LatticeTruth, AgreesWithTensorRules) {
  const data::Distribution gaussian = data::parse_distribution("gaussian");
  const TruthInputs inputs(gaussian);
  for (const char* bias : {"none", "output", "all"})
    for (const auto& [depth, scale] : {std::pair{1, 1.0}, {1, 2.5}, {2, 1.0}}) {
      const nn::Layout layout = mlp(2, depth, 3, bias);
      nn::Vector<double> theta = random_theta(layout, 50, scale);
      theta[1] = theta[0];
      const TruthProblem problem = problem_of(layout, theta, nn::Tanh{});
      ASSERT_TRUE(has_lattice(problem, gaussian));
      TruthOptions options;
      options.max_points = 60000;
      const LayerTruth tensor = smooth_moments(problem, inputs, options).table.cumulants(INFINITY, 0);
      for (const double tolerance : {1e-4, 1e-8}) {
        options.tolerance = tolerance;
        const SchemeResult lattice = lattice_moments(problem, options);
        const std::string what = std::string(bias) + ", depth " + std::to_string(depth) + ", scale " +
                                 std::to_string(scale) + ", tolerance " + std::to_string(tolerance);
        expect_within_errors(lattice.table.cumulants(INFINITY, 0), tensor, what);
        const Eigen::ArrayXXd scales = lattice.table.scales(INFINITY, 0);
        EXPECT_LE((lattice.table.error / scales).maxCoeff(), tolerance) << what;
      }
    }
}

TEST(LatticeTruth, CrossesTheKnotsOfSplines) {
  const data::Distribution gaussian = data::parse_distribution("gaussian");
  for (const int degree : {1, 3}) {
    const nn::SplineBasis basis(9, degree, 3);
    const nn::Spline phi(basis, basis.leaky_relu(0.2));
    const nn::Layout shape = mlp(2, 2, 3);
    nn::Layout layout = shape;
    layout.append_coefficients(basis.coefficients(), true);
    nn::Vector<double> theta(static_cast<Eigen::Index>(layout.parameters()));
    theta << random_theta(shape, 51), phi.coefficients(), phi.coefficients();
    const TruthProblem problem = problem_of(layout, theta, phi);
    ASSERT_TRUE(has_lattice(problem, gaussian));
    TruthOptions loose, fine;
    loose.tolerance = 1e-4;
    fine.tolerance = 1e-7;
    fine.max_points = 100000;
    const SchemeResult coarse = lattice_moments(problem, loose), best = lattice_moments(problem, fine);
    EXPECT_LT(coarse.evaluations, best.evaluations);
    EXPECT_LE((coarse.table.error / coarse.table.scales(INFINITY, 1)).maxCoeff(), 1e-4);
    expect_within_errors(coarse.table.cumulants(INFINITY, 1), best.table.cumulants(INFINITY, 1),
                         "degree " + std::to_string(degree));
  }
}

TEST(LatticeTruth, IsForTwoGaussianInputsAndCurvedUnits) {
  const auto applies = [](const char* inputs, int block, const nn::Activation& activation) {
    const nn::Layout layout = mlp(block, 1, 2);
    return has_lattice(problem_of(layout, random_theta(layout, 52), activation),
                       data::parse_distribution(inputs));
  };
  EXPECT_TRUE(applies("gaussian", 2, nn::Tanh{}));
  EXPECT_FALSE(applies("gaussian", 3, nn::Tanh{}));
  EXPECT_FALSE(applies("uniform", 2, nn::Tanh{}));
  EXPECT_FALSE(applies("gaussian", 2, nn::Quadratic{0.1}));
  EXPECT_FALSE(applies("gaussian", 2, nn::LeakyRelu{0.1}));
}

}  // namespace
}  // namespace rgsweep::theory

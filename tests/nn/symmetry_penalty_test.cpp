#include "rgsweep/nn/symmetry_penalty.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

/// A network with free weights and the same one under a symmetry.
struct Networks {
  Layout layout, symmetric;
};

Networks networks(const Combination& combination) {
  const Parameters parameters = combination.parameters();
  return {make_layout(parameters, free_symmetry), make_layout(parameters)};
}

Vector<double> random_theta(const Layout& layout, std::uint64_t key) {
  return random_matrix(static_cast<Eigen::Index>(layout.parameters()), 1, key).col(0);
}

/// Every constraining symmetry with every bias at every depth, and graph networks too; the activation does
/// not matter here.
std::vector<Combination> constrained() {
  std::vector<Combination> result;
  for (const Combination& combination : all_combinations({1, 2, 3}, {4}))
    if (combination.symmetry != free_symmetry &&
        (combination.activation == activations().front().name || !combination.graph.empty()))
      result.push_back(combination);
  return result;
}

/// R of the header, from the definition.
double definition(const Networks& n, const Vector<double>& theta) {
  double sum = 0;
  for (std::size_t l = 0; l < n.layout.layers.size(); ++l) {
    const Matrix<double> W = n.layout.weight(theta, l), b = n.layout.bias(theta, l);
    sum += (W - n.symmetric.layers[l].weight.project(W)).squaredNorm();
    if (n.layout.layers[l].bias.parameters() > 0)
      sum += (b - n.symmetric.layers[l].bias.project(b)).squaredNorm();
  }
  return sum;
}

TEST(SymmetryPenalty, IsItsDefinition) {
  for (const Combination& combination : constrained()) {
    const Networks n = networks(combination);
    const Vector<double> theta = random_theta(n.layout, 3);
    SymmetryPenalty<double> penalty(n.layout, n.symmetric, 0.7);
    Vector<double> gradient = Vector<double>::Zero(theta.size());
    EXPECT_NEAR(penalty.add(theta, gradient), 0.7 * definition(n, theta), 1e-12) << combination.text();
    SymmetryPenalty<float> single(n.layout, n.symmetric, 0.7);
    Vector<float> narrow = Vector<float>::Zero(theta.size());
    EXPECT_NEAR(single.add(theta.cast<float>(), narrow), 0.7 * definition(n, theta),
                1e-5 * (1 + definition(n, theta)));
    EXPECT_LT((narrow.cast<double>() - gradient).norm(), 1e-5 * (1 + gradient.norm())) << combination.text();
  }
}

TEST(SymmetryPenalty, AddsTheDerivativeOfItsValue) {
  for (const Combination& combination : constrained()) {
    const Networks n = networks(combination);
    const Vector<double> theta = random_theta(n.layout, 5);
    SymmetryPenalty<double> penalty(n.layout, n.symmetric, 1.3);
    const Vector<double> before = random_theta(n.layout, 6);
    Vector<double> gradient = before;
    penalty.add(theta, gradient);
    gradient -= before;
    // The penalty is quadratic: central differences are exact but for rounding.
    constexpr double h = 1e-3;
    for (Eigen::Index i = 0; i < theta.size(); ++i) {
      Vector<double> up = theta, down = theta, unused = before;
      up(i) += h;
      down(i) -= h;
      const double difference = (penalty.add(up, unused) - penalty.add(down, unused)) / (2 * h);
      EXPECT_NEAR(gradient(i), difference, 1e-9) << combination.text() << " parameter " << i;
    }
  }
}

// The free network that holds exactly the weights of a symmetric one has nothing to pay; every other has.
TEST(SymmetryPenalty, VanishesOnTheSymmetryAlone) {
  for (const Combination& combination : constrained()) {
    const Networks n = networks(combination);
    const Vector<double> tied = random_theta(n.symmetric, 7);
    Vector<double> theta(static_cast<Eigen::Index>(n.layout.parameters()));
    const auto copy = [&](const TyingPattern& own, std::size_t offset, const Matrix<double>& W) {
      for (int i = 0; i < own.rows(); ++i)
        for (int j = 0; j < own.cols(); ++j)
          if (own.label(i, j) != TyingPattern::kZero)
            theta(static_cast<Eigen::Index>(offset) + own.label(i, j)) = W(i, j);
    };
    for (std::size_t l = 0; l < n.layout.layers.size(); ++l) {
      copy(n.layout.layers[l].weight, n.layout.layers[l].weight_offset, n.symmetric.weight(tied, l));
      copy(n.layout.layers[l].bias, n.layout.layers[l].bias_offset, n.symmetric.bias(tied, l));
    }
    SymmetryPenalty<double> penalty(n.layout, n.symmetric, 1);
    Vector<double> gradient = Vector<double>::Zero(theta.size());
    EXPECT_LT(penalty.add(theta, gradient), 1e-26) << combination.text();
    EXPECT_LT(gradient.norm(), 1e-12) << combination.text();
    const Vector<double> moved = theta + random_theta(n.layout, 8);
    if (n.symmetric.parameters() == n.layout.parameters()) continue;
    EXPECT_GT(penalty.add(moved, gradient), 1e-3) << combination.text();
  }
}

TEST(SymmetryPenalty, RefusesAnotherNetwork) {
  const Layout narrow = make_layout(test_parameters({{"model.width", "2"}})),
               wide = make_layout(test_parameters({{"model.width", "4"}})),
               deep = make_layout(test_parameters({{"model.depth", "2"}}));
  EXPECT_THROW(SymmetryPenalty<double>(narrow, wide, 1), std::logic_error);
  EXPECT_THROW(SymmetryPenalty<double>(narrow, deep, 1), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::nn

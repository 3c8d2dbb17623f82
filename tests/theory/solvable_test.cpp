// The table of solvable cases at depth 1 without biases: witnesses, bounds and limits.
#include "rgsweep/theory/solvable.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "../nn/test_keys.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "rgsweep/theory/plateau.hpp"

namespace rgsweep::theory {
namespace {

using nn::LeakyRelu;
using nn::Quadratic;

nn::Layout layout_of(const std::string& symmetry, int block, int width, const std::string& bias = "none") {
  return nn::make_layout(nn::test_parameters({{"task.block", std::to_string(block)},
                                              {"model.symmetry", symmetry},
                                              {"model.width", std::to_string(width)},
                                              {"model.bias", bias}}));
}

Eigen::ArrayXd target(const Eigen::ArrayXXd& X) {
  return X.rowwise().sum() / std::sqrt(static_cast<double>(X.cols()));
}

nn::Vector<double> random_theta(const nn::Layout& layout, std::uint64_t key) {
  return nn::random_matrix(static_cast<Eigen::Index>(layout.parameters()), 1, key);
}

const nn::Activation kActivations[] = {LeakyRelu{0},    LeakyRelu{0.1}, LeakyRelu{0.9}, LeakyRelu{-0.5},
                                       Quadratic{0.01}, Quadratic{0.5}, Quadratic{-2}};

TEST(Solvable, WitnessesEqualTheTargetEverywhere) {
  for (const nn::Activation& activation : kActivations)
    for (const char* symmetry : {"none", "exchange", "equivariant", "odd"})
      for (int block : {2, 3, 5})
        for (int groups : {2, 4}) {
          const int width = groups * (std::string(symmetry) == "equivariant" ? block : 1);
          for (const char* bias : {"none", "all"}) {
            ASSERT_EQ(solvable(symmetry, activation, block, width), Solvable::exact);
            const nn::Layout layout = layout_of(symmetry, block, width, bias);
            const nn::Vector<double> theta = solvable_witness(layout, symmetry, activation);
            const Eigen::ArrayXXd X = 10 * nn::random_matrix(200, block, 1);
            const Eigen::ArrayXd f = nn::ReferenceNetwork(layout, activation).output(theta, X);
            EXPECT_LT((f - target(X)).abs().maxCoeff(), 1e-10) << symmetry << block << " " << width;
          }
        }
}

TEST(Solvable, NoWitnessWhereTheTableHasNone) {
  EXPECT_THROW(solvable_witness(layout_of("full", 2, 4), "full", LeakyRelu{0.1}), std::logic_error);
  EXPECT_THROW(solvable_witness(layout_of("exchange", 2, 1), "exchange", Quadratic{1}), std::logic_error);
  EXPECT_THROW(solvable_witness(layout_of("equivariant", 2, 2), "equivariant", Quadratic{1}),
               std::logic_error);
  EXPECT_THROW(solvable_witness(layout_of("none", 2, 2), "none", LeakyRelu{-1}), std::logic_error);
  EXPECT_THROW(solvable_witness(layout_of("none", 2, 2), "none", nn::Tanh{}), std::logic_error);
}

// sum_u v_u (phi(w_u.x) - phi(-w_u.x)) = 2 c sum_u v_u w_u.x, whatever the weights.
TEST(Solvable, OddNetworksAreLinearForEveryWeight) {
  for (const nn::Activation& activation : kActivations)
    for (int block : {2, 3})
      for (std::uint64_t draw = 0; draw < 5; ++draw) {
        const nn::Layout layout = layout_of("odd", block, 6, "output");
        const nn::Vector<double> theta = random_theta(layout, draw);
        const Eigen::ArrayXXd X = nn::random_matrix(100, block, 10 + draw);
        const Eigen::VectorXd slope =
            odd_slope(activation) * layout.weight(theta, 0).transpose() * layout.weight(theta, 1).transpose();
        const Eigen::ArrayXd f = nn::ReferenceNetwork(layout, activation).output(theta, X);
        EXPECT_LT((f - (X.matrix() * slope).array()).abs().maxCoeff(), 1e-12) << block;
        EXPECT_GT(slope.norm(), 1e-3);
      }
}

/// min_C MSE of C f over Gaussian inputs, b = 2, for f homogeneous of degree 1: an integral over angles.
double best_loss(const nn::Layout& layout, const nn::Activation& activation,
                 const nn::Vector<double>& theta) {
  const Eigen::ArrayXd angle = Eigen::ArrayXd::LinSpaced(20001, 0, 2 * std::numbers::pi).head(20000);
  Eigen::ArrayXXd X(angle.size(), 2);
  X.col(0) = angle.cos();
  X.col(1) = angle.sin();
  const Eigen::ArrayXd f = nn::ReferenceNetwork(layout, activation).output(theta, X), y = target(X);
  const double cross = (f * y).sum();
  return 1 - cross * cross / (f.square().sum() * y.square().sum());
}

TEST(Solvable, EqualUnitsNeverGoBelowThePlateau) {
  for (double slope : {-0.5, 0.0, 0.1, 0.5, 0.9})
    for (const auto& [symmetry, width] :
         {std::pair{"full", 4}, {"equivariant", 2}, {"exchange", 1}, {"none", 1}}) {
      ASSERT_EQ(solvable(symmetry, LeakyRelu{slope}, 2, width), Solvable::plateau);
      const nn::Layout layout = layout_of(symmetry, 2, width);
      double lowest = 1;
      for (std::uint64_t draw = 0; draw < 50; ++draw)
        lowest = std::min(lowest, best_loss(layout, LeakyRelu{slope}, random_theta(layout, draw)));
      EXPECT_GT(lowest, plateau(slope) - 1e-6) << symmetry << slope;
      // The infimum is attained: by equal weights.
      const nn::Vector<double> equal = vanishing_weights(layout, LeakyRelu{slope}, 1);
      EXPECT_NEAR(best_loss(layout, LeakyRelu{slope}, equal), plateau(slope), 1e-6) << symmetry << slope;
    }
}

TEST(Solvable, ExchangeNeedsUnitsOfOppositeSign) {
  const nn::Layout layout = layout_of("exchange", 2, 2);  // w1 w2 v1 v2
  for (double slope : {0.0, 0.1, 0.5}) {
    const auto loss = [&](double w2, double v2) {
      return best_loss(layout, LeakyRelu{slope}, Eigen::Vector4d(0.7, w2, 1.3, v2));
    };
    for (double w2 : {0.1, 1.0, 3.0})
      for (double v2 : {-0.1, 0.2, 2.0}) EXPECT_NEAR(loss(w2, v2), plateau(slope), 1e-6);
    EXPECT_LT(loss(-0.7, -1.3), 1e-12);
  }
}

TEST(Solvable, QuadraticEqualUnitsOnlyApproachTheMap) {
  for (const auto& [symmetry, block, width] :
       {std::tuple{"full", 2, 4}, {"full", 3, 2}, {"equivariant", 2, 2}, {"equivariant", 3, 3}}) {
    const double alpha = 0.7;
    ASSERT_EQ(solvable(symmetry, Quadratic{alpha}, block, width), Solvable::limit);
    const nn::Layout layout = layout_of(symmetry, block, width);
    const nn::ReferenceNetwork network(layout, Quadratic{alpha});
    double last = std::numeric_limits<double>::infinity(), readout = 0;
    for (double weight : {1.0, 0.1, 0.01, 0.001}) {
      const nn::Vector<double> theta = vanishing_weights(layout, Quadratic{alpha}, weight);
      // Signs +-1 on every corner of the cube are rademacher inputs, kappa4 = -2, all of them.
      const int corners = 1 << block;
      Eigen::ArrayXXd X(corners, block);
      for (int i = 0; i < corners; ++i)
        for (int j = 0; j < block; ++j) X(i, j) = (i >> j) % 2 == 0 ? 1 : -1;
      const double mse = (network.output(theta, X) - target(X)).square().mean();
      const double expected = vanishing_weights_mse(alpha, weight, block, -2);
      EXPECT_NEAR(mse, expected, 1e-9 * expected) << symmetry << block;
      EXPECT_LT(mse, last);
      last = mse;
      EXPECT_GT(layout.weight(theta, 1).norm(), 9 * readout);  // the norm grows as 1 / weight
      readout = layout.weight(theta, 1).norm();
    }
    EXPECT_LT(last, 1e-5);
  }
}

TEST(Solvable, OtherActivationsAreNotInTheTable) {
  const nn::SplineBasis basis(9, 3, 3);
  const nn::Spline spline(basis, basis.leaky_relu(0.1));
  EXPECT_EQ(solvable("none", nn::Tanh{}, 2, 2), Solvable::unknown);
  EXPECT_EQ(solvable("none", spline, 2, 2), Solvable::unknown);
  EXPECT_THROW(odd_slope(spline), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::theory

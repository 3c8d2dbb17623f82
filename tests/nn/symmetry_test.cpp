#include "rgsweep/nn/symmetry.hpp"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

Eigen::ArrayXXd permuted(const Eigen::ArrayXXd& X, const std::vector<int>& order) {
  Eigen::ArrayXXd result(X.rows(), X.cols());
  for (int i = 0; i < X.cols(); ++i) result.col(i) = X.col(order[static_cast<std::size_t>(i)]);
  return result;
}

/// Largest change of f under any permutation of four inputs, over several random networks.
double largest_change(const std::string& name, int depth) {
  double change = 0;
  for (std::uint64_t draw = 0; draw < 5; ++draw) {
    const Parameters parameters = test_parameters({{"task.block", "4"},
                                                   {"model.symmetry", name},
                                                   {"model.bias", "all"},
                                                   {"model.depth", std::to_string(depth)},
                                                   {"model.width", "5"}});
    const ReferenceNetwork network(make_layout(parameters), make_activation(parameters));
    const auto size = static_cast<Eigen::Index>(network.layout().parameters());
    const Vector<double> theta = random_matrix(size, 1, 10 + draw);
    const Eigen::ArrayXXd X = random_matrix(50, 4, 20 + draw);
    const Eigen::ArrayXd f = network.output(theta, X);
    std::vector<int> order(4);
    std::iota(order.begin(), order.end(), 0);
    while (std::next_permutation(order.begin(), order.end())) {
      const Eigen::ArrayXd g = network.output(theta, permuted(X, order));
      change = std::max(change, ((f - g) / (1 + f.abs())).abs().maxCoeff());
    }
  }
  return change;
}

TEST(Symmetry, ExchangeAndFullIgnoreTheOrderOfInputs) {
  for (int depth = 1; depth <= 3; ++depth) {
    EXPECT_LT(largest_change("exchange", depth), 1e-12) << depth;
    EXPECT_LT(largest_change("full", depth), 1e-12) << depth;
  }
}

TEST(Symmetry, NoneDoesNot) {
  for (int depth = 1; depth <= 3; ++depth) EXPECT_GT(largest_change("none", depth), 0.1) << depth;
}

TEST(Symmetry, PatternsCountTheirParameters) {
  const LayerShape first{0, 2, 5, 3}, second{1, 2, 5, 5}, readout{2, 2, 1, 5};
  EXPECT_EQ(symmetry("none").weight(first).parameters(), 15);
  EXPECT_EQ(symmetry("exchange").weight(first).parameters(), 5);
  EXPECT_EQ(symmetry("exchange").weight(second).parameters(), 25);
  EXPECT_EQ(symmetry("exchange").weight(readout).parameters(), 5);
  EXPECT_EQ(symmetry("exchange").bias(first).parameters(), 5);
  for (const LayerShape& shape : {first, second, readout}) {
    EXPECT_EQ(symmetry("full").weight(shape).parameters(), 1);
    EXPECT_EQ(symmetry("full").bias(shape).parameters(), 1);
  }
}

TEST(Symmetry, ProjectionsAverageWhatIsTied) {
  Matrix<double> W(2, 2), exchange(2, 2);
  W << 1, 3, 5, -7;
  exchange << 2, 2, -1, -1;
  const LayerShape first{0, 1, 2, 2};
  EXPECT_EQ(symmetry("exchange").weight(first).project(W), exchange);
  EXPECT_EQ(symmetry("full").weight(first).project(W), (Matrix<double>::Constant(2, 2, 0.5)));
  EXPECT_EQ(symmetry("none").weight(first).project(W), W);
}

TEST(Symmetry, UnknownNameSaysWhatIsKnown) {
  try {
    symmetry("exchang");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'exchange'"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace rgsweep::nn

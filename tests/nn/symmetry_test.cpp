#include "rgsweep/nn/symmetry.hpp"

#include <algorithm>
#include <cmath>
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

Parameters of_four_inputs(const std::string& name, int depth, const std::string& activation = "leaky_relu") {
  return test_parameters({{"task.block", "4"},
                          {"activation.kind", activation},
                          {"model.symmetry", name},
                          {"model.bias", "all"},
                          {"model.depth", std::to_string(depth)},
                          {"model.width", "8"}});
}

ReferenceNetwork network_of(const Parameters& parameters) {
  return {make_layout(parameters), make_activation(parameters)};
}

Vector<double> random_theta(const Layout& layout, std::uint64_t key) {
  return random_matrix(static_cast<Eigen::Index>(layout.parameters()), 1, key);
}

/// Largest change of f under any permutation of four inputs, over several random networks.
double largest_change(const std::string& name, int depth, const std::string& activation = "leaky_relu") {
  double change = 0;
  for (std::uint64_t draw = 0; draw < 5; ++draw) {
    const ReferenceNetwork network = network_of(of_four_inputs(name, depth, activation));
    const Vector<double> theta = random_theta(network.layout(), 10 + draw);
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

TEST(Symmetry, ExchangeEquivariantAndFullIgnoreTheOrderOfInputs) {
  for (const char* activation : {"leaky_relu", "spline"})
    for (int depth = 1; depth <= 3; ++depth) {
      EXPECT_LT(largest_change("exchange", depth, activation), 1e-12) << activation << depth;
      EXPECT_LT(largest_change("equivariant", depth, activation), 1e-12) << activation << depth;
      EXPECT_LT(largest_change("full", depth, activation), 1e-12) << activation << depth;
    }
}

TEST(Symmetry, EquivariantSeesMoreThanTheSumOfInputs) {
  for (int depth = 1; depth <= 3; ++depth) {
    const ReferenceNetwork network = network_of(of_four_inputs("equivariant", depth));
    const Vector<double> theta = random_theta(network.layout(), 1);
    Eigen::ArrayXXd X(2, 4);
    X << 0, 0, 0, 0, 6, -2, -4, 0;
    const Eigen::ArrayXd f = network.output(theta, X);
    EXPECT_GT(std::abs(f[0] - f[1]), 0.1) << depth;
  }
}

// Channel by channel the hidden units follow the sites: h of a permuted input is the permuted h.
TEST(Symmetry, EquivariantUnitsMoveWithTheirSite) {
  const ReferenceNetwork network = network_of(of_four_inputs("equivariant", 3));
  const Vector<double> theta = random_theta(network.layout(), 1);
  const Eigen::ArrayXXd X = random_matrix(20, 4, 2);
  const std::vector<int> order{2, 0, 3, 1};
  const auto h = network.trace(theta, X).post, moved = network.trace(theta, permuted(X, order)).post;
  for (std::size_t l = 0; l < 3; ++l)
    for (int channel = 0; channel < 2; ++channel)
      EXPECT_LT((moved[l].middleCols(4 * channel, 4) - permuted(h[l].middleCols(4 * channel, 4), order))
                    .abs()
                    .maxCoeff(),
                1e-9);
}

TEST(Symmetry, OddNetworksAreOddWhateverTheBias) {
  for (const ActivationEntry& activation : activations())
    for (std::string_view bias : bias_choices())
      for (int depth = 1; depth <= 3; ++depth) {
        const Parameters parameters =
            Combination{std::string(activation.name), "odd", std::string(bias), depth, 6}.parameters();
        const ReferenceNetwork network = network_of(parameters);
        const Vector<double> theta = 0.5 * random_theta(network.layout(), 3);
        const Eigen::ArrayXXd X = random_matrix(50, 3, 4);
        const Eigen::ArrayXd f = network.output(theta, X), mirrored = network.output(theta, -X);
        EXPECT_LT(((f + mirrored) / (1 + f.abs())).abs().maxCoeff(), 1e-11) << activation.name << depth;
        EXPECT_GT(f.abs().maxCoeff(), 1e-3) << activation.name << depth;
      }
}

TEST(Symmetry, OnlyOddNetworksAreOdd) {
  for (const Symmetry& tied : symmetries()) {
    if (tied.name == "odd") continue;
    const ReferenceNetwork network = network_of(of_four_inputs(std::string(tied.name), 1));
    const Vector<double> theta = random_theta(network.layout(), 3);
    const Eigen::ArrayXXd X = random_matrix(50, 4, 4);
    EXPECT_GT((network.output(theta, X) + network.output(theta, -X)).abs().maxCoeff(), 0.1) << tied.name;
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
  const LayerShape first6{0, 2, 6, 3, 3}, second6{1, 2, 6, 6, 3}, readout6{2, 2, 1, 6, 3};
  EXPECT_EQ(symmetry("equivariant").weight(first6).parameters(), 2 * 2);
  EXPECT_EQ(symmetry("equivariant").weight(second6).parameters(), 2 * 4);
  EXPECT_EQ(symmetry("equivariant").weight(readout6).parameters(), 2);
  EXPECT_EQ(symmetry("equivariant").bias(first6).parameters(), 2);
  EXPECT_EQ(symmetry("equivariant").bias(readout6).parameters(), 1);
  EXPECT_EQ(symmetry("odd").weight(first6).parameters(), 3 * 3);
  EXPECT_EQ(symmetry("odd").weight(second6).parameters(), 36 / 2);
  EXPECT_EQ(symmetry("odd").weight(readout6).parameters(), 3);
  EXPECT_EQ(symmetry("odd").bias(first6).parameters(), 3);
  EXPECT_EQ(symmetry("odd").bias(readout6).parameters(), 0);
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

// The equivariant matrices are those that commute with the group: the projection is the mean over it.
TEST(Symmetry, EquivariantProjectionIsTheGroupAverage) {
  const Parameters parameters = of_four_inputs("none", 2);
  const Layout layout = make_layout(parameters), tied = make_layout(parameters, "equivariant");
  const Vector<double> theta = random_theta(layout, 5);
  for (std::size_t l = 0; l < 3; ++l) {
    const Matrix<double> W = layout.weight(theta, l);
    Matrix<double> mean = Matrix<double>::Zero(W.rows(), W.cols());
    std::vector<int> order{0, 1, 2, 3};
    do {
      const auto moved = [&](int unit) { return unit / 4 * 4 + order[static_cast<std::size_t>(unit % 4)]; };
      for (int i = 0; i < W.rows(); ++i)
        for (int j = 0; j < W.cols(); ++j) mean(i, j) += W(l == 2 ? 0 : moved(i), moved(j)) / 24;
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_LT((tied.layers[l].weight.project(W) - mean).norm(), 1e-12) << l;
  }
}

TEST(Symmetry, OddProjectionIsTheGroupAverage) {
  const Parameters parameters = of_four_inputs("none", 2);
  const Layout layout = make_layout(parameters), tied = make_layout(parameters, "odd");
  const Vector<double> theta = random_theta(layout, 5);
  for (std::size_t l = 0; l < 3; ++l) {
    const Matrix<double> W = layout.weight(theta, l);
    Matrix<double> mean = W / 2;
    for (int i = 0; i < W.rows(); ++i)
      for (int j = 0; j < W.cols(); ++j)
        mean(i, j) += (l == 1 ? 1 : -1) * W(l == 2 ? 0 : i ^ 1, l == 0 ? j : j ^ 1) / 2;
    EXPECT_LT((tied.layers[l].weight.project(W) - mean).norm(), 1e-12) << l;
  }
}

TEST(Symmetry, ProjectionsKeepWhatIsSymmetricAlready) {
  for (const Symmetry& tied : symmetries())
    for (int depth = 1; depth <= 3; ++depth) {
      const Layout layout = make_layout(of_four_inputs(std::string(tied.name), depth));
      const Vector<double> theta = random_theta(layout, 6);
      for (std::size_t l = 0; l < layout.layers.size(); ++l) {
        const Matrix<double> W = layout.weight(theta, l);
        EXPECT_LT((layout.layers[l].weight.project(W) - W).norm(), 1e-13) << tied.name << l;
      }
    }
}

TEST(Symmetry, WidthsThatDoNotFitSayWhatIsAllowed) {
  const auto message = [](const char* symmetry_name, const char* width) {
    const Parameters parameters =
        test_parameters({{"task.block", "3"}, {"model.symmetry", symmetry_name}, {"model.width", width}});
    try {
      check_network(parameters);
    } catch (const UsageError& error) {
      EXPECT_THROW(make_layout(parameters), UsageError);
      return std::string(error.what());
    }
    EXPECT_NO_THROW(make_layout(parameters));
    return std::string();
  };
  EXPECT_EQ(message("equivariant", "4"),
            "model.width = 4 does not fit model.symmetry = equivariant; allowed: multiples of 3");
  EXPECT_EQ(message("odd", "3"),
            "model.width = 3 does not fit model.symmetry = odd; allowed: multiples of 2");
  EXPECT_EQ(message("equivariant", "6"), "");
  EXPECT_EQ(message("odd", "2"), "");
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

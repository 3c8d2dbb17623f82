// Graph networks, which are made as stacked matrices, against message passing node by node.
#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

Parameters gnn(std::string_view graph_name, std::string_view readout_name, int nodes, int features, int depth,
               std::string_view symmetry_name = "none", std::string_view bias = "all") {
  return test_parameters({{"model.architecture", "gnn"},
                          {"task.block", std::to_string(nodes)},
                          {"model.graph", std::string(graph_name)},
                          {"model.readout", std::string(readout_name)},
                          {"model.features", std::to_string(features)},
                          {"model.depth", std::to_string(depth)},
                          {"model.symmetry", std::string(symmetry_name)},
                          {"model.bias", std::string(bias)}});
}

ReferenceNetwork network_of(const Parameters& parameters) {
  return {make_layout(parameters), make_activation(parameters)};
}

Vector<double> random_theta(const ReferenceNetwork& network, std::uint64_t key) {
  return random_matrix(static_cast<Eigen::Index>(network.layout().parameters()), 1, key);
}

/// f of one input, from theta as it is documented: W_self row by row, W_msg unless it is the same, beta; the
/// readout v and c. leaky_relu of slope 0.3.
double message_passing(const Parameters& p, const Vector<double>& theta, const Eigen::VectorXd& x) {
  const int nodes = static_cast<int>(x.size()), features = static_cast<int>(p.integer("model.features"));
  const bool shared = p.text("model.symmetry") == "exchange";
  const double* at = theta.data();
  const auto take = [&](int rows, int cols) {
    Eigen::MatrixXd W(rows, cols);
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < cols; ++j) W(i, j) = *at++;
    return W;
  };
  std::vector<Eigen::VectorXd> h;
  for (int i = 0; i < nodes; ++i) h.push_back(Eigen::VectorXd::Constant(1, x[i]));
  for (int l = 0; l < p.integer("model.depth"); ++l) {
    const int inputs = l == 0 ? 1 : features;
    const Eigen::MatrixXd self = take(features, inputs), message = shared ? self : take(features, inputs);
    const Eigen::VectorXd beta = take(features, 1);
    std::vector<Eigen::VectorXd> next;
    for (int i = 0; i < nodes; ++i) {
      const auto to = static_cast<std::size_t>(i);
      Eigen::VectorXd z = self * h[to] + beta;
      for (int j = 0; j < nodes; ++j)
        if (graph(p.text("model.graph")).edge(j, i, nodes)) z += message * h[static_cast<std::size_t>(j)];
      next.push_back(z.cwiseMax(0) + 0.3 * z.cwiseMin(0));
    }
    h = next;
  }
  const Eigen::MatrixXd v = take(1, features);
  double f = *at++;
  if (p.text("model.readout") == "sink") return f + (v * h.back())(0);
  for (const Eigen::VectorXd& node : h) f += (v * node)(0);
  return f;
}

TEST(Gnn, StackedMatricesAreMessagePassing) {
  for (const Graph& edges : graphs())
    for (const Readout& read : readouts())
      for (const char* symmetry_name : {"none", "exchange"})
        for (int nodes : {2, 3, 5})
          for (int depth = 1; depth <= 3; ++depth) {
            const Parameters parameters = gnn(edges.name, read.name, nodes, 3, depth, symmetry_name);
            const ReferenceNetwork network = network_of(parameters);
            const Vector<double> theta = random_theta(network, 1);
            const Eigen::ArrayXXd X = random_matrix(10, nodes, 2);
            const Eigen::ArrayXd f = network.output(theta, X);
            for (Eigen::Index i = 0; i < X.rows(); ++i)
              EXPECT_NEAR(f[i], message_passing(parameters, theta, X.row(i).matrix()),
                          1e-12 * (1 + std::abs(f[i])))
                  << edges.name << " " << read.name << " " << symmetry_name << nodes << depth;
          }
}

TEST(Gnn, ParameterCountsByHand) {
  const auto count = [](std::string_view symmetry_name, int depth, std::string_view bias, int features = 4) {
    return make_layout(gnn("ring", "sum", 3, features, depth, symmetry_name, bias)).parameters();
  };
  EXPECT_EQ(count("none", 1, "none"), 2U * 4 + 4);
  EXPECT_EQ(count("none", 3, "all"), (2U * 4 + 4) + 2 * (2 * 16 + 4) + (4 + 1));
  EXPECT_EQ(count("exchange", 3, "output"), 4U + 2 * 16 + 4 + 1);
  EXPECT_EQ(count("odd", 2, "all"), (2U * 2 + 2) + (2 * 8 + 2) + 2);
  EXPECT_EQ(count("full", 3, "none"), 4U);
}

/// Largest change of f, summed over the nodes, when the nodes are renamed by `order`.
double change_under(std::string_view graph_name, const std::vector<int>& order, int depth) {
  const int nodes = static_cast<int>(order.size());
  const ReferenceNetwork network = network_of(gnn(graph_name, "sum", nodes, 3, depth));
  const Vector<double> theta = random_theta(network, 1);
  const Eigen::ArrayXXd X = random_matrix(30, nodes, 2);
  Eigen::ArrayXXd moved(X.rows(), X.cols());
  for (int i = 0; i < nodes; ++i) moved.col(i) = X.col(order[static_cast<std::size_t>(i)]);
  const Eigen::ArrayXd f = network.output(theta, X);
  return ((f - network.output(theta, moved)) / (1 + f.abs())).abs().maxCoeff();
}

TEST(Gnn, CompleteGraphsIgnoreTheOrderOfNodes) {
  for (int depth = 1; depth <= 3; ++depth) {
    std::vector<int> order{0, 1, 2, 3};
    while (std::next_permutation(order.begin(), order.end()))
      EXPECT_LT(change_under("complete", order, depth), 1e-12);
  }
}

TEST(Gnn, RingsIgnoreRotationsAndReflectionsOnly) {
  for (int depth = 1; depth <= 3; ++depth) {
    for (int shift = 0; shift < 5; ++shift)
      for (int sign : {1, -1}) {
        std::vector<int> order;
        for (int i = 0; i < 5; ++i) order.push_back((5 + shift + sign * i) % 5);
        EXPECT_LT(change_under("ring", order, depth), 1e-12);
      }
    EXPECT_GT(change_under("ring", {1, 0, 2, 3, 4}, depth), 1e-2);
  }
}

TEST(Gnn, ChainsIgnoreReflection) {
  for (int depth = 1; depth <= 3; ++depth) {
    EXPECT_LT(change_under("chain", {3, 2, 1, 0}, depth), 1e-12);
    EXPECT_GT(change_under("chain", {1, 2, 3, 0}, depth), 1e-2);
  }
}

TEST(Gnn, OddNetworksAreOdd) {
  for (const Graph& edges : graphs())
    for (int depth = 1; depth <= 3; ++depth) {
      const ReferenceNetwork network = network_of(gnn(edges.name, "sink", 3, 4, depth, "odd"));
      const Vector<double> theta = random_theta(network, 1);
      const Eigen::ArrayXXd X = random_matrix(30, 3, 2);
      const Eigen::ArrayXd f = network.output(theta, X);
      EXPECT_LT(((f + network.output(theta, -X)) / (1 + f.abs())).abs().maxCoeff(), 1e-12) << edges.name;
      EXPECT_GT(f.abs().maxCoeff(), 1e-3);
    }
}

// Two nodes, one message, the sink read: the two-to-one step of a tied mlp.
TEST(Gnn, PairWithExchangeIsATiedMlp) {
  const ReferenceNetwork network = network_of(gnn("pair", "sink", 2, 3, 1, "exchange"));
  const ReferenceNetwork mlp = network_of(
      test_parameters({{"model.width", "3"}, {"model.symmetry", "exchange"}, {"model.bias", "all"}}));
  ASSERT_EQ(network.layout().parameters(), mlp.layout().parameters());
  const Vector<double> theta = random_theta(network, 1);
  const Eigen::ArrayXXd X = random_matrix(30, 2, 2);
  EXPECT_LT((network.output(theta, X) - mlp.output(theta, X)).abs().maxCoeff(), 1e-13);
}

TEST(Gnn, ExchangeProjectionAveragesSelfAndMessage) {
  const Parameters parameters = gnn("complete", "sum", 3, 2, 2, "none", "none");
  const Layout layout = make_layout(parameters), tied = make_layout(parameters, "exchange");
  const Vector<double> theta = random_matrix(static_cast<Eigen::Index>(layout.parameters()), 1, 1);
  const Matrix<double> W = layout.weight(theta, 1), projected = tied.layers[1].weight.project(W);
  // One self block and two message blocks in each row of blocks.
  const Matrix<double> mean = (W.block(0, 0, 2, 2) + 2 * W.block(0, 2, 2, 2)) / 3;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) EXPECT_LT((projected.block(2 * i, 2 * j, 2, 2) - mean).norm(), 1e-14);
}

TEST(Gnn, FanInCountsTheInputsOfANode) {
  const Layout layout = make_layout(gnn("chain", "sink", 5, 2, 2));
  EXPECT_EQ(layout.layers[0].weight.fan_in(), 3);
  EXPECT_EQ(layout.layers[1].weight.fan_in(), 6);
  EXPECT_EQ(layout.layers[2].weight.fan_in(), 2);
  EXPECT_EQ(hidden_units(gnn("chain", "sink", 5, 2, 2)), 10);
  EXPECT_EQ(layout.width(), 10);
}

TEST(Gnn, WhatDoesNotFitSaysWhatIsAllowed) {
  const auto message = [](const Parameters& parameters) {
    try {
      check_network(parameters);
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message(gnn("pair", "sink", 2, 3, 1, "odd")),
            "model.features = 3 does not fit model.symmetry = odd; allowed: multiples of 2");
  EXPECT_EQ(message(gnn("pair", "sink", 2, 4, 1, "equivariant")),
            "model.symmetry = equivariant is not defined for model.architecture = gnn; allowed: one of none, "
            "exchange, odd, full");
  EXPECT_EQ(message(gnn("pair", "sink", 64, 100, 1)),
            "model.features = 100 is too much for task.block = 64; allowed: at most 64");
  EXPECT_EQ(message(gnn("pair", "sink", 64, 64, 1)), "");
}

}  // namespace
}  // namespace rgsweep::nn

// The infimum of graph networks: exact by weights that represent the map, and where it is not 0, what the
// sites that the readout sees leave out.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "infimum_networks.hpp"
#include "rgsweep/theory/plateau.hpp"

namespace rgsweep::theory {
namespace {

/// f = (sum over the sites that are seen) / sqrt(b), for every input.
void expect_sum_of(Network& network, const std::vector<double>& seen, const std::string& what) {
  const Eigen::ArrayXXd X = random_inputs(static_cast<Eigen::Index>(seen.size()));
  const Eigen::Map<const Eigen::VectorXd> of(seen.data(), static_cast<Eigen::Index>(seen.size()));
  const Eigen::ArrayXd y = (X.matrix() * of).array() / std::sqrt(static_cast<double>(seen.size()));
  const Eigen::ArrayXd f = nn::ReferenceNetwork(network.layout, network.activation).output(network.theta, X);
  EXPECT_LT((f - y).abs().maxCoeff(), 1e-10) << what;
}

/// Features (1, -1) of self weight 1 and message weight `message`; the readout (g, -g).
void set_pair(Network& network, double message, double gain) {
  const nn::TyingPattern &W = network.layout.layers[0].weight, &v = network.layout.layers[1].weight;
  Eigen::MatrixXd weight(W.rows(), W.cols()), readout(1, v.cols());
  for (int i = 0; i < W.rows(); ++i)
    for (int j = 0; j < W.cols(); ++j)
      weight(i, j) =
          W.label(i, j) == nn::TyingPattern::kZero ? 0 : (i % 2 == 0 ? 1 : -1) * (i / 2 == j ? 1 : message);
  for (int j = 0; j < v.cols(); ++j)
    readout(0, j) = v.label(0, j) == nn::TyingPattern::kZero ? 0 : j % 2 == 0 ? gain : -gain;
  network.set_weight(0, weight);
  network.set_weight(1, readout);
}

TEST(Infimum, OfGraphNetworks) {
  const double odd = 1.2;  // 2 c at a = 0.2
  for (const char* symmetry : {"none", "exchange", "odd"}) {
    for (const auto& [graph, block] :
         {std::pair{"pair", "2"}, {"pair", "4"}, {"complete", "3"}, {"ring", "3"}}) {
      Network network(graph_network(graph, "sink", block, symmetry));
      expect_infimum(network.at, 0, true, std::string(graph) + symmetry);
      set_pair(network, 1, 1 / (odd * std::sqrt(std::stod(block))));
      EXPECT_LT(network.largest_error(random_inputs(std::stoi(block))), 1e-10) << graph << symmetry;
    }
    // The sink of a chain of three sees two sites.
    Network chain(graph_network("chain", "sink", "3", symmetry));
    expect_infimum(chain.at, 1 - 2.0 / 3, true, symmetry);
    set_pair(chain, 1, 1 / (odd * std::sqrt(3)));
    expect_sum_of(chain, {0, 1, 1}, symmetry);
  }
  // A sum over nodes: no messages, or equal ones where every node sends to as many.
  Network silent(graph_network("pair", "sum", "3", "none"));
  expect_infimum(silent.at, 0, true, "silent");
  set_pair(silent, 0, 1 / (odd * std::sqrt(3)));
  EXPECT_LT(silent.largest_error(random_inputs(3)), 1e-10);
  Network ring(graph_network("ring", "sum", "5", "exchange"));
  expect_infimum(ring.at, 0, true, "ring");
  set_pair(ring, 1, 1 / (3 * odd * std::sqrt(5)));
  EXPECT_LT(ring.largest_error(random_inputs(5)), 1e-10);
  EXPECT_TRUE(std::isnan(infimum(point(graph_network("pair", "sum", "2", "exchange"))).mse));

  // One feature, or all weights equal: one function of the sum.
  for (const char* symmetry : {"none", "full"}) {
    Network tied(graph_network("pair", "sink", "2", symmetry, symmetry == std::string("none") ? "1" : "3"));
    expect_infimum(tied.at, plateau(0.2), true, symmetry);
    for (std::uint64_t key = 0; key < 8; ++key) {
      tied.randomise(key);
      EXPECT_GT(tied.best_loss(), plateau(0.2) - 1e-7);
    }
  }
}

}  // namespace
}  // namespace rgsweep::theory

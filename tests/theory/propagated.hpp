// Random networks, their cumulants under the closures and by quadrature, for the tests of propagation.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "../nn/test_keys.hpp"
#include "rgsweep/data/distribution.hpp"
#include "rgsweep/theory/layer_truth.hpp"
#include "rgsweep/theory/propagation.hpp"

namespace rgsweep::theory {

using Changes = std::initializer_list<std::pair<std::string_view, std::string>>;

struct Network {
  Parameters point;
  nn::Layout layout;
  nn::Activation activation;
  nn::Vector<double> theta;
};

/// Weights of deviation scale / sqrt(fan-in), biases of deviation 0.3.
inline Network random_network(Changes changes, std::uint64_t key, double scale = 1.4) {
  const Parameters point = nn::test_parameters(changes);
  Network network{point, nn::make_layout(point), nn::make_activation(point), {}};
  network.theta = nn::random_matrix(static_cast<Eigen::Index>(network.layout.parameters()), 1, key);
  for (const nn::Layer& layer : network.layout.layers) {
    const auto at = [](std::size_t offset) { return static_cast<Eigen::Index>(offset); };
    network.theta.segment(at(layer.weight_offset), layer.weight.parameters()) *=
        scale / std::sqrt(layer.weight.fan_in());
    network.theta.segment(at(layer.bias_offset), layer.bias.parameters()) *= 0.3;
  }
  return network;
}

inline std::vector<double> cumulants(const std::string& distribution) {
  std::vector<double> kappa;
  for (int n = 1; n <= 6; ++n) kappa.push_back(data::parse_distribution(distribution).cumulant(n));
  return kappa;
}

inline LayerCumulants predict(const Network& network, const std::string& distribution,
                              const PropagationOptions& options) {
  return theory::predict(network.layout, network.theta, network.activation, cumulants(distribution), options);
}

inline LayerTruth truth(const Network& network, const std::string& distribution, double tolerance = 1e-9) {
  TruthOptions options;
  options.tolerance = tolerance;
  return TruthIntegrator(data::parse_distribution(distribution), options)(network.layout, network.theta,
                                                                          network.activation);
}

inline Cumulants unit_mean(const TrueCumulants& layer) {
  Cumulants result;
  for (std::size_t n = 0; n < 6; ++n) result[n] = layer.mean()[static_cast<Eigen::Index>(n)];
  return result;
}

/// Orders 1..`orders` agree to `tolerance` of 1 + their size.
inline void expect_equal(const Cumulants& actual, const Cumulants& expected, std::size_t orders,
                         double tolerance, const std::string& what) {
  for (std::size_t n = 0; n < orders; ++n)
    EXPECT_NEAR(actual[n], expected[n], tolerance * (1 + std::abs(expected[n])))
        << what << " order " << n + 1;
}

}  // namespace rgsweep::theory

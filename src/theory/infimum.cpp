#include "rgsweep/theory/infimum.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include <boost/math/tools/minima.hpp>

#include "rgsweep/data/distribution.hpp"
#include "rgsweep/nn/activation.hpp"
#include "rgsweep/nn/architecture.hpp"
#include "rgsweep/nn/graph.hpp"
#include "rgsweep/theory/plateau.hpp"

namespace rgsweep::theory {

namespace {

constexpr Infimum kExact{0, true, true};

/// An mlp, or what a graph network amounts to.
struct Network {
  std::string symmetry, bias;
  nn::Activation phi;
  int depth, units, block;
  data::Distribution inputs;

  bool biased() const { return bias == "all"; }
  bool discrete() const { return inputs.entry().name == "rademacher"; }
  bool gaussian() const { return inputs.entry().name == "gaussian"; }
  bool bounded() const { return std::isfinite(inputs.bound()); }
  /// Even and unbounded distributions of the table have a density everywhere.
  bool everywhere() const { return inputs.is_even() && !bounded(); }
  bool one_channel() const { return symmetry == "equivariant" && units == block; }
  /// f is a function of one linear combination of the inputs.
  bool one_function() const {
    return symmetry == "full" || (units == 1 && (symmetry == "none" || symmetry == "exchange"));
  }
};

bool is_linear(const nn::Activation& phi) {
  if (const auto* leaky = std::get_if<nn::LeakyRelu>(&phi)) return leaky->slope == 1;
  if (const auto* quadratic = std::get_if<nn::Quadratic>(&phi)) return quadratic->alpha == 0;
  return std::holds_alternative<nn::Linear>(phi);
}

/// min_rho Var(sum_s |z_s|) / Var(sum_s z_s) over b equally correlated standard normals.
double least_even_share(int block) {
  const double others = block - 1, floor = 1 - 2 / std::numbers::pi;
  const auto share = [=](double rho) {
    const double covariance = 2 / std::numbers::pi * (std::sqrt(1 - rho * rho) + rho * std::asin(rho) - 1);
    return (floor + others * covariance) / (1 + others * rho);
  };
  return boost::math::tools::brent_find_minima(share, 0.0, 1.0, 52).second;
}

/// MSE where a share `even` of the even part's power cannot be helped: 1 - p^2 / (p^2 + q^2 even).
double with_even_share(double slope, double even) {
  const double p = (1 + slope) / 2, q = (1 - slope) / 2;
  return q * q * even / (p * p + q * q * even);
}

/// Hidden biases at depth 1, or 0 <= a: 0 is the infimum, and bounded inputs attain it.
Infimum large_bias(const Network& network) {
  if (network.bounded()) return kExact;
  return {0, network.everywhere() ? std::optional(false) : std::nullopt, {}};
}

Infimum leaky_one_function(const Network& network, double slope) {
  if (network.depth > 1) {
    if (slope < 0) return {};
    if (slope > 0 && network.depth % 2 == 0) return kExact;
  }
  if (network.biased()) return large_bias(network);
  if (network.bias == "output") {
    if (!network.gaussian()) return {};
    return {plateau_output_bias(slope), true, false};
  }
  if (!network.inputs.is_even()) return {.recursion = false};
  return {plateau(slope), true, false};
}

Infimum leaky_one_channel(const Network& network, double slope) {
  if (network.depth > 1) {
    if (slope > 0 && network.depth % 2 == 0) return kExact;
    if (!network.biased() || slope < 0) return {};
    return network.bounded() ? kExact : Infimum{0, {}, {}};
  }
  if (network.biased()) return large_bias(network);
  if (network.bias == "output") {
    // phi is linear on the two values of an input.
    if (network.discrete() && slope != -1) return kExact;
    if (!network.gaussian()) return {};
    return {with_even_share(slope, least_even_share(network.block)), true, {}};
  }
  if (!network.inputs.is_even()) return {.recursion = false};
  return {plateau(slope), true, false};
}

Infimum quadratic_infimum(const Network& network) {
  // On the two values of an input the square is a constant, which a bias takes away.
  if (network.one_channel() && network.discrete() && network.bias != "none") return kExact;
  if (network.depth > 1) {
    if (network.discrete() || network.one_channel()) return {0, {}, {}};
    return {0, false, {}};
  }
  Infimum result{0, false, {}};
  if (network.bias == "none" || (network.one_function() && network.gaussian())) result.recursion = false;
  return result;
}

/// phi without a linear odd part to build from: an even function of x, whatever the weights.
Infimum even_infimum(const Network& network) {
  if (network.biased() || !network.inputs.is_even()) return {};
  return {1, true, {}};
}

Infimum tanh_infimum(const Network& network) {
  if (network.discrete()) return network.block == 2 ? kExact : Infimum{0, {}, {}};
  return {0, false, network.gaussian() ? std::optional(false) : std::nullopt};
}

Infimum mlp_infimum(const Network& network) {
  if (is_linear(network.phi)) return kExact;
  if (std::holds_alternative<nn::Tanh>(network.phi)) return tanh_infimum(network);
  const auto* leaky = std::get_if<nn::LeakyRelu>(&network.phi);
  const bool tied = network.one_function() || network.one_channel();
  if (leaky && leaky->slope == -1 && !(tied && network.depth == 1 && network.biased()))
    return even_infimum(network);
  if (!leaky && !std::holds_alternative<nn::Quadratic>(network.phi)) return {};
  if (!tied) return kExact;
  if (!leaky) return quadratic_infimum(network);
  return network.one_function() ? leaky_one_function(network, leaky->slope)
                                : leaky_one_channel(network, leaky->slope);
}

/// Sites that the last node of a graph sees in one layer.
int sites_seen(const nn::Graph& graph, int nodes) {
  int seen = 1;
  for (int node = 0; node + 1 < nodes; ++node) seen += graph.edge(node, nodes - 1, nodes);
  return seen;
}

bool regular(const nn::Graph& graph, int nodes) {
  const auto receivers = [&](int from) {
    int count = 0;
    for (int to = 0; to < nodes; ++to) count += from != to && graph.edge(from, to, nodes);
    return count;
  };
  for (int node = 1; node < nodes; ++node)
    if (receivers(node) != receivers(0)) return false;
  return true;
}

/// `network.units` is the number of features.
Infimum gnn_infimum(const Network& network, const nn::Graph& graph, const std::string& readout) {
  const bool shared = network.symmetry == "exchange" || network.symmetry == "full";
  const bool pairs = is_linear(network.phi) || (network.units >= 2 && network.symmetry != "full" &&
                                                !std::holds_alternative<nn::Tanh>(network.phi));
  const auto* leaky = std::get_if<nn::LeakyRelu>(&network.phi);
  if (leaky && leaky->slope == -1) return even_infimum(network);
  if (readout == "sum") {
    if (shared && (network.depth > 1 || !regular(graph, network.block))) return {};
    return pairs ? kExact : Infimum{};
  }
  if (network.depth > 1) return {};
  const int seen = sites_seen(graph, network.block);
  if (seen == network.block) return mlp_infimum(network);
  if (!pairs) return {};
  return {1 - static_cast<double>(seen) / network.block, true, {}};
}

bool is_soft(const Parameters& point) {
  constexpr const char* key = "training.symmetry_penalty";
  return point.table().find(key) != KeyTable::npos && point.has(key) && point.real(key) > 0;
}

}  // namespace

Infimum infimum(const Parameters& point) {
  const bool gnn = point.text("model.architecture") == "gnn";
  if (!gnn && point.text("model.architecture") != "mlp") return {};
  const Network network{is_soft(point) ? "none" : point.text("model.symmetry"),
                        nn::bias_choice(point),
                        nn::make_activation(point),
                        static_cast<int>(point.integer("model.depth")),
                        static_cast<int>(point.integer(gnn ? "model.features" : "model.width")),
                        static_cast<int>(point.integer("task.block")),
                        data::parse_distribution(point.text("task.train"))};
  if (!gnn) return mlp_infimum(network);
  return gnn_infimum(network, nn::graph(point.text("model.graph")), point.text("model.readout"));
}

}  // namespace rgsweep::theory

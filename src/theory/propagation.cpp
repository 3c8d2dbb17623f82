#include "rgsweep/theory/propagation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <utility>

#include "closed_layers.hpp"

namespace rgsweep::theory {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Cumulants filled(double value) {
  Cumulants result;
  result.fill(value);
  return result;
}

/// Mean over the units (rows).
Cumulants unit_mean(const Eigen::ArrayXXd& units) {
  Cumulants result;
  for (std::size_t n = 0; n < result.size(); ++n) result[n] = units.col(static_cast<Eigen::Index>(n)).mean();
  return result;
}

/// Exact at every order.
Eigen::ArrayXXd first_layer(const Eigen::MatrixXd& W, const Eigen::VectorXd& b,
                            const std::vector<std::vector<double>>& inputs) {
  Eigen::ArrayXXd result(W.rows(), 6);
  for (Eigen::Index unit = 0; unit < W.rows(); ++unit) {
    const Eigen::VectorXd row = W.row(unit).transpose();
    const std::vector<double> kappa =
        math::linear_combination_cumulants({row.data(), inputs.size()}, b[unit], inputs);
    result.row(unit) = Eigen::Map<const Eigen::Array<double, 1, 6>>(kappa.data());
  }
  return result;
}

/// What a closure takes of the units' own cumulants.
std::vector<Marginal> marginals_of(const Eigen::ArrayXXd& units, Closure closure) {
  std::vector<Marginal> result;
  for (Eigen::Index unit = 0; unit < units.rows(); ++unit) {
    const double s = std::sqrt(std::max(units(unit, 1), 0.0));
    const bool gaussian = closure == Closure::gaussian || s == 0;
    result.push_back({units(unit, 0), s, gaussian ? 0 : units(unit, 2) / std::pow(s, 3),
                      gaussian ? 0 : units(unit, 3) / std::pow(s, 4)});
  }
  return result;
}

LayerCumulants unknown(std::size_t depth) {
  const Cumulants nan = filled(kNaN);
  return {std::vector(depth, nan), std::vector(depth, nan), std::vector(depth, filled(0)), nan, filled(0)};
}

}  // namespace

LayerCumulants predict(const nn::Layout& layout, const nn::Vector<double>& theta,
                       const nn::Activation& activation, std::span<const double> inputs,
                       const PropagationOptions& options) {
  if (static_cast<std::size_t>(theta.size()) != layout.parameters() || inputs.size() != 6)
    throw std::logic_error("predict(): theta or the inputs' cumulants have the wrong size");
  const auto depth = static_cast<std::size_t>(layout.depth());
  LayerCumulants result = unknown(depth);
  if (!theta.allFinite()) return result;

  const std::vector<std::vector<double>> univariate(static_cast<std::size_t>(layout.inputs()),
                                                    {inputs.begin(), inputs.end()});
  LinearImage image = [&univariate](const Eigen::MatrixXd& A, const Eigen::VectorXd& c, int order) {
    return math::independent_affine(univariate, A, c, order);
  };
  const ClosureOptions closure{options.closure, options.nodes, options.wick_edges, options.widest};
  const int order = options.closure == Closure::gaussian ? 2 : 4;
  std::unique_ptr<ClosedLayer> layer;
  for (std::size_t l = 0; l <= depth; ++l) {
    const Eigen::MatrixXd W = layout.weight(theta, l);
    const Eigen::VectorXd b = layout.bias(theta, l);
    if (l == depth && !options.output) break;
    FormCumulants forms =
        layer ? layer->linear_forms(W, b)
              : FormCumulants{first_layer(W, b, univariate), Eigen::ArrayXXd::Zero(W.rows(), 6)};
    (l == depth ? result.output : result.pre[l]) = unit_mean(forms.value);
    (l == depth ? result.output_remainder : result.pre_remainder[l]) = unit_mean(forms.remainder);
    if (l == depth) break;
    const nn::Activation phi = nn::with_coefficients(activation, layout.coefficients(theta, l));
    result.post[l] = unit_mean(marginal_cumulants(phi, marginals_of(forms.value, options.closure)));
    if (l + 1 == depth && !options.output) break;
    if (layer) {
      const auto joint = std::make_shared<const math::JointCumulants>(layer->joint());
      if (joint->order < order) break;
      image = [joint](const Eigen::MatrixXd& A, const Eigen::VectorXd& c, int to) {
        return joint->affine(A, c, to);
      };
    }
    layer = close_layer(image, W, b, phi, closure);
  }
  return result;
}

std::vector<int> unit_nodes(const Parameters& parameters) {
  std::vector<int> nodes(static_cast<std::size_t>(nn::hidden_units(parameters)), 0);
  if (parameters.text("model.architecture") != "gnn") return nodes;
  const auto features = static_cast<std::size_t>(parameters.integer("model.features"));
  for (std::size_t unit = 0; unit < nodes.size(); ++unit) nodes[unit] = static_cast<int>(unit / features);
  return nodes;
}

}  // namespace rgsweep::theory

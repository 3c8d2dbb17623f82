// The choice of a scheme.
#include "rgsweep/theory/layer_truth.hpp"

#include <cmath>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "rgsweep/math/joint_cumulants.hpp"
#include "truth_schemes.hpp"

namespace rgsweep::theory {

namespace {

/// The first layer before its activation, from the distribution's own cumulants.
void set_first_layer(const TruthProblem& problem, const data::Distribution& distribution, LayerTruth& truth) {
  constexpr int orders = MomentTable::orders;
  constexpr double rounding = 16 * std::numeric_limits<double>::epsilon();
  const Weights weights(problem.network.layout(), problem.theta);
  std::vector<double> one;
  for (int n = 1; n <= orders; ++n) one.push_back(distribution.cumulant(n));
  const std::vector<std::vector<double>> inputs(static_cast<std::size_t>(problem.inputs()), one);
  TrueCumulants& first = truth.pre.front();
  for (Eigen::Index u = 0; u < first.value.rows(); ++u) {
    const std::vector<double> w(weights.weight[0].row(u).begin(), weights.weight[0].row(u).end());
    const double bias = weights.bias[0][u];
    const std::vector<double> kappa = math::linear_combination_cumulants(w, bias, inputs);
    for (int n = 1; n <= orders; ++n) {
      double terms = n == 1 ? std::abs(bias) : 0;
      for (const double weight : w)
        terms += std::abs(std::pow(weight, n) * one[static_cast<std::size_t>(n) - 1]);
      first.value(u, n - 1) = kappa[static_cast<std::size_t>(n) - 1];
      first.error(u, n - 1) = rounding * terms;
    }
  }
}

/// What depends on the inputs alone takes as long as many networks: the last few are kept, for the other
/// points of a sweep.
std::shared_ptr<const TruthInputs> shared_inputs(const data::Distribution& distribution) {
  constexpr std::size_t most = 8;
  static std::mutex mutex;
  static std::deque<std::shared_ptr<const TruthInputs>> kept;
  const std::scoped_lock lock(mutex);
  for (const auto& inputs : kept)
    if (inputs->distribution().text() == distribution.text()) return inputs;
  if (kept.size() == most) kept.pop_front();
  return kept.emplace_back(std::make_shared<const TruthInputs>(distribution));
}

}  // namespace

TruthIntegrator::TruthIntegrator(const data::Distribution& inputs, const TruthOptions& options)
    : inputs_(shared_inputs(inputs)), options_(options) {}

LayerTruth TruthIntegrator::operator()(const nn::Layout& layout, const nn::Vector<double>& theta,
                                       const nn::Activation& activation) const {
  if (!has_layer_truth(layout.inputs()))
    throw std::logic_error("TruthIntegrator: no scheme for " + std::to_string(layout.inputs()) + " inputs");
  const TruthProblem problem{nn::ReferenceNetwork(layout, activation), theta, pieces(activation),
                             inputs_->moments_below()};
  const auto cumulants = [&](const SchemeResult& result) {
    LayerTruth truth = result.table.cumulants(problem.moments_below, problem.growth());
    truth.evaluations = result.evaluations;
    return truth;
  };
  if (inputs_->is_discrete()) return cumulants(discrete_moments(problem, *inputs_));
  // Without kinks and with all moments a Gauss rule is exact for polynomials.
  const bool is_polynomial = problem.pieces.kinks.empty() && !std::isfinite(problem.moments_below);
  if (problem.pieces.is_linear() && is_homogeneous(problem))
    if (const SectorMoments* sectors = inputs_->sectors())
      return cumulants(homogeneous_moments(problem, *sectors));
  if (problem.pieces.is_linear() && !is_polynomial)
    return cumulants(piecewise_linear_moments(problem, inputs_->density(MomentTable::orders), options_));
  LayerTruth truth =
      cumulants(has_lattice(problem, inputs_->distribution()) ? lattice_moments(problem, options_)
                                                              : smooth_moments(problem, *inputs_, options_));
  if (!truth.pre.empty()) set_first_layer(problem, inputs_->distribution(), truth);
  return truth;
}

}  // namespace rgsweep::theory

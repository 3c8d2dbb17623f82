// Which cumulants there are at a checkpoint, and where they come from.
#include "layer_cumulants.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "cost.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/nn/architecture.hpp"
#include "rgsweep/theory/propagation.hpp"
#include "unit_estimate.hpp"

namespace rgsweep::experiment {

namespace {

constexpr std::size_t least_samples = 256;
/// Far below the errors of the closures that the truth is compared with.
constexpr double truth_tolerance = 1e-4;

using Orders = Eigen::Array<double, LayerCumulants::orders, 1>;

template <class Values>
void fill(LayerCumulants& result, LayerQuantity quantity, LayerSide side, std::size_t layer,
          const Values& orders) {
  for (std::size_t n = 1; n <= LayerCumulants::orders; ++n) {
    const double value = orders[static_cast<Eigen::Index>(n) - 1];
    if (std::isfinite(value)) result.at(quantity, side, layer, n) = value;
  }
}

Orders as_orders(const theory::Cumulants& cumulants) {
  return Eigen::Map<const Orders>(cumulants.data());
}

}  // namespace

LayerCumulants::LayerCumulants(std::size_t layer_count)
    : layers(layer_count),
      numbers(quantities * sides * layer_count * orders, std::numeric_limits<double>::quiet_NaN()) {}

std::size_t LayerCumulants::place(LayerQuantity quantity, LayerSide side, std::size_t layer,
                                  std::size_t order) const {
  const std::size_t table = static_cast<std::size_t>(quantity) * sides + static_cast<std::size_t>(side);
  return (table * static_cast<std::size_t>(layers) + layer) * orders + order - 1;
}

std::size_t layer_samples(const Parameters& point, std::size_t numbers) {
  const auto number = [&](const char* key) { return static_cast<std::size_t>(point.integer(key)); };
  const std::size_t per_sample =
      number("task.block") + 2 * number("model.depth") * static_cast<std::size_t>(nn::hidden_units(point)) +
      1;
  return std::min(number("task.test_samples"), std::max(least_samples, numbers / per_sample));
}

bool traces_theory(const Parameters& point) {
  return point.has("trace.theory") && point.text("trace.theory") == "on";
}

bool has_nodes(const Parameters& point) {
  return point.text("model.architecture") == "gnn";
}

LayerTracer::LayerTracer(const Parameters& point, const nn::Layout& layout, std::uint64_t stream_key)
    : point_(point),
      samples_(layer_samples(point, traces_theory(point) ? kLayerNumbersBesideTheory : kLayerNumbers)),
      network_(layout, nn::make_activation(point)),
      distribution_(data::parse_distribution(point.text("task.train"))) {
  const bool compared = traces_theory(point) && !has_truth(point);
  Stream stream(stream_key, Purpose::observable, hash("layers"));
  inputs_ =
      data::draw_inputs(distribution_, static_cast<int>(point.integer("task.block")),
                        compared ? layer_samples(point, kLayerNumbersInsteadOfTruth) : samples_, stream);
  if (!traces_theory(point)) return;
  if (has_truth(point)) {
    theory::TruthOptions options;
    options.tolerance = truth_tolerance;
    truth_.emplace(distribution_, options);
  }
  closures_ = has_closures(point);
}

LayerCumulants LayerTracer::operator()(const Eigen::VectorXd& theta, bool theory) const {
  LayerCumulants result(network_.layout().layers.size());
  measure(theta, theory ? static_cast<std::size_t>(inputs_.rows()) : samples_, result);
  if (!theory) return result;
  if (truth_) add_truth(theta, result);
  if (!closures_) return result;
  for (const bool independent : {false, true}) {
    if (independent && !has_nodes(point_)) break;
    add_closure(theta, theory::Closure::gaussian, independent, result);
    add_closure(theta, theory::Closure::edgeworth, independent, result);
  }
  return result;
}

void LayerTracer::measure(const Eigen::VectorXd& theta, std::size_t samples, LayerCumulants& result) const {
  const nn::ReferenceNetwork::Trace trace =
      network_.trace(theta, inputs_.topRows(static_cast<Eigen::Index>(samples)));
  const auto add = [&](LayerSide side, std::size_t layer, const Eigen::ArrayXXd& units) {
    const UnitEstimate measured = estimate_units(units);
    fill(result, LayerQuantity::measured, side, layer, measured.value);
    fill(result, LayerQuantity::standard_error, side, layer, measured.standard_error);
  };
  for (std::size_t l = 0; l < trace.pre.size(); ++l) {
    add(LayerSide::pre, l, trace.pre[l]);
    add(LayerSide::post, l, trace.post[l]);
  }
  add(LayerSide::pre, trace.pre.size(), trace.output);
}

void LayerTracer::add_truth(const Eigen::VectorXd& theta, LayerCumulants& result) const {
  const theory::LayerTruth truth = (*truth_)(network_.layout(), theta, network_.activation());
  const auto add = [&](LayerSide side, std::size_t layer, const theory::TrueCumulants& units) {
    fill(result, LayerQuantity::truth, side, layer, units.mean());
    fill(result, LayerQuantity::truth_error, side, layer, units.mean_error());
  };
  for (std::size_t l = 0; l < truth.pre.size(); ++l) {
    add(LayerSide::pre, l, truth.pre[l]);
    add(LayerSide::post, l, truth.post[l]);
  }
  add(LayerSide::pre, truth.pre.size(), truth.output);
}

void LayerTracer::add_closure(const Eigen::VectorXd& theta, theory::Closure closure, bool independent,
                              LayerCumulants& result) const {
  const bool gaussian = closure == theory::Closure::gaussian;
  const LayerQuantity quantity =
      independent ? gaussian ? LayerQuantity::gaussian_independent : LayerQuantity::edgeworth_independent
      : gaussian  ? LayerQuantity::gaussian
                  : LayerQuantity::edgeworth;
  theory::PropagationOptions options;
  options.closure = closure;
  if (independent) options.nodes = theory::unit_nodes(point_);
  std::array<double, LayerCumulants::orders> inputs;
  for (std::size_t n = 0; n < inputs.size(); ++n) inputs[n] = distribution_.cumulant(static_cast<int>(n) + 1);
  const theory::LayerCumulants predicted =
      theory::predict(network_.layout(), theta, network_.activation(), inputs, options);
  for (std::size_t l = 0; l < predicted.pre.size(); ++l) {
    fill(result, quantity, LayerSide::pre, l, as_orders(predicted.pre[l]));
    fill(result, quantity, LayerSide::post, l, as_orders(predicted.post[l]));
  }
  fill(result, quantity, LayerSide::pre, predicted.pre.size(), as_orders(predicted.output));
}

}  // namespace rgsweep::experiment

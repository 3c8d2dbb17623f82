// The units of a layer see the same samples. The standard error of their mean cumulant is that of the mean
// over the samples of psi_n = mean over units of a unit's influence function, which to leading order in 1/N
// is what one sample adds to its cumulant: with d = x - mean and central moments m_r,
//   psi_1 = d,  psi_2 = d^2 - m_2,  psi_3 = d^3 - 3 m_2 d - m_3,  psi_4 = d^4 - 6 m_2 d^2 - 4 m_3 d + c_4,
//   psi_5 = d^5 - 10 m_2 d^3 - 10 m_3 d^2 + (30 m_2^2 - 5 m_4) d + c_5,
//   psi_6 = d^6 - 15 m_2 d^4 - 20 m_3 d^3 + (90 m_2^2 - 15 m_4) d^2 + (120 m_2 m_3 - 6 m_5) d + c_6,
// from kappa_4 = m_4 - 3 m_2^2, kappa_5 = m_5 - 10 m_3 m_2, kappa_6 = m_6 - 15 m_4 m_2 - 10 m_3^2 + 30 m_2^3,
// and the constants such that each has mean 0.
#include "layer_cumulants.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "cost.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/math/cumulant_accumulator.hpp"
#include "rgsweep/nn/architecture.hpp"
#include "rgsweep/theory/propagation.hpp"

namespace rgsweep::experiment {

namespace {

constexpr std::size_t least_samples = 256;
/// Far below the errors of the closures that the truth is compared with.
constexpr double truth_tolerance = 1e-4;

using Orders = Eigen::Array<double, LayerCumulants::orders, 1>;

/// Mean over units (columns) of their k-statistics, and its standard error.
struct Estimate {
  Orders value, standard_error;
};

/// Adds psi_1 ... psi_6 of one unit, whose d are given, to the columns of `sums`. One pass over the samples
/// for each, without temporaries: this is most of the work of measuring.
void add_influence(const Eigen::ArrayXd& d, Eigen::ArrayXXd& sums) {
  const double m2 = d.square().mean(), m3 = d.cube().mean(), m4 = d.square().square().mean(),
               m5 = (d.square().square() * d).mean(), m6 = d.cube().square().mean();
  const double c4 = 6 * m2 * m2 - m4, c5 = 20 * m2 * m3 - m5,
               c6 = 30 * m2 * m4 + 20 * m3 * m3 - 90 * m2 * m2 * m2 - m6;
  const double b5 = 30 * m2 * m2 - 5 * m4, b6 = 120 * m2 * m3 - 6 * m5, a6 = 90 * m2 * m2 - 15 * m4;
  sums.col(0) += d;
  sums.col(1) += d.square() - m2;
  sums.col(2) += (d.square() - 3 * m2) * d - m3;
  sums.col(3) += ((d.square() - 6 * m2) * d - 4 * m3) * d + c4;
  sums.col(4) += (((d.square() - 10 * m2) * d - 10 * m3) * d + b5) * d + c5;
  sums.col(5) += ((((d.square() - 15 * m2) * d - 20 * m3) * d + a6) * d + b6) * d + c6;
}

Estimate estimate(const Eigen::ArrayXXd& units) {
  Estimate result{Orders::Zero(), Orders::Constant(std::numeric_limits<double>::quiet_NaN())};
  Eigen::ArrayXXd influence = Eigen::ArrayXXd::Zero(units.rows(), LayerCumulants::orders);
  Eigen::ArrayXd deviation;
  for (Eigen::Index u = 0; u < units.cols(); ++u) {
    math::CumulantAccumulator unit;
    unit.add({units.col(u).data(), static_cast<std::size_t>(units.rows())});
    const auto k = unit.k_statistics();
    result.value += Eigen::Map<const Orders>(k.data());
    deviation = units.col(u) - unit.mean();
    add_influence(deviation, influence);
  }
  const auto count = static_cast<double>(units.cols()), samples = static_cast<double>(units.rows());
  result.value /= count;
  if (units.rows() > 1)
    result.standard_error =
        (influence / count).square().colwise().mean().transpose().sqrt() / std::sqrt(samples);
  return result;
}

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
    const Estimate measured = estimate(units);
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

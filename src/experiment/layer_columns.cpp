// Relative errors are |predicted - reference| / |reference|. The reference is the truth where the checkpoint
// has one, else what was measured. There is no relative error of a reference that cannot be told from 0: one
// within its own error estimate, or within two standard errors.
#include "layer_columns.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>

namespace rgsweep::experiment {

namespace {

constexpr std::string_view prefix = "layer_cumulant", post_suffix = "_post";

struct Entry {
  std::string_view name;  ///< between prefix and _post
  LayerQuantity quantity;
  std::string_view meaning;
};

constexpr Entry recorded[] = {
    {"", LayerQuantity::measured, "cumulants (k-statistics) of fresh samples"},
    {"_standard_error", LayerQuantity::standard_error, "standard errors of the measured cumulants"},
    {"_truth", LayerQuantity::truth, "exact cumulants by quadrature (trace_theory, task_block 2 or 3)"},
    {"_truth_error", LayerQuantity::truth_error, "error estimates of the exact cumulants"},
};

struct Closure {
  std::string_view label;
  LayerQuantity quantity;
  std::string_view meaning;
  bool nodes;  ///< for graph networks only
};

constexpr Closure closures[] = {
    {"gaussian", LayerQuantity::gaussian, "cumulants predicted from mean and covariance of each layer",
     false},
    {"edgeworth", LayerQuantity::edgeworth, "cumulants predicted to first order beyond the gaussian closure",
     false},
    {"gaussian_independent", LayerQuantity::gaussian_independent,
     "gaussian closure, nodes taken as independent after each layer", true},
    {"gaussian_joint", LayerQuantity::gaussian, "gaussian closure, all nodes joint", true},
    {"edgeworth_independent", LayerQuantity::edgeworth_independent,
     "edgeworth closure, nodes taken as independent after each layer", true},
    {"edgeworth_joint", LayerQuantity::edgeworth, "edgeworth closure, all nodes joint", true},
};

const Closure* closure_of(std::string_view label) {
  const auto* found = std::find_if(std::begin(closures), std::end(closures),
                                   [&](const Closure& c) { return c.label == label; });
  return found == std::end(closures) ? nullptr : found;
}

std::string_view side_words(LayerSide side) {
  return side == LayerSide::pre ? "before the activation" : "after the activation";
}

std::string name_of(std::string_view name, LayerSide side) {
  std::string result(prefix);
  result += name;
  if (side == LayerSide::post) result += post_suffix;
  return result;
}

std::string part_of(const Closure& closure) {
  std::string result(1, '_');
  result += closure.label;
  return result;
}

std::string long_name_of(std::string_view meaning, LayerSide side) {
  return std::string(meaning) + ", mean over the layer's units " + std::string(side_words(side)) +
         (side == LayerSide::pre ? "; layer model_depth + 1 is the output" : "");
}

/// Calls visit(layer, order) at all places that a point and the file's columns have in common.
template <class Visit>
void for_each_place(const LayerCumulants& cumulants, std::size_t layers, std::size_t orders, Visit visit) {
  for (std::size_t layer = 0; layer < std::min<std::size_t>(layers, cumulants.layers); ++layer)
    for (std::size_t order = 1; order <= std::min(orders, LayerCumulants::orders); ++order)
      visit(layer, order);
}

std::size_t traced_orders(const Measurement& m) {
  return static_cast<std::size_t>(m.point.integer("trace.orders"));
}

Observable recorded_column(std::string_view name, LayerQuantity quantity, std::string_view meaning,
                           LayerSide side) {
  return {{.name = name_of(name, side),
           .dimensions = {"checkpoint", "layer", "order"},
           .long_name = long_name_of(meaning, side)},
          [quantity, side](const Measurement& m, const std::vector<std::size_t>& shape, const Schema&,
                           std::span<double> out) {
            const std::size_t layers = shape[1], orders = shape[2];
            for (std::size_t c = 0; c < m.trace.size(); ++c)
              for_each_place(m.trace[c].layers, layers, traced_orders(m), [&](std::size_t l, std::size_t n) {
                out[(c * layers + l) * orders + n - 1] = m.trace[c].layers.at(quantity, side, l, n);
              });
          }};
}

double relative_error(const LayerCumulants& cumulants, LayerQuantity predicted, LayerSide side,
                      std::size_t layer, std::size_t order) {
  const auto value = [&](LayerQuantity quantity) { return cumulants.at(quantity, side, layer, order); };
  // The second cumulant of the first layer always exists.
  const bool truth = std::isfinite(cumulants.at(LayerQuantity::truth, LayerSide::pre, 0, 2));
  const double reference = value(truth ? LayerQuantity::truth : LayerQuantity::measured);
  const double doubt = truth ? value(LayerQuantity::truth_error) : 2 * value(LayerQuantity::standard_error);
  return std::abs(reference) > doubt ? std::abs(value(predicted) - reference) / std::abs(reference)
                                     : std::numeric_limits<double>::quiet_NaN();
}

Observable error_column(LayerSide side) {
  return {{.name = name_of("_error", side),
           .dimensions = {"checkpoint", "closure", "layer", "order"},
           .long_name = std::string("relative errors of the predicted cumulants ") +
                        std::string(side_words(side)) + ", against layer_cumulant_truth" +
                        (side == LayerSide::post ? "_post" : "") + " or, where the checkpoint has none, " +
                        name_of("", side) + "; none where that is 0 within its error"},
          [side](const Measurement& m, const std::vector<std::size_t>& shape, const Schema& schema,
                 std::span<double> out) {
            const std::vector<std::string>& labels = schema.dimension("closure").labels;
            const std::vector<std::string> own = closure_labels(m.point);
            const std::size_t layers = shape[2], orders = shape[3];
            for (std::size_t k = 0; k < labels.size(); ++k) {
              if (std::find(own.begin(), own.end(), labels[k]) == own.end()) continue;
              const LayerQuantity quantity = closure_of(labels[k])->quantity;
              for (std::size_t c = 0; c < m.trace.size(); ++c)
                for_each_place(m.trace[c].layers, layers, traced_orders(m),
                               [&](std::size_t l, std::size_t n) {
                                 out[((c * labels.size() + k) * layers + l) * orders + n - 1] =
                                     relative_error(m.trace[c].layers, quantity, side, l, n);
                               });
            }
          }};
}

/// Only the closures that the point traces; a gnn's sweep also has columns of the nodes' two treatments.
Observable closure_column(const Closure& closure, LayerSide side) {
  Observable result = recorded_column(part_of(closure), closure.quantity, closure.meaning, side);
  if (closure.nodes)
    result.measure = [fill = result.measure](const Measurement& m, const std::vector<std::size_t>& shape,
                                             const Schema& schema, std::span<double> out) {
      if (has_nodes(m.point)) fill(m, shape, schema, out);
    };
  return result;
}

}  // namespace

void append_layer_columns(std::vector<Observable>& table) {
  for (const LayerSide side : {LayerSide::pre, LayerSide::post}) {
    for (const Entry& entry : recorded)
      table.push_back(recorded_column(entry.name, entry.quantity, entry.meaning, side));
    for (const Closure& closure : closures) table.push_back(closure_column(closure, side));
    table.push_back(error_column(side));
  }
}

std::vector<std::string> closure_labels(const Parameters& point) {
  std::vector<std::string> labels;
  if (!point.has("trace.theory") || !traces_theory(point)) return labels;
  for (const Closure& closure : closures)
    if (!closure.nodes || has_nodes(point)) labels.emplace_back(closure.label);
  return labels;
}

bool has_layer_column(const std::string& column, const std::vector<std::string>& traced) {
  for (const LayerSide side : {LayerSide::pre, LayerSide::post}) {
    for (const char* name : {"_truth", "_truth_error"})
      if (column == name_of(name, side)) return !traced.empty();
    for (const Closure& closure : closures)
      if (column == name_of(part_of(closure), side))
        return std::find(traced.begin(), traced.end(), closure.label) != traced.end();
  }
  return true;
}

}  // namespace rgsweep::experiment

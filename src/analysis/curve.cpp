#include "rgsweep/analysis/curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>

#include "grouping.hpp"
#include "rgsweep/analysis/axis.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep::analysis {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
const std::string seed_column = "seed";

/// What an ensemble takes from the rows, each column by row.
struct Measurements {
  std::vector<double> status, axis, seed, units, order_parameter;
  std::vector<double> test_mse;  ///< (row, test)
};

std::vector<double> numbers_or(const store::SegmentReader& results, const std::string& column,
                               double otherwise) {
  return results.schema().has(column) ? results.numbers(column)
                                      : std::vector<double>(results.rows(), otherwise);
}

/// Hidden units of a layer: model_width, or in a graph network the features of all its nodes; NaN: unknown.
std::vector<double> hidden_units(const store::SegmentReader& results) {
  std::vector<double> units = numbers_or(results, "model_width", -1);
  if (results.schema().has("model_features")) {
    const std::vector<double> features = results.numbers("model_features");
    const std::vector<double> nodes = numbers_or(results, "task_block", -1);
    for (std::size_t row = 0; row < units.size(); ++row)
      if (features[row] > 0) units[row] = nodes[row] * features[row];
  }
  for (double& n : units)
    if (n <= 0) n = nan;
  return units;
}

double number(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  return nan;
}

Measurements read_measurements(const store::SegmentReader& results, const Column& axis,
                               const KeyTable& keys) {
  Measurements m{.status = results.numbers("status"),
                 .axis = {},
                 .seed = numbers_or(results, seed_column, 0),
                 .units = hidden_units(results),
                 .order_parameter = numbers_or(results, "order_parameter", nan),
                 .test_mse = results.numbers("test_mse")};
  for (const Value& value : parameter_values(results, axis, keys)) m.axis.push_back(number(value));
  return m;
}

bool diverged(const Measurements& m, std::size_t row) {
  return m.status[row] == static_cast<double>(Status::diverged);
}

/// The rows that stand on curves; counts the others.
std::vector<std::size_t> choose_rows(const Measurements& m, Curves& curves) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < m.status.size(); ++row) {
    if (!diverged(m, row) && m.status[row] != static_cast<double>(Status::done))
      ++curves.unfinished;
    else if (std::isnan(m.axis[row]))
      ++curves.without_axis;
    else
      rows.push_back(row);
  }
  curves.used = rows.size();
  return rows;
}

const Value* parameter_of(const Curve& curve, const Curves& curves, std::string_view name) {
  for (std::size_t p = 0; p < curves.parameters.size(); ++p)
    if (curves.parameters[p].name == name) return &curve.parameters[p];
  return nullptr;
}

/// Which of the file's distributions the points of a curve are tested on; the others were added for other
/// points.
std::vector<bool> tests_of(const Curve& curve, const Curves& curves) {
  const Value* parameter = parameter_of(curve, curves, "task_test");
  if (parameter == nullptr) return std::vector<bool>(curves.tests.size(), true);
  const auto* list = std::get_if<std::string>(parameter);
  const std::vector<std::string> names = split(list == nullptr ? "" : *list, ',');
  std::vector<bool> result;
  for (const std::string& test : curves.tests)
    result.push_back(std::find(names.begin(), names.end(), test) != names.end());
  return result;
}

void append(const Measurements& m, std::size_t row, const std::vector<bool>& tested, Ensemble& ensemble) {
  const bool lost = diverged(m, row);
  ensemble.units = m.units[row];
  ensemble.seeds.push_back(static_cast<std::int64_t>(m.seed[row]));
  ensemble.diverged.push_back(lost);
  ensemble.order_parameter.push_back(lost ? nan : m.order_parameter[row]);
  for (std::size_t t = 0; t < tested.size(); ++t) {
    const double mse = lost ? infinity : m.test_mse[row * tested.size() + t];
    ensemble.test_mse[t].push_back(tested[t] ? mse : nan);
  }
}

}  // namespace

std::vector<double> Curves::axis_values() const {
  std::set<double> values;
  for (const Curve& curve : curves)
    for (const Ensemble& ensemble : curve.ensembles) values.insert(ensemble.x);
  return {values.begin(), values.end()};
}

std::vector<std::size_t> Curves::varying() const {
  std::vector<std::size_t> result;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    std::set<Value> different;
    for (const Curve& curve : curves)
      if (!std::holds_alternative<std::monostate>(curve.parameters[p])) different.insert(curve.parameters[p]);
    if (different.size() > 1) result.push_back(p);
  }
  return result;
}

Curves read_curves(const store::SegmentReader& results, std::string_view axis, const KeyTable& keys) {
  const std::string where = results.path().string() + ": ";
  const Schema& schema = results.schema();
  for (const std::string name : {"status", "test_mse"})
    if (!schema.has(name)) throw StoreError(std::string(where).append("there is no column ").append(name));

  Curves curves{.axis = axis_column(schema, axis)};
  curves.tests = schema.dimension("test").labels;
  for (const Column& column : schema.columns())
    if (column.parameter && column.name != curves.axis.name && column.name != seed_column)
      curves.parameters.push_back(column);

  const Measurements m = read_measurements(results, curves.axis, keys);
  const std::vector<std::size_t> rows = choose_rows(m, curves);
  if (rows.empty() && curves.without_axis > 0)
    throw StoreError(where + "no finished point uses " + curves.axis.name);
  if (rows.empty()) throw StoreError(where + "no point is done or diverged");

  Grouping grouping(rows);
  for (const Column& column : curves.parameters) grouping.refine(parameter_values(results, column, keys));
  for (Group& group : grouping.groups()) {
    std::sort(group.rows.begin(), group.rows.end(), [&](std::size_t a, std::size_t b) {
      return std::tuple(m.axis[a], m.seed[a], a) < std::tuple(m.axis[b], m.seed[b], b);
    });
    Curve& curve = curves.curves.emplace_back(Curve{.parameters = std::move(group.values)});
    const Value* pairing = parameter_of(curve, curves, "pairing");
    curve.paired = pairing != nullptr && *pairing == Value(std::string("paired"));
    const std::vector<bool> tested = tests_of(curve, curves);
    for (const std::size_t row : group.rows) {
      if (curve.ensembles.empty() || curve.ensembles.back().x != m.axis[row]) {
        curve.ensembles.push_back({.x = m.axis[row]});
        curve.ensembles.back().test_mse.resize(curves.tests.size());
      }
      append(m, row, tested, curve.ensembles.back());
    }
  }
  return curves;
}

}  // namespace rgsweep::analysis

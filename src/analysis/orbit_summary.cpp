#include "rgsweep/analysis/orbit_summary.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "csv_text.hpp"
#include "grouping.hpp"
#include "parameter_variable.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/math/statistics.hpp"
#include "rgsweep/store/dataset.hpp"

namespace rgsweep::analysis {
namespace {

const std::string cell_dimension = "cell", exact = "eps_exact", exact_mean = "eps_exact_mean",
                  spectral = "eps_spectral";

std::vector<double> chosen(const std::vector<double>& column, const std::vector<std::size_t>& rows) {
  std::vector<double> values;
  for (const std::size_t row : rows) values.push_back(column[row]);
  return values;
}

/// Ranks from 1, those of equal values averaged.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    for (std::size_t i = first; i < last; ++i) result[order[i]] = static_cast<double>(first + last + 1) / 2;
  }
  return result;
}

void fill_correct(const std::vector<double>& errors, OrbitCell& cell) {
  double n = 0, correct = 0;
  for (const double error : errors) {
    if (std::isnan(error)) continue;
    ++n;
    correct += error < 1 ? 1 : 0;
  }
  if (n == 0) return;
  const math::Interval interval = math::wilson_interval(correct / n, n);
  cell.correct = correct / n;
  cell.correct_low = interval.lower;
  cell.correct_high = interval.upper;
}

}  // namespace

std::vector<std::size_t> OrbitSummary::varying() const {
  std::vector<std::size_t> result;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    std::set<Value> different;
    for (const OrbitCell& cell : cells)
      if (!std::holds_alternative<std::monostate>(cell.parameters[p])) different.insert(cell.parameters[p]);
    if (different.size() > 1) result.push_back(p);
  }
  return result;
}

bool is_orbit(const store::SegmentReader& results) {
  return results.schema().has(exact) && !results.schema().has("test_mse");
}

double rank_correlation(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> a, b;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!std::isnan(x[i]) && !std::isnan(y[i])) {
      a.push_back(x[i]);
      b.push_back(y[i]);
    }
  a = ranks(a);
  b = ranks(b);
  const double mean = (static_cast<double>(a.size()) + 1) / 2;  // of all ranks, whatever is equal
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean) * (b[i] - mean);
    aa += (a[i] - mean) * (a[i] - mean);
    bb += (b[i] - mean) * (b[i] - mean);
  }
  return ab / std::sqrt(aa * bb);
}

OrbitSummary orbit_summary(const store::SegmentReader& results, const KeyTable& keys) {
  const Schema& schema = results.schema();
  OrbitSummary summary;
  for (const Column& column : schema.columns())
    if (column.parameter && column.name != "seed" && column.name != "orbit_pair")
      summary.parameters.push_back(column);
  const std::vector<double> status = results.numbers("status");
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < status.size(); ++row)
    if (status[row] == static_cast<double>(Status::done)) rows.push_back(row);
  summary.used = rows.size();
  summary.unfinished = status.size() - rows.size();
  if (rows.empty()) throw StoreError(results.path().string() + ": no point is done");

  Grouping grouping(rows);
  for (const Column& column : summary.parameters) grouping.refine(parameter_values(results, column, keys));
  for (Group& group : grouping.groups())
    summary.cells.push_back({.parameters = std::move(group.values), .n = group.rows.size()});

  const auto column_or_nothing = [&](const std::string& name) {
    return schema.has(name) ? results.numbers(name) : std::vector<double>(results.rows(), std::nan(""));
  };
  for (const std::string& name : {exact, exact_mean, spectral, std::string("eps_group"),
                                  std::string("condition_number"), std::string("trained_error")}) {
    if (!schema.has(name)) continue;
    summary.medians.push_back(schema.columns()[schema.index(name)]);
    const std::vector<double> values = results.numbers(name);
    for (std::size_t c = 0; c < summary.cells.size(); ++c)
      summary.cells[c].medians.push_back(math::quantile(chosen(values, grouping.groups()[c].rows), 0.5));
  }
  const std::vector<double> errors = results.numbers(exact), means = column_or_nothing(exact_mean),
                            predictions = column_or_nothing(spectral);
  for (std::size_t c = 0; c < summary.cells.size(); ++c) {
    const std::vector<std::size_t>& members = grouping.groups()[c].rows;
    const std::vector<double> predicted = chosen(predictions, members), true_ones = chosen(errors, members);
    fill_correct(true_ones, summary.cells[c]);
    summary.cells[c].correlation = rank_correlation(predicted, true_ones);
    summary.cells[c].correlation_mean = rank_correlation(predicted, chosen(means, members));
  }
  return summary;
}

const std::vector<OrbitStatistic>& orbit_statistic_table() {
  static const std::vector<OrbitStatistic> table{
      {"correct", "share of the points with eps_exact < 1", [](const OrbitCell& c) { return c.correct; }},
      {"correct_low", "lower end of its Wilson 95 % interval",
       [](const OrbitCell& c) { return c.correct_low; }},
      {"correct_high", "upper end of its Wilson 95 % interval",
       [](const OrbitCell& c) { return c.correct_high; }},
      {"rank_correlation", "Spearman's, of eps_spectral and eps_exact over the points",
       [](const OrbitCell& c) { return c.correlation; }},
      {"rank_correlation_mean", "Spearman's, of eps_spectral and eps_exact_mean over the points",
       [](const OrbitCell& c) { return c.correlation_mean; }}};
  return table;
}

std::string median_name(const Column& column) {
  return column.name + "_median";
}

void write_orbit(const std::filesystem::path& path, const OrbitSummary& summary,
                 store::Attributes attributes) {
  store::Variable coordinate{.column = {.name = cell_dimension,
                                        .type = ColumnType::integer,
                                        .long_name = "points that differ in their pair of images only"}};
  for (std::size_t c = 0; c < summary.cells.size(); ++c) coordinate.numbers.push_back(static_cast<double>(c));
  std::vector<store::Variable> variables;
  for (std::size_t p = 0; p < summary.parameters.size(); ++p) {
    std::vector<Value> values;
    for (const OrbitCell& cell : summary.cells) values.push_back(cell.parameters[p]);
    variables.push_back(parameter_variable(summary.parameters[p], cell_dimension, values));
  }
  const auto add = [&](const std::string& name, const std::string& long_name, ColumnType type,
                       const auto& value) {
    store::Variable variable{
        .column = {.name = name, .type = type, .dimensions = {cell_dimension}, .long_name = long_name}};
    for (const OrbitCell& cell : summary.cells) variable.numbers.push_back(value(cell));
    variables.push_back(std::move(variable));
  };
  add("n", "points", ColumnType::integer, [](const OrbitCell& c) { return static_cast<double>(c.n); });
  for (std::size_t m = 0; m < summary.medians.size(); ++m)
    add(median_name(summary.medians[m]), "median of " + summary.medians[m].name, ColumnType::real,
        [m](const OrbitCell& c) { return c.medians[m]; });
  for (const OrbitStatistic& entry : orbit_statistic_table())
    add(entry.name, entry.long_name, ColumnType::real, entry.value);
  attributes["summary"] = std::string("orbit");
  store::write_dataset(path, {coordinate}, variables, attributes);
}

std::vector<std::filesystem::path> write_orbit_csv(const std::filesystem::path& folder,
                                                   const OrbitSummary& summary) {
  Cells head;
  for (const Column& column : summary.parameters) head.push_back(column.name);
  head.emplace_back("n");
  for (const Column& column : summary.medians) head.push_back(median_name(column));
  for (const OrbitStatistic& entry : orbit_statistic_table()) head.push_back(entry.name);
  std::string text = line(head);
  for (const OrbitCell& of_cell : summary.cells) {
    Cells cells;
    for (const Value& value : of_cell.parameters) cells.push_back(quoted(canonical_text(value)));
    cells.push_back(std::to_string(of_cell.n));
    for (const double median : of_cell.medians) cells.push_back(cell(median));
    for (const OrbitStatistic& entry : orbit_statistic_table()) cells.push_back(cell(entry.value(of_cell)));
    text += line(cells);
  }
  return write_texts(folder, {{"cells.csv", text}});
}

}  // namespace rgsweep::analysis

#include "rgsweep/analysis/phase.hpp"

#include <algorithm>
#include <utility>

#include "rgsweep/store/dataset.hpp"

namespace rgsweep::analysis {
namespace {

const std::string curve_dimension = "curve";
const std::string test_dimension = "test";

double as_number(std::size_t count) {
  return static_cast<double>(count);
}

store::Variable parameter_variable(const Curves& curves, std::size_t p) {
  store::Variable variable{.column = curves.parameters[p]};
  variable.column.dimensions = {curve_dimension};
  const bool text = variable.column.type == ColumnType::text;
  for (const Curve& curve : curves.curves) {
    const Value& value = curve.parameters[p];
    if (text)
      variable.texts.push_back(canonical_text(value));
    else if (const auto* real = std::get_if<double>(&value))
      variable.numbers.push_back(*real);
    else if (const auto* integer = std::get_if<std::int64_t>(&value))
      variable.numbers.push_back(static_cast<double>(*integer));
    else
      variable.numbers.push_back(variable.column.type == ColumnType::real ? undefined : -1);
  }
  return variable;
}

store::Variable statistic_variable(const PhaseDiagram& phase, const std::vector<double>& axis,
                                   const StatisticEntry& entry) {
  const Curves& curves = phase.curves;
  store::Variable variable{.column = {.name = entry.name,
                                      .type = entry.count ? ColumnType::integer : ColumnType::real,
                                      .dimensions = {curve_dimension, curves.axis.name},
                                      .long_name = entry.long_name}};
  if (entry.per_test) variable.column.dimensions.push_back(test_dimension);
  const std::size_t tests = entry.per_test ? curves.tests.size() : 1;
  variable.numbers.assign(curves.curves.size() * axis.size() * tests, entry.count ? 0 : undefined);
  for (std::size_t c = 0; c < curves.curves.size(); ++c)
    for (std::size_t e = 0; e < phase.statistics[c].size(); ++e) {
      const auto place = std::lower_bound(axis.begin(), axis.end(), curves.curves[c].ensembles[e].x);
      const std::size_t x = static_cast<std::size_t>(place - axis.begin());
      for (std::size_t t = 0; t < tests; ++t)
        variable.numbers[(c * axis.size() + x) * tests + t] = entry.value(phase.statistics[c][e], t);
    }
  return variable;
}

}  // namespace

PhaseDiagram phase_diagram(Curves curves, double threshold) {
  PhaseDiagram phase{.curves = std::move(curves), .threshold = threshold};
  for (const Curve& curve : phase.curves.curves) {
    std::vector<Statistics>& along = phase.statistics.emplace_back();
    for (const Ensemble& ensemble : curve.ensembles) along.push_back(statistics(ensemble, threshold));
  }
  return phase;
}

std::span<const StatisticEntry> statistic_table() {
  using S = const Statistics&;
  static const StatisticEntry table[] = {
      {"n", "points", false, true, [](S s, std::size_t) { return as_number(s.n); }},
      {"n_diverged", "points whose training diverged", false, true,
       [](S s, std::size_t) { return as_number(s.n_diverged); }},
      {"n_tested", "points measured on the test distribution, the diverged ones included", true, true,
       [](S s, std::size_t t) { return as_number(s.tests[t].n); }},
      {"success_fraction", "share of the tested points with test_mse below the threshold", true, false,
       [](S s, std::size_t t) { return s.tests[t].success_fraction; }},
      {"success_low", "lower end of the Wilson 95 % interval of success_fraction", true, false,
       [](S s, std::size_t t) { return s.tests[t].success_low; }},
      {"success_high", "upper end of the Wilson 95 % interval of success_fraction", true, false,
       [](S s, std::size_t t) { return s.tests[t].success_high; }},
      {"test_mse_median", "median of test_mse, infinite where diverged", true, false,
       [](S s, std::size_t t) { return s.tests[t].mse_median; }},
      {"test_mse_lower_quartile", "lower quartile of test_mse, infinite where diverged", true, false,
       [](S s, std::size_t t) { return s.tests[t].mse_lower_quartile; }},
      {"test_mse_upper_quartile", "upper quartile of test_mse, infinite where diverged", true, false,
       [](S s, std::size_t t) { return s.tests[t].mse_upper_quartile; }},
      {"test_mse_mean", "mean of test_mse, infinite where a point diverged", true, false,
       [](S s, std::size_t t) { return s.tests[t].mse_mean; }},
      {"order_parameter_mean_abs", "mean of |order_parameter|", false, false,
       [](S s, std::size_t) { return s.order_parameter_mean_abs; }},
      {"susceptibility", "units times the variance of |order_parameter|", false, false,
       [](S s, std::size_t) { return s.susceptibility; }},
      {"binder", "Binder cumulant of order_parameter, 1 - <m^4> / (3 <m^2>^2)", false, false,
       [](S s, std::size_t) { return s.binder; }},
  };
  return table;
}

void write_phase(const std::filesystem::path& path, const PhaseDiagram& phase, store::Attributes attributes) {
  const Curves& curves = phase.curves;
  const std::vector<double> axis = curves.axis_values();
  std::vector<double> places(curves.curves.size());
  for (std::size_t c = 0; c < places.size(); ++c) places[c] = as_number(c);
  const std::vector<store::Variable> coordinates{
      {.column = {.name = curve_dimension,
                  .type = ColumnType::integer,
                  .long_name = "points that differ in the axis and the seed only"},
       .numbers = places},
      {.column = {.name = curves.axis.name,
                  .type = curves.axis.type,
                  .units = curves.axis.units,
                  .long_name = curves.axis.long_name},
       .numbers = axis},
      {.column = {.name = test_dimension,
                  .type = ColumnType::text,
                  .long_name = "distribution of the test inputs"},
       .texts = curves.tests}};
  std::vector<store::Variable> variables;
  for (std::size_t p = 0; p < curves.parameters.size(); ++p)
    variables.push_back(parameter_variable(curves, p));
  for (const StatisticEntry& entry : statistic_table())
    variables.push_back(statistic_variable(phase, axis, entry));
  attributes["axis"] = curves.axis.name;
  attributes["threshold"] = phase.threshold;
  store::write_dataset(path, coordinates, variables, attributes);
}

}  // namespace rgsweep::analysis

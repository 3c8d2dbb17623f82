#include "rgsweep/analysis/phase_table.hpp"

#include <utility>

#include "rgsweep/analysis/axis.hpp"

namespace rgsweep::analysis {
namespace {

double as_number(std::size_t count) {
  return static_cast<double>(count);
}

template <class Entry>
std::vector<std::string> names_of(const std::vector<Entry>& table) {
  std::vector<std::string> names;
  for (const Entry& entry : table) names.push_back(entry.name);
  return names;
}

/// The meanings of a flag whose 0 is "none".
std::vector<std::string> or_none(std::vector<std::string> meanings) {
  meanings.insert(meanings.begin(), "none");
  return meanings;
}

/// "X" in names stands for the last part of the axis' name.
std::string with_axis(std::string name, const std::string& axis) {
  const std::size_t place = name.find('X');
  return place == std::string::npos ? name : name.replace(place, 1, last_part(axis));
}

}  // namespace

const std::vector<StatisticEntry>& statistic_table() {
  using S = const Statistics&;
  static const std::vector<StatisticEntry> table{
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

std::vector<CriticalEntry> critical_table(const std::string& axis) {
  using C = const LocatedCritical&;
  std::vector<CriticalEntry> table{
      {"critical_X",
       "critical value: success 1/2, susceptibility peak, or Binder crossing with the next width",
       {},
       [](C c) { return c.value.value; }},
      {"critical_X_low", "lower end of its 95 % interval", {}, [](C c) { return c.value.low; }},
      {"critical_X_high", "upper end of its 95 % interval", {}, [](C c) { return c.value.high; }},
      {"width",
       "how sharp it is, along the axis: fitted success from 90 % to 10 %, or the peak at half its height",
       {},
       [](C c) { return c.width; }},
      {"critical_X_first", "first value of the axis that was fitted", {}, [](C c) { return c.first; }},
      {"critical_X_last", "last value of the axis that was fitted", {}, [](C c) { return c.last; }},
      {"critical_X_p_value", "probability of a worse fit", {}, [](C c) { return c.fit_p_value; }},
      {"critical_X_passage",
       "what the fitted quantity does as the axis grows",
       {"none", "falls", "maximum", "rises"},
       [](C c) { return c.direction + 2.0; }},
      {"critical_X_resolution",
       "whether the fit or the step of the axis limits the precision",
       {"none", "step", "fit"},
       [](C c) { return c.resolved ? 2.0 : 1.0; }},
      {"critical_X_coordinate", "coordinate in which the fit is made", or_none(coordinate_names()),
       [](C c) { return 1.0 + static_cast<int>(c.coordinate); }},
  };
  for (CriticalEntry& entry : table) entry.name = with_axis(std::move(entry.name), axis);
  return table;
}

std::vector<FamilyEntry> family_table(const std::string& axis) {
  using F = const FamilyScaling&;
  constexpr ColumnType real = ColumnType::real, flag = ColumnType::flag, integer = ColumnType::integer;
  std::vector<FamilyEntry> table{
      {"verdict", "what the family says about its critical value", flag, names_of(verdict_table()),
       [](F f) { return static_cast<double>(f.judgement.verdict); }},
      {"verdict_reason", "why there is no verdict", flag, names_of(reason_table()),
       [](F f) { return static_cast<double>(f.judgement.reason); }},
      {"transition_X",
       "where the transition is, if the verdict is one",
       real,
       {},
       [](F f) { return f.judgement.position.value; }},
      {"transition_X_low",
       "lower end of its 95 % interval",
       real,
       {},
       [](F f) { return f.judgement.position.low; }},
      {"transition_X_high",
       "upper end of its 95 % interval",
       real,
       {},
       [](F f) { return f.judgement.position.high; }},
      {"critical_sizes",
       "sizes that have a critical value",
       integer,
       {},
       [](F f) { return as_number(f.drift.lengths); }},
      {"drift_exponent",
       "y in |end - critical value| ~ size^y",
       real,
       {},
       [](F f) { return f.drift.exponent.value; }},
      {"drift_exponent_low",
       "lower end of the bootstrap 95 % interval",
       real,
       {},
       [](F f) { return f.drift.exponent.low; }},
      {"drift_exponent_high",
       "upper end of the bootstrap 95 % interval",
       real,
       {},
       [](F f) { return f.drift.exponent.high; }},
      {"extrapolated_X",
       "a_inf in critical value = a_inf - B size^(-1/z)",
       real,
       {},
       [](F f) { return f.drift.limit.value; }},
      {"extrapolated_X_low",
       "lower end of its 95 % likelihood interval",
       real,
       {},
       [](F f) { return f.drift.limit.low; }},
      {"extrapolated_X_high",
       "upper end of its 95 % likelihood interval",
       real,
       {},
       [](F f) { return f.drift.limit.high; }},
      {"extrapolated_X_amplitude",
       "B in critical value = a_inf - B size^(-1/z)",
       real,
       {},
       [](F f) { return f.drift.amplitude; }},
      {"extrapolated_X_exponent",
       "z in critical value = a_inf - B size^(-1/z)",
       real,
       {},
       [](F f) { return f.drift.limit_exponent; }},
      {"extrapolated_X_p_value",
       "probability of a worse fit",
       real,
       {},
       [](F f) { return f.drift.limit_p_value; }},
      {"constant_X",
       "critical value that does not depend on the size, fitted",
       real,
       {},
       [](F f) { return f.drift.constant.value; }},
      {"constant_X_low",
       "lower end of its 95 % interval",
       real,
       {},
       [](F f) { return f.drift.constant.low; }},
      {"constant_X_high",
       "upper end of its 95 % interval",
       real,
       {},
       [](F f) { return f.drift.constant.high; }},
      {"constant_X_p_value",
       "probability of a worse fit",
       real,
       {},
       [](F f) { return f.drift.constant_p_value; }},
      {"collapse_exponent",
       "z of the collapse of success on size |end - axis|^z",
       real,
       {},
       [](F f) { return f.collapse.exponent.value; }},
      {"collapse_exponent_low",
       "lower end of the bootstrap 95 % interval",
       real,
       {},
       [](F f) { return f.collapse.exponent.low; }},
      {"collapse_exponent_high",
       "upper end of the bootstrap 95 % interval, infinite without a bound",
       real,
       {},
       [](F f) { return f.collapse.exponent.high; }},
      {"collapse_inverse_exponent",
       "1/z of the collapse",
       real,
       {},
       [](F f) { return f.collapse.inverse.value; }},
      {"collapse_inverse_exponent_low",
       "lower end of the bootstrap 95 % interval",
       real,
       {},
       [](F f) { return f.collapse.inverse.low; }},
      {"collapse_inverse_exponent_high",
       "upper end of the bootstrap 95 % interval",
       real,
       {},
       [](F f) { return f.collapse.inverse.high; }},
      {"collapse_quality",
       "chi^2 of the collapsed data about their curve, per degree of freedom",
       real,
       {},
       [](F f) { return f.collapse.quality; }},
      {"collapse_p_value",
       "probability of a worse collapse",
       real,
       {},
       [](F f) { return f.collapse.p_value; }},
      {"threshold_exponent_tenth",
       "w in |end - critical value| ~ threshold^w, from a tenth of the threshold",
       real,
       {},
       [](F f) { return f.threshold_exponents[0].value; }},
      {"threshold_exponent_tenfold",
       "w in |end - critical value| ~ threshold^w, from ten times the threshold",
       real,
       {},
       [](F f) { return f.threshold_exponents[1].value; }},
  };
  for (FamilyEntry& entry : table) entry.name = with_axis(std::move(entry.name), axis);
  return table;
}

}  // namespace rgsweep::analysis

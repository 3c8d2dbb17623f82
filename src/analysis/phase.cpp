#include "rgsweep/analysis/phase.hpp"

#include <algorithm>
#include <utility>

#include "parameter_variable.hpp"
#include "rgsweep/analysis/phase_table.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/store/dataset.hpp"

namespace rgsweep::analysis {
namespace {

const std::string curve_dimension = "curve", test_dimension = "test", method_dimension = "method",
                  family_dimension = "family";

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

store::Variable critical_variable(const PhaseDiagram& phase, const CriticalEntry& entry) {
  const bool flag = !entry.flag_meanings.empty();
  store::Variable variable{.column = {.name = entry.name,
                                      .type = flag ? ColumnType::flag : ColumnType::real,
                                      .dimensions = {curve_dimension, test_dimension, method_dimension},
                                      .units = flag ? "1" : phase.curves.axis.units,
                                      .long_name = entry.long_name,
                                      .flag_meanings = entry.flag_meanings}};
  for (const auto& tests : phase.transitions.critical)
    for (const LocatedByMethod& located : tests)
      for (const std::optional<LocatedCritical>& critical : located)
        variable.numbers.push_back(critical ? entry.value(*critical) : flag ? 0 : undefined);
  return variable;
}

store::Variable family_variable(const PhaseDiagram& phase, const FamilyEntry& entry) {
  store::Variable variable{.column = {.name = entry.name,
                                      .type = entry.type,
                                      .dimensions = {family_dimension, test_dimension},
                                      .long_name = entry.long_name,
                                      .flag_meanings = entry.flag_meanings}};
  for (const std::vector<FamilyScaling>& tests : phase.transitions.scaling)
    for (const FamilyScaling& scaling : tests) variable.numbers.push_back(entry.value(scaling));
  return variable;
}

/// What the families are, and which of them a curve is in.
void append_families(const PhaseDiagram& phase, std::vector<store::Variable>& variables) {
  const std::vector<Family>& families = phase.transitions.families;
  const auto by_family = [](const std::string& name, const std::string& long_name) {
    return store::Variable{.column = {.name = name,
                                      .type = ColumnType::text,
                                      .dimensions = {family_dimension},
                                      .long_name = long_name}};
  };
  store::Variable variable = by_family("family_variable", "parameter in which the family's curves differ");
  store::Variable label = by_family("family_label", "the other parameters that vary over the file");
  const auto by_curve = [&](const std::string& name, const std::string& long_name) {
    store::Variable result{.column = {.name = name,
                                      .type = ColumnType::integer,
                                      .dimensions = {curve_dimension},
                                      .long_name = long_name}};
    result.numbers.assign(phase.curves.curves.size(), -1);
    return result;
  };
  store::Variable training = by_curve("training_family", "the curve's family of training lengths");
  store::Variable width = by_curve("width_family", "the curve's family of widths, -1 without one");
  for (std::size_t f = 0; f < families.size(); ++f) {
    variable.texts.push_back(families[f].variable);
    label.texts.push_back(label_of(phase.curves, families[f].curves.front(), families[f].variable));
    const bool sized =
        std::find(std::begin(widths), std::end(widths), families[f].variable) != std::end(widths);
    for (const std::size_t c : families[f].curves)
      (sized ? width : training).numbers[c] = static_cast<double>(f);
  }
  for (store::Variable* v : {&training, &width, &variable, &label}) variables.push_back(std::move(*v));
}

store::Variable index_coordinate(const std::string& name, const std::string& long_name, std::size_t size) {
  store::Variable coordinate{.column = {.name = name, .type = ColumnType::integer, .long_name = long_name}};
  for (std::size_t i = 0; i < size; ++i) coordinate.numbers.push_back(static_cast<double>(i));
  return coordinate;
}

store::Variable label_coordinate(const std::string& name, const std::string& long_name,
                                 std::vector<std::string> labels) {
  return {.column = {.name = name, .type = ColumnType::text, .long_name = long_name},
          .texts = std::move(labels)};
}

}  // namespace

PhaseDiagram phase_diagram(Curves curves, double threshold, std::size_t resamples) {
  PhaseDiagram phase{.curves = std::move(curves), .threshold = threshold};
  for (const Curve& curve : phase.curves.curves) {
    std::vector<Statistics>& along = phase.statistics.emplace_back();
    for (const Ensemble& ensemble : curve.ensembles) along.push_back(statistics(ensemble, threshold));
  }
  phase.transitions = find_transitions(phase.curves, threshold, resamples);
  return phase;
}

std::string label_of(const Curves& curves, std::size_t curve, const std::string& except) {
  std::vector<std::string> parts;
  for (const std::size_t p : curves.varying())
    if (curves.parameters[p].name != except)
      parts.push_back(curves.parameters[p].name + " = " + canonical_text(curves.curves[curve].parameters[p]));
  return join(parts, ", ");
}

void write_phase(const std::filesystem::path& path, const PhaseDiagram& phase, store::Attributes attributes) {
  const Curves& curves = phase.curves;
  const std::vector<double> axis = curves.axis_values();
  const std::vector<store::Variable> coordinates{
      index_coordinate(curve_dimension, "points that differ in the axis and the seed only",
                       curves.curves.size()),
      {.column = {.name = curves.axis.name,
                  .type = curves.axis.type,
                  .units = curves.axis.units,
                  .long_name = curves.axis.long_name},
       .numbers = axis},
      label_coordinate(test_dimension, "distribution of the test inputs", curves.tests),
      label_coordinate(method_dimension, "method that locates the critical value", method_names()),
      index_coordinate(family_dimension, "curves that differ in one size only",
                       phase.transitions.families.size())};
  std::vector<store::Variable> variables;
  for (std::size_t p = 0; p < curves.parameters.size(); ++p) {
    std::vector<Value> values;
    for (const Curve& curve : curves.curves) values.push_back(curve.parameters[p]);
    variables.push_back(parameter_variable(curves.parameters[p], curve_dimension, values));
  }
  for (const StatisticEntry& entry : statistic_table())
    variables.push_back(statistic_variable(phase, axis, entry));
  for (const CriticalEntry& entry : critical_table(curves.axis.name))
    variables.push_back(critical_variable(phase, entry));
  append_families(phase, variables);
  for (const FamilyEntry& entry : family_table(curves.axis.name))
    variables.push_back(family_variable(phase, entry));
  attributes["axis"] = curves.axis.name;
  attributes["threshold"] = phase.threshold;
  attributes["resamples"] = static_cast<std::int64_t>(phase.transitions.resamples);
  store::write_dataset(path, coordinates, variables, attributes);
}

}  // namespace rgsweep::analysis

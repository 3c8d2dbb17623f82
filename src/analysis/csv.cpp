// A phase diagram as CSV files.
#include <string>

#include "csv_text.hpp"
#include "rgsweep/analysis/phase.hpp"
#include "rgsweep/analysis/phase_table.hpp"

namespace rgsweep::analysis {
namespace {

using analysis::cell;
/// A number, or the meaning of a flag.
std::string cell(double number, const std::vector<std::string>& flag_meanings) {
  return flag_meanings.empty() ? cell(number) : flag_meanings.at(static_cast<std::size_t>(number));
}

/// `first`, the parameters, `last`, and the names of a table of columns.
template <class Table>
std::string header(const Curves& curves, Cells first, const Cells& last, const Table& table) {
  for (const Column& column : curves.parameters) first.push_back(column.name);
  first.insert(first.end(), last.begin(), last.end());
  for (const auto& entry : table) first.push_back(entry.name);
  return line(first);
}

/// The parameters of a curve; "" for the one named `except`.
void append_parameters(const Curves& curves, std::size_t c, Cells& cells, const std::string& except = "") {
  for (std::size_t p = 0; p < curves.parameters.size(); ++p)
    cells.push_back(
        curves.parameters[p].name == except ? "" : quoted(canonical_text(curves.curves[c].parameters[p])));
}

std::string curve_rows(const PhaseDiagram& phase) {
  const Curves& curves = phase.curves;
  std::string rows = header(curves, {"curve"}, {curves.axis.name, "test"}, statistic_table());
  for (std::size_t c = 0; c < curves.curves.size(); ++c) {
    Cells start{std::to_string(c)};
    append_parameters(curves, c, start);
    for (std::size_t e = 0; e < curves.curves[c].ensembles.size(); ++e)
      for (std::size_t t = 0; t < curves.tests.size(); ++t) {
        const Statistics& s = phase.statistics[c][e];
        if (s.tests[t].n == 0) continue;
        Cells cells = start;
        cells.push_back(cell(curves.curves[c].ensembles[e].x));
        cells.push_back(quoted(curves.tests[t]));
        for (const StatisticEntry& entry : statistic_table()) cells.push_back(cell(entry.value(s, t)));
        rows += line(cells);
      }
  }
  return rows;
}

std::string critical_rows(const PhaseDiagram& phase) {
  const Curves& curves = phase.curves;
  const std::vector<CriticalEntry> table = critical_table(curves.axis.name);
  const Cells names = method_names();
  std::string rows = header(curves, {"curve"}, {"test", "method"}, table);
  for (std::size_t c = 0; c < curves.curves.size(); ++c)
    for (std::size_t t = 0; t < curves.tests.size(); ++t)
      for (std::size_t m = 0; m < methods; ++m) {
        const std::optional<LocatedCritical>& critical = phase.transitions.critical[c][t][m];
        if (!critical) continue;
        Cells cells{std::to_string(c)};
        append_parameters(curves, c, cells);
        cells.push_back(quoted(curves.tests[t]));
        cells.push_back(names[m]);
        for (const CriticalEntry& entry : table)
          cells.push_back(cell(entry.value(*critical), entry.flag_meanings));
        rows += line(cells);
      }
  return rows;
}

std::string family_rows(const PhaseDiagram& phase) {
  const Curves& curves = phase.curves;
  const std::vector<FamilyEntry> table = family_table(curves.axis.name);
  std::string rows = header(curves, {"family", "family_variable"}, {"test"}, table);
  for (std::size_t f = 0; f < phase.transitions.families.size(); ++f)
    for (std::size_t t = 0; t < curves.tests.size(); ++t) {
      const Family& family = phase.transitions.families[f];
      Cells cells{std::to_string(f), family.variable};
      append_parameters(curves, family.curves.front(), cells, family.variable);
      cells.push_back(quoted(curves.tests[t]));
      for (const FamilyEntry& entry : table)
        cells.push_back(cell(entry.value(phase.transitions.scaling[f][t]), entry.flag_meanings));
      rows += line(cells);
    }
  return rows;
}

}  // namespace

std::vector<std::filesystem::path> write_csv(const std::filesystem::path& folder, const PhaseDiagram& phase) {
  return write_texts(folder, {{"curves.csv", curve_rows(phase)},
                              {"critical.csv", critical_rows(phase)},
                              {"families.csv", family_rows(phase)}});
}

}  // namespace rgsweep::analysis

#include "orbit_report.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "rgsweep/analysis/axis.hpp"
#include "rgsweep/core/value.hpp"
#include "table_text.hpp"

namespace rgsweep::cli {
void print_orbit(const analysis::OrbitSummary& summary) {
  std::cout
      << "orbit: medians over pairs of images; correct where eps_exact < 1, with its Wilson 95 % interval; "
         "rank\ncorrelation of eps_spectral with eps_exact, and with eps_exact_mean\n\n";
  const std::vector<std::size_t> varying = summary.varying();
  Table table{{}};
  for (const std::size_t p : varying)
    table.front().push_back(analysis::last_part(summary.parameters[p].name));
  table.front().emplace_back("n");
  std::vector<std::size_t> measured;  // medians that some cell has
  for (std::size_t m = 0; m < summary.medians.size(); ++m)
    if (std::any_of(summary.cells.begin(), summary.cells.end(),
                    [m](const analysis::OrbitCell& cell) { return !std::isnan(cell.medians[m]); }))
      measured.push_back(m);
  for (const std::size_t m : measured) table.front().push_back(summary.medians[m].name);
  for (const char* name : {"correct", "95% interval", "rank", "rank_mean"}) table.front().emplace_back(name);
  for (const analysis::OrbitCell& cell : summary.cells) {
    std::vector<std::string> row;
    for (const std::size_t p : varying) row.push_back(canonical_text(cell.parameters[p]));
    row.push_back(std::to_string(cell.n));
    for (const std::size_t m : measured) row.push_back(brief_text(cell.medians[m]));
    row.push_back(brief_text(cell.correct));
    std::string interval = "[";
    interval += brief_text(cell.correct_low) + ", " + brief_text(cell.correct_high) + "]";
    row.push_back(interval);
    row.push_back(brief_text(cell.correlation));
    row.push_back(brief_text(cell.correlation_mean));
    table.push_back(std::move(row));
  }
  print_table(table);
}

}  // namespace rgsweep::cli

// A phase diagram as a file: the statistics of all curves on the common axis. In HDF5 labelled arrays
//   parameters (curve);  statistics (curve, axis) and (curve, axis, test)
// where the axis dimension has its column's name, and NaN (0 for counts) stands where a curve has no points;
// in CSV one row for each curve, axis value and test that has points.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "rgsweep/analysis/curve.hpp"
#include "rgsweep/analysis/statistics.hpp"
#include "rgsweep/store/attributes.hpp"

namespace rgsweep::analysis {

struct PhaseDiagram {
  Curves curves;
  double threshold;
  std::vector<std::vector<Statistics>> statistics = {};  ///< (curve, ensemble)
};

PhaseDiagram phase_diagram(Curves curves, double threshold);

/// One statistic: its column over (curve, axis) or, with `per_test`, (curve, axis, test).
struct StatisticEntry {
  std::string name;
  std::string long_name;
  bool per_test;
  bool count;  ///< an integer, 0 where there are no points
  double (*value)(const Statistics&, std::size_t test);
};
/// All of them, in the order of the file.
std::span<const StatisticEntry> statistic_table();

/// Root attributes beside the given ones: threshold and axis. Throws StoreError.
void write_phase(const std::filesystem::path& path, const PhaseDiagram& phase, store::Attributes attributes);

/// Writes FOLDER/curves.csv, creating the folder, and returns its path. Missing values are empty, a mean over
/// diverged points is inf. Throws StoreError.
std::filesystem::path write_csv(const std::filesystem::path& folder, const PhaseDiagram& phase);

}  // namespace rgsweep::analysis

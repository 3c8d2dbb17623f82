// A phase diagram as a file: the statistics of all curves on the common axis, their critical values, and the
// scaling of the families. In HDF5 labelled arrays
//   parameters (curve);  statistics (curve, axis) and (curve, axis, test)
//   critical values (curve, test, method);  scaling (family, test)
// where the axis dimension has its column's name, and NaN (0 for counts and flags) stands where there is
// nothing; in CSV one file for each of the last three.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rgsweep/analysis/curve.hpp"
#include "rgsweep/analysis/statistics.hpp"
#include "rgsweep/analysis/transitions.hpp"
#include "rgsweep/store/attributes.hpp"

namespace rgsweep::analysis {

struct PhaseDiagram {
  Curves curves;
  double threshold;
  std::vector<std::vector<Statistics>> statistics = {};  ///< (curve, ensemble)
  Transitions transitions = {};
};

PhaseDiagram phase_diagram(Curves curves, double threshold, std::size_t resamples);

/// "model_width = 2, model_symmetry = none": the parameters in which the file's curves differ, without those
/// named `except`; "" when there are none.
std::string label_of(const Curves& curves, std::size_t curve, const std::string& except = "");

/// Root attributes beside the given ones: threshold, axis and resamples. Throws StoreError.
void write_phase(const std::filesystem::path& path, const PhaseDiagram& phase, store::Attributes attributes);

/// Writes curves.csv (a row for each curve, axis value and test that has points), critical.csv (for each
/// curve, test and method with a critical value) and families.csv (for each family and test) into the folder,
/// creating it, and returns their paths. Missing values are empty, a mean over diverged points is inf. Throws
/// StoreError.
std::vector<std::filesystem::path> write_csv(const std::filesystem::path& folder, const PhaseDiagram& phase);

}  // namespace rgsweep::analysis

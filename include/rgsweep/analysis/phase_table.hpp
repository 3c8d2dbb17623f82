// The columns of a phase diagram: one entry each, from which the HDF5 file and the CSV files are made alike.
#pragma once

#include <string>
#include <vector>

#include "rgsweep/analysis/scaling.hpp"
#include "rgsweep/analysis/statistics.hpp"
#include "rgsweep/analysis/transitions.hpp"
#include "rgsweep/core/record.hpp"

namespace rgsweep::analysis {

/// One statistic: its column over (curve, axis) or, with `per_test`, (curve, axis, test).
struct StatisticEntry {
  std::string name;
  std::string long_name;
  bool per_test;
  bool count;  ///< an integer, 0 where there are no points
  double (*value)(const Statistics&, std::size_t test);
};
const std::vector<StatisticEntry>& statistic_table();

/// A column over (curve, test, method). Flags have "none" as their meaning 0, where there is no critical
/// value.
struct CriticalEntry {
  std::string name;
  std::string long_name;
  std::vector<std::string> flag_meanings;  ///< empty: a real
  double (*value)(const LocatedCritical&);
};
/// `axis` is the name of the axis' column; its last part names the columns: critical_slope, ...
std::vector<CriticalEntry> critical_table(const std::string& axis);

/// A column over (family, test).
struct FamilyEntry {
  std::string name;
  std::string long_name;
  ColumnType type;
  std::vector<std::string> flag_meanings;
  double (*value)(const FamilyScaling&);
};
std::vector<FamilyEntry> family_table(const std::string& axis);

}  // namespace rgsweep::analysis

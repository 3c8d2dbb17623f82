// Summary of an orbit sweep. The points of one cell differ in their pair of images only, that is in
// orbit_pair and the seed; over them
//   medians of the errors eps_exact, eps_exact_mean, eps_spectral, eps_group, of the condition number and, of
//   trained networks, of trained_error
//   share of correct predictions (eps_exact < 1) with its Wilson interval
//   Spearman's rank correlation of the spectral prediction with eps_exact and with eps_exact_mean
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/core/record.hpp"
#include "rgsweep/core/value.hpp"
#include "rgsweep/store/attributes.hpp"
#include "rgsweep/store/segment.hpp"

namespace rgsweep::analysis {

/// NaN where a cell has no point with the number.
struct OrbitCell {
  std::vector<Value> parameters = {};  ///< of OrbitSummary::parameters; monostate where unused
  std::size_t n = 0;                   ///< points, failed ones not counted
  std::vector<double> medians = {};    ///< of OrbitSummary::medians
  double correct = std::numeric_limits<double>::quiet_NaN();
  double correct_low = std::numeric_limits<double>::quiet_NaN();  ///< Wilson 95 % interval
  double correct_high = std::numeric_limits<double>::quiet_NaN();
  double correlation = std::numeric_limits<double>::quiet_NaN();  ///< of eps_spectral and eps_exact
  double correlation_mean = std::numeric_limits<double>::quiet_NaN();
};

struct OrbitSummary {
  std::vector<Column> parameters = {};  ///< all parameters of the file but seed and orbit_pair
  std::vector<Column> medians = {};     ///< the columns of which there are medians
  std::vector<OrbitCell> cells = {};    ///< sorted by their parameters
  std::uint64_t used = 0;
  std::uint64_t unfinished = 0;  ///< points left out as pending, failed or diverged

  /// Positions of the parameters that have several values among the cells that use them.
  std::vector<std::size_t> varying() const;
};

/// Whether these are results of experiment = orbit.
bool is_orbit(const store::SegmentReader& results);

/// `keys` as in read_curves(). Throws StoreError when no point of the orbit experiment is done.
OrbitSummary orbit_summary(const store::SegmentReader& results, const KeyTable& keys = KeyTable({}));

/// Spearman's, ranks of equal values averaged, over the places where both are numbers; NaN when one of them
/// does not vary.
double rank_correlation(const std::vector<double>& x, const std::vector<double>& y);

/// A statistic of a cell: a column over `cell`.
struct OrbitStatistic {
  std::string name;
  std::string long_name;
  double (*value)(const OrbitCell&);
};
const std::vector<OrbitStatistic>& orbit_statistic_table();

/// The name of the median of a column: "eps_exact_median".
std::string median_name(const Column& column);

/// Arrays over `cell`: parameters, medians, statistics. Root attribute summary = "orbit" beside the given
/// ones. Throws StoreError.
void write_orbit(const std::filesystem::path& path, const OrbitSummary& summary,
                 store::Attributes attributes);

/// The same as cells.csv in the folder; returns its path. Throws StoreError.
std::vector<std::filesystem::path> write_orbit_csv(const std::filesystem::path& folder,
                                                   const OrbitSummary& summary);

}  // namespace rgsweep::analysis

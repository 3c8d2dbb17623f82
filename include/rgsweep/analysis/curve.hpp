// From the points of a results file to curves. All parameter columns but the axis and the seed identify a
// curve; along the axis each value has an ensemble, one member per seed. Statistics of an ensemble are in
// statistics.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/core/record.hpp"
#include "rgsweep/core/value.hpp"
#include "rgsweep/store/segment.hpp"

namespace rgsweep::analysis {

/// The points of one curve at one value of the axis, finished and sorted by seed, so that sums over them do
/// not depend on the order of the file.
struct Ensemble {
  double x = 0;      ///< value of the axis
  double units = 0;  ///< N_units, the hidden units of a layer, all nodes of a graph together; NaN: unknown
  std::vector<std::int64_t> seeds = {};  ///< (member)
  std::vector<char> diverged = {};       ///< (member)
  /// (test, member), relative to Var(target): infinite where diverged, NaN where not measured.
  std::vector<std::vector<double>> test_mse = {};
  std::vector<double> order_parameter = {};  ///< (member), m in [-1, 1]; NaN where not defined or diverged

  std::size_t size() const { return seeds.size(); }
};

struct Curve {
  std::vector<Value> parameters;  ///< of Curves::parameters; monostate where the points do not use the key
  bool paired = false;  ///< points of one seed share their random numbers, so they are resampled together
  std::vector<Ensemble> ensembles = {};  ///< ascending in x
};

struct Curves {
  Column axis;                          ///< the column that the curves run along
  std::vector<Column> parameters = {};  ///< the columns that identify a curve
  std::vector<std::string> tests = {};  ///< labels of the test distributions
  std::vector<Curve> curves = {};       ///< sorted by their parameters
  std::uint64_t used = 0;               ///< points on the curves
  std::uint64_t unfinished = 0;         ///< points left out as pending or failed
  std::uint64_t without_axis = 0;       ///< finished points left out because they do not use the axis

  /// The distinct values of the axis over all curves, ascending.
  std::vector<double> axis_values() const;
  /// Positions of the parameters that have several values among the curves that use them.
  std::vector<std::size_t> varying() const;
};

/// Groups the points whose status is done or diverged. Two values of the axis are the same only when they are
/// equal to the last bit. `keys` says which columns may be younger than a file and what its points did
/// without them (Key::later), so that old and new points of one kind stand on one curve. `axis` as
/// axis_column() takes it. Throws UsageError for the axis, and StoreError when the file has no test_mse, no
/// finished point, or none with a value of the axis.
Curves read_curves(const store::SegmentReader& results, std::string_view axis,
                   const KeyTable& keys = KeyTable({}));

}  // namespace rgsweep::analysis

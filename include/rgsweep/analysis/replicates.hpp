// Tables of bootstrap replicates. All statistics of all curves have the same kinds of rows,
//   row 0            the data
//   rows 1 ... R     the resamples
//   rows beyond R    one for each way of leaving a member out, for the acceleration of bca_interval()
// so that a statistic of several columns, or of several curves, is computed row by row.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace rgsweep::analysis {

/// A row without one member: from which of the samples that are resampled separately it is left out, and how
/// many of that sample's members give the same row.
struct LeaveOut {
  std::size_t sample;
  double members;
};

struct Replicates {
  std::size_t columns = 0;
  std::size_t resamples = 0;
  bool paired = false;                  ///< row r of two paired tables has the same seeds
  std::vector<LeaveOut> left_out = {};  ///< of the rows beyond R
  std::vector<float> values = {};       ///< (row, column); floats hold counts exactly in half the room

  std::size_t rows() const { return 1 + resamples + left_out.size(); }
  std::span<const float> row(std::size_t r) const { return {values.data() + r * columns, columns}; }
};

/// A statistic by row.
struct Replicated {
  std::size_t resamples = 0;
  bool paired = false;
  std::vector<LeaveOut> left_out = {};
  std::vector<double> values = {};  ///< (row); NaN where not defined

  std::span<const double> resampled() const { return std::span(values).subspan(1, resamples); }
};

/// statistic(row number, the table's row) for every row.
template <class Statistic>
Replicated replicated(const Replicates& table, const Statistic& statistic) {
  Replicated result{table.resamples, table.paired, table.left_out, {}};
  result.values.reserve(table.rows());
  for (std::size_t r = 0; r < table.rows(); ++r) result.values.push_back(statistic(r, table.row(r)));
  return result;
}

/// Rows of several tables or statistics that belong together. Independent ones leave out the members of one
/// at a time, with the data of the others; their samples are counted through.
struct JointRows {
  std::size_t resamples = 0;
  bool paired = false;
  std::vector<LeaveOut> left_out = {};
  std::vector<std::vector<std::size_t>> rows = {};  ///< (joint row, position): its row there

  /// statistic(rows of the parts) for every joint row.
  template <class Statistic>
  Replicated replicated(const Statistic& statistic) const {
    Replicated result{resamples, paired, left_out, {}};
    result.values.reserve(rows.size());
    for (const std::vector<std::size_t>& row : rows) result.values.push_back(statistic(row));
    return result;
  }
};

/// What joint_rows() has to know of a table or a statistic.
struct RowKinds {
  std::size_t resamples;
  bool paired;
  const std::vector<LeaveOut>* left_out;
  template <class Rows>
  explicit RowKinds(const Rows& rows)
      : resamples(rows.resamples), paired(rows.paired), left_out(&rows.left_out) {}
};

/// Throws std::logic_error when the parts differ in resamples or pairing.
JointRows joint_rows(const std::vector<RowKinds>& parts);

/// Members of the smallest of the samples that are resampled separately; 0 without any.
std::size_t smallest_sample(const JointRows& joint);

/// A statistic and its 95 % interval; NaN where not defined.
struct Estimate {
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/// The value of row 0 and its BCa interval.
Estimate estimate(const Replicated& statistic);

/// Standard deviation over the resamples in which the statistic is defined, from their quantiles: a few that
/// went astray do not count. NaN when it is never defined.
double resampled_deviation(const Replicated& statistic);

}  // namespace rgsweep::analysis

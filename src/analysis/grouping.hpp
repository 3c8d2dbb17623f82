// Rows sorted into groups of equal parameters, one column after another, so that only one column of a large
// file is in memory at a time.
#pragma once

#include <cstddef>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/core/record.hpp"
#include "rgsweep/core/value.hpp"
#include "rgsweep/store/segment.hpp"

namespace rgsweep::analysis {

struct Group {
  std::vector<Value> values;  ///< of the columns so far
  std::vector<std::size_t> rows;
};

class Grouping {
 public:
  explicit Grouping(std::vector<std::size_t> rows) : groups_{{{}, std::move(rows)}} {}
  /// Splits the groups further by the values of one more column (by row of the file).
  void refine(const std::vector<Value>& column);
  /// Sorted by their values.
  std::vector<Group>& groups() { return groups_; }

 private:
  std::vector<Group> groups_;
};

/// One whole column of parameters. An unused key (NaN, -1, "") is monostate, which equals itself and comes
/// before every value. Where the column is of a key marked `later` in `keys` and the point uses it, a missing
/// value is one from a file that was older than the key: it is the key's default, which is what the point
/// did.
std::vector<Value> parameter_values(const store::SegmentReader& results, const Column& column,
                                    const KeyTable& keys);

}  // namespace rgsweep::analysis

// Rows of one schema as rows of a wider one.
#pragma once

#include <cstddef>
#include <vector>

#include "rgsweep/core/record.hpp"
#include "rgsweep/store/merge.hpp"

namespace rgsweep::store {

/// Where the values of a row go in a row of a schema that unite() made from it.
class RowMap {
 public:
  RowMap(const Schema& from, const Schema& to);

  /// The row laid out anew, Schema::missing() where `from` has no value.
  Row translate(Row row) const;
  /// Whether `from` has a value for this place of the wider row.
  bool has_number(std::size_t to) const { return has_numbers_[to] != 0; }
  bool has_text(std::size_t to) const { return has_texts_[to] != 0; }

 private:
  bool same_;
  Row missing_;
  std::vector<std::size_t> numbers_, texts_;  ///< destination of each value
  std::vector<char> has_numbers_, has_texts_;
};

}  // namespace rgsweep::store

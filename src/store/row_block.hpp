// Rows in memory by the hundred thousand: numbers in one list, each different text of a column once. A row of
// a few numbers takes a quarter of what it does as a Row, and no allocation of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rgsweep/core/record.hpp"

namespace rgsweep::store {

class RowBlock {
 public:
  /// Keeps a reference to the schema.
  explicit RowBlock(const Schema& schema);

  /// Throws std::logic_error, naming the column, unless the row has the schema's size and whole numbers
  /// wherever a file stores integers.
  void append(const Row& row);
  void replace(std::size_t i, const Row& row);
  /// Gives its memory back.
  void clear();

  std::size_t rows() const { return ids_.size(); }
  bool empty() const { return ids_.empty(); }
  std::size_t bytes() const;
  std::uint64_t id(std::size_t i) const { return ids_[i]; }
  /// All numbers of a row.
  std::span<const double> numbers(std::size_t i) const {
    return {numbers_.data() + i * schema_->numbers(), schema_->numbers()};
  }
  /// Of a row, the text at place `t` (Schema::offset of its column).
  const std::string& text(std::size_t i, std::size_t t) const {
    return pools_[t].texts[codes_[i * schema_->texts() + t]];
  }
  /// The different texts at place `t`: those of all rows, and perhaps of rows that were replaced.
  std::span<const std::string> texts(std::size_t t) const { return pools_[t].texts; }
  Row row(std::size_t i) const;
  /// The places of the rows in the order of their ids, equal ones as they came.
  std::vector<std::uint32_t> order() const;

 private:
  struct Pool {
    std::vector<std::string> texts;
    std::unordered_map<std::string, std::uint32_t> codes;  ///< from the second text on
    std::uint32_t code(const std::string& text);
    std::size_t bytes = 0;
  };
  struct Integers {
    std::size_t column, first, count;
  };
  void check(const Row& row) const;

  const Schema* schema_;
  std::vector<Integers> integers_;
  std::vector<std::uint64_t> ids_;
  std::vector<double> numbers_;
  std::vector<std::uint32_t> codes_;
  std::vector<Pool> pools_;
};

}  // namespace rgsweep::store

// What a finished point leaves behind: a row of numbers and texts laid out by a schema. The schema is the
// single description of the columns, from the worker that fills them to the file that holds them.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rgsweep {

enum class ColumnType { real, integer, flag, text };

/// What a number of such a column is where there is no value: NaN for reals, -1 for integers, 0 for flags.
double missing_number(ColumnType type);

/// A dimension other than `point`. Labels, where there are any, are its coordinate values.
struct Dimension {
  std::string name;
  std::size_t size = 0;
  std::vector<std::string> labels = {};  ///< empty: the coordinate is first, first+1, ...
  int first = 0;
  std::string long_name = {};
  bool operator==(const Dimension&) const = default;
};

struct Column {
  std::string name;
  ColumnType type = ColumnType::real;
  std::vector<std::string> dimensions = {};  ///< after `point`, outermost first; texts have none
  std::string units = "1";
  std::string long_name = {};
  std::vector<std::string> flag_meanings = {};  ///< flag columns: the meaning of 0, 1, ...
  bool reproducible = true;  ///< false for timing and placement, which differ between equal runs
  bool parameter = false;    ///< a spec key
  std::string layout =
      {};  ///< what each place of the column's dimensions holds, where their names do not say
  bool operator==(const Column&) const = default;
};

/// One point's results. Numbers hold every real, integer (exact to 2^53; -1 where unused) and flag of the
/// row.
struct Row {
  std::uint64_t point_id = 0;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  bool operator==(const Row& other) const;  ///< NaN equals NaN
};

class Schema {
 public:
  Schema() = default;
  /// Throws std::logic_error on a repeated name, an unknown dimension or a text column with dimensions.
  Schema(std::vector<Dimension> dimensions, std::vector<Column> columns);

  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  const std::vector<Column>& columns() const { return columns_; }
  const Dimension& dimension(std::string_view name) const;
  bool has(std::string_view column) const { return index_.contains(std::string(column)); }
  std::size_t index(std::string_view column) const;

  /// Numbers in column i of a row (1 without dimensions), where they start; for a text column the text's
  /// place.
  std::size_t size(std::size_t i) const { return sizes_[i]; }
  std::size_t offset(std::size_t i) const { return offsets_[i]; }
  /// Extents of column i after `point`.
  std::vector<std::size_t> shape(std::size_t i) const;
  std::size_t numbers() const { return numbers_; }
  std::size_t texts() const { return texts_; }

  /// A row of missing values: missing_number() for numbers, "" for texts.
  Row missing() const;
  std::span<double> values(Row& row, std::string_view column) const;
  std::span<const double> values(const Row& row, std::string_view column) const;
  double& value(Row& row, std::string_view column) const { return values(row, column)[0]; }
  std::string& text(Row& row, std::string_view column) const;
  const std::string& text(const Row& row, std::string_view column) const;

  bool operator==(const Schema& o) const { return dimensions_ == o.dimensions_ && columns_ == o.columns_; }

 private:
  std::vector<Dimension> dimensions_;
  std::vector<Column> columns_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::vector<std::size_t> sizes_, offsets_;
  std::size_t numbers_ = 0, texts_ = 0;
};

/// The values of the `status` column.
enum class Status : int { pending = 0, done = 1, diverged = 2, failed = 3 };
std::vector<std::string> status_names();

}  // namespace rgsweep

#include "rgsweep/core/record.hpp"

#include <cmath>
#include <stdexcept>

namespace rgsweep {

double missing_number(ColumnType type) {
  switch (type) {
    case ColumnType::real:
      return std::numeric_limits<double>::quiet_NaN();
    case ColumnType::integer:
      return -1;
    default:
      return 0;
  }
}

bool Row::operator==(const Row& other) const {
  if (point_id != other.point_id || texts != other.texts || numbers.size() != other.numbers.size())
    return false;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (numbers[i] != other.numbers[i] && !(std::isnan(numbers[i]) && std::isnan(other.numbers[i])))
      return false;
  return true;
}

Schema::Schema(std::vector<Dimension> dimensions, std::vector<Column> columns)
    : dimensions_(std::move(dimensions)), columns_(std::move(columns)) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    if (!index_.emplace(column.name, i).second)
      throw std::logic_error("column " + column.name + " stands twice");
    std::size_t extent = 1;
    for (const std::string& name : column.dimensions) extent *= dimension(name).size;
    if (column.type == ColumnType::text) {
      if (!column.dimensions.empty())
        throw std::logic_error("text column " + column.name + " has dimensions");
      offsets_.push_back(texts_);
      texts_ += extent;
    } else {
      offsets_.push_back(numbers_);
      numbers_ += extent;
    }
    sizes_.push_back(extent);
  }
}

const Dimension& Schema::dimension(std::string_view name) const {
  for (const Dimension& dimension : dimensions_)
    if (dimension.name == name) return dimension;
  throw std::logic_error("no dimension " + std::string(name));
}

std::size_t Schema::index(std::string_view column) const {
  const auto found = index_.find(column);
  if (found == index_.end()) throw std::logic_error("no column " + std::string(column));
  return found->second;
}

std::vector<std::size_t> Schema::shape(std::size_t i) const {
  std::vector<std::size_t> result;
  for (const std::string& name : columns_[i].dimensions) result.push_back(dimension(name).size);
  return result;
}

Row Schema::missing() const {
  Row row;
  row.numbers.reserve(numbers_);
  row.texts.resize(texts_);
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i].type != ColumnType::text)
      row.numbers.insert(row.numbers.end(), sizes_[i], missing_number(columns_[i].type));
  return row;
}

std::span<double> Schema::values(Row& row, std::string_view column) const {
  const std::size_t i = index(column);
  if (columns_[i].type == ColumnType::text)
    throw std::logic_error("column " + columns_[i].name + " holds text");
  return {row.numbers.data() + offsets_[i], sizes_[i]};
}

std::span<const double> Schema::values(const Row& row, std::string_view column) const {
  const std::size_t i = index(column);
  if (columns_[i].type == ColumnType::text)
    throw std::logic_error("column " + columns_[i].name + " holds text");
  return {row.numbers.data() + offsets_[i], sizes_[i]};
}

std::string& Schema::text(Row& row, std::string_view column) const {
  const std::size_t i = index(column);
  if (columns_[i].type != ColumnType::text)
    throw std::logic_error("column " + columns_[i].name + " holds numbers");
  return row.texts[offsets_[i]];
}

const std::string& Schema::text(const Row& row, std::string_view column) const {
  const std::size_t i = index(column);
  if (columns_[i].type != ColumnType::text)
    throw std::logic_error("column " + columns_[i].name + " holds numbers");
  return row.texts[offsets_[i]];
}

std::vector<std::string> status_names() {
  return {"pending", "done", "diverged", "failed"};
}

}  // namespace rgsweep

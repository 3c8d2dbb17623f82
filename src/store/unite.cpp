#include "unite.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "rgsweep/core/error.hpp"

namespace rgsweep::store {
namespace {

template <class Named>
Named* find(std::vector<Named>& list, const std::string& name) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Named& item) { return item.name == name; });
  return found == list.end() ? nullptr : &*found;
}

[[noreturn]] void contradict(const std::filesystem::path& where, const std::string& what) {
  throw StoreError(where.string() + " cannot be united with the other results: " + what);
}

void unite_dimension(Dimension& a, const Dimension& b, const std::filesystem::path& where) {
  // An empty dimension has neither labels nor a first place.
  if (b.size == 0) return;
  if (a.size == 0) {
    a = b;
    return;
  }
  if (a.labels.empty() != b.labels.empty())
    contradict(where, "the dimension " + a.name + " has labels in one of them only");
  if (a.first != b.first) contradict(where, "the dimension " + a.name + " starts at another place");
  for (const std::string& label : b.labels)
    if (std::find(a.labels.begin(), a.labels.end(), label) == a.labels.end()) a.labels.push_back(label);
  a.size = a.labels.empty() ? std::max(a.size, b.size) : a.labels.size();
}

void unite_column(Column& a, const Column& b, const std::filesystem::path& where) {
  if (a.type != b.type) contradict(where, "the column " + a.name + " has another type");
  if (a.dimensions != b.dimensions) contradict(where, "the column " + a.name + " has other dimensions");
  if (a.units != b.units) contradict(where, "the column " + a.name + " has other units");
  const std::size_t common = std::min(a.flag_meanings.size(), b.flag_meanings.size());
  if (!std::equal(a.flag_meanings.begin(), a.flag_meanings.begin() + static_cast<std::ptrdiff_t>(common),
                  b.flag_meanings.begin()))
    contradict(where, "the flags of the column " + a.name + " have other meanings");
  if (common < b.flag_meanings.size()) a.flag_meanings = b.flag_meanings;
  if (a.layout.empty()) a.layout = b.layout;
}

/// The place in `to` of each place of `from`.
std::vector<std::size_t> places(const Dimension& from, const Dimension& to) {
  std::vector<std::size_t> result(from.size);
  for (std::size_t i = 0; i < from.size; ++i) {
    const auto label =
        from.labels.empty() ? to.labels.end() : std::find(to.labels.begin(), to.labels.end(), from.labels[i]);
    result[i] = from.labels.empty() ? i : static_cast<std::size_t>(label - to.labels.begin());
  }
  return result;
}

/// For each value of column `from_column` of `from`, in row-major order, its offset in the same column of
/// `to`.
std::vector<std::size_t> column_map(const Schema& from, std::size_t from_column, const Schema& to) {
  std::vector<std::size_t> offsets{0};
  for (const std::string& name : from.columns()[from_column].dimensions) {
    const std::vector<std::size_t> step = places(from.dimension(name), to.dimension(name));
    std::vector<std::size_t> next;
    for (const std::size_t outer : offsets)
      for (const std::size_t inner : step) next.push_back(outer * to.dimension(name).size + inner);
    offsets = std::move(next);
  }
  return offsets;
}

}  // namespace

Schema unite(const Schema& a, const Schema& b, const std::filesystem::path& where) {
  std::vector<Dimension> dimensions = a.dimensions();
  for (const Dimension& dimension : b.dimensions()) {
    if (Dimension* known = find(dimensions, dimension.name))
      unite_dimension(*known, dimension, where);
    else
      dimensions.push_back(dimension);
  }
  std::vector<Column> columns = a.columns();
  for (const Column& column : b.columns()) {
    if (Column* known = find(columns, column.name))
      unite_column(*known, column, where);
    else
      columns.push_back(column);
  }
  return Schema(std::move(dimensions), std::move(columns));
}

RowMap::RowMap(const Schema& from, const Schema& to)
    : same_(from == to),
      missing_(to.missing()),
      numbers_(from.numbers()),
      texts_(from.texts()),
      has_numbers_(to.numbers(), 0),
      has_texts_(to.texts(), 0) {
  for (std::size_t c = 0; c < from.columns().size(); ++c) {
    const std::size_t target = to.index(from.columns()[c].name);
    const bool text = from.columns()[c].type == ColumnType::text;
    const std::vector<std::size_t> offsets = column_map(from, c, to);
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      const std::size_t place = to.offset(target) + offsets[i];
      (text ? texts_ : numbers_)[from.offset(c) + i] = place;
      (text ? has_texts_ : has_numbers_)[place] = 1;
    }
  }
}

Row RowMap::translate(Row row) const {
  if (same_) return row;
  Row result = missing_;
  result.point_id = row.point_id;
  for (std::size_t i = 0; i < numbers_.size(); ++i) result.numbers[numbers_[i]] = row.numbers[i];
  for (std::size_t i = 0; i < texts_.size(); ++i) result.texts[texts_[i]] = std::move(row.texts[i]);
  return result;
}

}  // namespace rgsweep::store

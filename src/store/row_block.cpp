#include "row_block.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace rgsweep::store {
namespace {

/// What a text of a pool takes beside its characters, in the list and in the table.
constexpr std::size_t text_bytes = 160;

}  // namespace

RowBlock::RowBlock(const Schema& schema) : schema_(&schema), pools_(schema.texts()) {
  for (std::size_t c = 0; c < schema.columns().size(); ++c)
    if (const ColumnType type = schema.columns()[c].type;
        type == ColumnType::integer || type == ColumnType::flag)
      integers_.push_back({c, schema.offset(c), schema.size(c)});
}

void RowBlock::check(const Row& row) const {
  if (row.numbers.size() != schema_->numbers() || row.texts.size() != schema_->texts())
    throw std::logic_error("a row does not have the size of its schema");
  for (const Integers& integers : integers_)
    for (std::size_t i = integers.first; i < integers.first + integers.count; ++i) {
      const double value = row.numbers[i];
      if (!(std::abs(value) <= 0x1p53) || value != std::trunc(value))
        throw std::logic_error("column " + schema_->columns()[integers.column].name +
                               " holds integers, not " + std::to_string(value));
    }
}

/// Rows that follow each other mostly have the same text.
std::uint32_t RowBlock::Pool::code(const std::string& text) {
  if (!texts.empty() && texts[0] == text) return 0;
  const auto next = static_cast<std::uint32_t>(texts.size());
  if (next > 0) {
    const auto [place, is_new] = codes.try_emplace(text, next);
    if (!is_new) return place->second;
  }
  texts.push_back(text);
  bytes += text_bytes + 2 * text.size();
  return next;
}

void RowBlock::append(const Row& row) {
  check(row);
  ids_.push_back(row.point_id);
  numbers_.insert(numbers_.end(), row.numbers.begin(), row.numbers.end());
  for (std::size_t t = 0; t < pools_.size(); ++t) codes_.push_back(pools_[t].code(row.texts[t]));
}

void RowBlock::replace(std::size_t i, const Row& row) {
  check(row);
  ids_[i] = row.point_id;
  std::copy(row.numbers.begin(), row.numbers.end(),
            numbers_.begin() + static_cast<std::ptrdiff_t>(i * schema_->numbers()));
  for (std::size_t t = 0; t < pools_.size(); ++t)
    codes_[i * pools_.size() + t] = pools_[t].code(row.texts[t]);
}

void RowBlock::clear() {
  *this = RowBlock(*schema_);
}

std::size_t RowBlock::bytes() const {
  std::size_t result = sizeof(std::uint64_t) * ids_.size() + sizeof(double) * numbers_.size() +
                       sizeof(std::uint32_t) * codes_.size();
  for (const Pool& pool : pools_) result += pool.bytes;
  return result;
}

Row RowBlock::row(std::size_t i) const {
  const std::span<const double> values = numbers(i);
  Row row{.point_id = ids_[i], .numbers = {values.begin(), values.end()}, .texts = {}};
  for (std::size_t t = 0; t < pools_.size(); ++t) row.texts.push_back(text(i, t));
  return row;
}

std::vector<std::uint32_t> RowBlock::order() const {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keys;
  keys.reserve(rows());
  for (std::size_t i = 0; i < rows(); ++i) keys.emplace_back(ids_[i], static_cast<std::uint32_t>(i));
  std::sort(keys.begin(), keys.end());
  std::vector<std::uint32_t> result;
  result.reserve(keys.size());
  for (const auto& key : keys) result.push_back(key.second);
  return result;
}

}  // namespace rgsweep::store

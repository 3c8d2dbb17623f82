#include "grouping.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace rgsweep::analysis {

void Grouping::refine(const std::vector<Value>& column) {
  std::vector<Group> refined;
  for (Group& group : groups_) {
    std::map<Value, std::vector<std::size_t>> parts;
    for (const std::size_t row : group.rows) parts[column[row]].push_back(row);
    for (auto& [value, rows] : parts) {
      refined.push_back({group.values, std::move(rows)});
      refined.back().values.push_back(value);
    }
  }
  groups_ = std::move(refined);
}

namespace {

std::vector<Value> stored_values(const store::SegmentReader& results, const Column& column) {
  std::vector<Value> values(results.rows());
  if (column.type == ColumnType::text) {
    std::vector<std::string> texts = results.texts(column.name);
    for (std::size_t row = 0; row < values.size(); ++row)
      if (!texts[row].empty()) values[row] = std::move(texts[row]);
    return values;
  }
  const std::vector<double> numbers = results.numbers(column.name);
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (column.type == ColumnType::real && !std::isnan(numbers[row])) values[row] = numbers[row];
    if (column.type == ColumnType::integer && numbers[row] != -1)
      values[row] = static_cast<std::int64_t>(numbers[row]);
  }
  return values;
}

const Key* later_key(const KeyTable& keys, const std::string& column) {
  for (const Key& key : keys.keys())
    if (key.later && key.column() == column) return &key;
  return nullptr;
}

}  // namespace

std::vector<Value> parameter_values(const store::SegmentReader& results, const Column& column,
                                    const KeyTable& keys) {
  std::vector<Value> values = stored_values(results, column);
  const Key* key = later_key(keys, column.name);
  const auto missing = [](const Value& value) { return std::holds_alternative<std::monostate>(value); };
  if (key == nullptr || std::none_of(values.begin(), values.end(), missing)) return values;
  std::vector<bool> uses(values.size(), true);
  for (const Condition& condition : key->used_when) {
    const Key& on = keys[keys.index(condition.key)];
    if (!results.schema().has(on.column())) continue;
    const Column& other = results.schema().columns()[results.schema().index(on.column())];
    const std::vector<Value> others = parameter_values(results, other, keys);
    for (std::size_t row = 0; row < uses.size(); ++row) {
      const auto* word = std::get_if<std::string>(&others[row]);
      uses[row] = uses[row] && word != nullptr &&
                  std::find(condition.values.begin(), condition.values.end(), choice_name(*word)) !=
                      condition.values.end();
    }
  }
  const Value initial = key->parse(key->initial);
  for (std::size_t row = 0; row < values.size(); ++row)
    if (uses[row] && missing(values[row])) values[row] = initial;
  return values;
}

}  // namespace rgsweep::analysis

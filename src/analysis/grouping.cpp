#include "grouping.hpp"

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

std::vector<Value> parameter_values(const store::SegmentReader& results, const Column& column) {
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

}  // namespace rgsweep::analysis

#include "rgsweep/analysis/axis.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep::analysis {
namespace {

const std::string seed_column = "seed";
const std::string slope_column = "activation_slope";

/// The name of a key's column, as Key::column() makes it; a column's name stays.
std::string column_name(std::string_view axis) {
  std::string name(axis);
  for (char& c : name)
    if (c == '.' || c == ' ') c = '_';
  const std::string_view section = "sweep_";
  return name.starts_with(section) ? name.substr(section.size()) : name;
}

std::vector<const Column*> numeric_parameters(const Schema& schema) {
  std::vector<const Column*> result;
  for (const Column& column : schema.columns())
    if (column.parameter && column.type != ColumnType::text && column.name != seed_column)
      result.push_back(&column);
  return result;
}

std::vector<std::string> names_of(const std::vector<const Column*>& columns) {
  std::vector<std::string> result;
  for (const Column* column : columns) result.push_back(column->name);
  return result;
}

bool varies(const store::SegmentReader& results, const Column& column) {
  const double unused = column.type == ColumnType::integer ? -1 : std::nan("");
  std::set<double> values;
  for (const double x : results.numbers(column.name))
    if (!std::isnan(x) && x != unused && values.insert(x).second && values.size() > 1) return true;
  return false;
}

}  // namespace

std::string last_part(std::string_view column) {
  const std::size_t section = column.find('_');
  return std::string(section == std::string_view::npos ? column : column.substr(section + 1));
}

const Column& axis_column(const Schema& schema, std::string_view axis) {
  const std::string name = column_name(axis);
  const std::vector<const Column*> allowed = numeric_parameters(schema);
  std::vector<const Column*> same_part;
  for (const Column* column : allowed) {
    if (column->name == name) return *column;
    if (last_part(column->name) == name) same_part.push_back(column);
  }
  if (same_part.size() == 1) return *same_part.front();
  if (same_part.size() > 1)
    throw UsageError("axis " + std::string(axis) + " may be any of " + join(names_of(same_part), ", "));
  throw UsageError("axis " + std::string(axis) + ": no numeric parameter of the file" +
                   did_you_mean(name, names_of(allowed)) + "; allowed: " + join(names_of(allowed), ", "));
}

const Column& default_axis(const store::SegmentReader& results) {
  const Schema& schema = results.schema();
  if (schema.has(slope_column)) {
    const Column& slope = axis_column(schema, slope_column);
    if (varies(results, slope)) return slope;
  }
  std::vector<const Column*> others = numeric_parameters(schema);
  std::erase_if(others, [&](const Column* column) { return !varies(results, *column); });
  throw UsageError(slope_column + " does not vary in " + results.path().string() + "; " +
                   (others.empty() ? std::string("neither does any other numeric parameter but the seed")
                                   : "choose with --axis one that does: " + join(names_of(others), ", ")));
}

std::optional<double> linear_end(std::string_view column) {
  const std::pair<std::string_view, double> table[] = {{slope_column, 1}, {"activation_alpha", 0}};
  for (const auto& [name, end] : table)
    if (name == column) return end;
  return std::nullopt;
}

}  // namespace rgsweep::analysis

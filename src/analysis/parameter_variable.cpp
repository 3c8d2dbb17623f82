#include "parameter_variable.hpp"

#include <limits>
#include <utility>

namespace rgsweep::analysis {

store::Variable parameter_variable(Column column, const std::string& dimension,
                                   const std::vector<Value>& values) {
  store::Variable variable{.column = std::move(column)};
  variable.column.dimensions = {dimension};
  for (const Value& value : values) {
    if (variable.column.type == ColumnType::text)
      variable.texts.push_back(canonical_text(value));
    else if (const auto* real = std::get_if<double>(&value))
      variable.numbers.push_back(*real);
    else if (const auto* integer = std::get_if<std::int64_t>(&value))
      variable.numbers.push_back(static_cast<double>(*integer));
    else
      variable.numbers.push_back(
          variable.column.type == ColumnType::real ? std::numeric_limits<double>::quiet_NaN() : -1);
  }
  return variable;
}

}  // namespace rgsweep::analysis

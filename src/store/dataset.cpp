#include "rgsweep/store/dataset.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string_view>

#include "attribute_io.hpp"
#include "column_io.hpp"
#include "dataset_creation.hpp"
#include "pending_file.hpp"
#include "sealed_file.hpp"

namespace rgsweep::store {
namespace {

std::size_t size_of(const Variable& variable) {
  return variable.column.type == ColumnType::text ? variable.texts.size() : variable.numbers.size();
}

/// The positions of a variable's dimensions among the coordinates.
std::vector<std::size_t> dimensions_of(const Variable& variable, const std::vector<Variable>& coordinates) {
  const Column& column = variable.column;
  std::vector<std::size_t> result;
  std::size_t size = 1;
  for (const std::string& name : column.dimensions) {
    const auto found = std::find_if(coordinates.begin(), coordinates.end(),
                                    [&](const Variable& c) { return c.column.name == name; });
    if (found == coordinates.end())
      throw std::logic_error("variable " + column.name + " has an unknown dimension " + name);
    result.push_back(static_cast<std::size_t>(found - coordinates.begin()));
    size *= size_of(*found);
  }
  const bool text = column.type == ColumnType::text;
  if (result.empty() || (text && result.size() > 1) || size != size_of(variable) ||
      !(text ? variable.numbers.empty() : variable.texts.empty()))
    throw std::logic_error("variable " + column.name + " does not have the size of its dimensions");
  return result;
}

void check_names(const std::vector<Variable>& coordinates, const std::vector<Variable>& variables) {
  std::set<std::string> names;
  for (const auto* list : {&coordinates, &variables})
    for (const Variable& variable : *list)
      if (!names.insert(variable.column.name).second)
        throw std::logic_error("variable " + variable.column.name + " stands twice");
}

void write_values(hid_t dataset, const Variable& variable, std::uint64_t rows) {
  if (variable.column.type == ColumnType::text)
    write_texts(dataset, variable.column.name, 0,
                std::vector<std::string_view>(variable.texts.begin(), variable.texts.end()));
  else
    write_numbers(dataset, variable.column.name, 0, rows, variable.numbers);
}

}  // namespace

void write_dataset(const std::filesystem::path& path, const std::vector<Variable>& coordinates,
                   const std::vector<Variable>& variables, const Attributes& attributes) {
  check_names(coordinates, variables);
  PendingFile file(path);
  file.write_attributes(attributes);
  {
    std::vector<Handle> scales, arrays;
    for (const Variable& coordinate : coordinates) {
      scales.push_back(create_scale(file, coordinate.column, size_of(coordinate)));
      write_values(scales.back(), coordinate, size_of(coordinate));
    }
    for (const Variable& variable : variables) {
      std::vector<hsize_t> extent;
      std::vector<hid_t> attached;
      for (const std::size_t d : dimensions_of(variable, coordinates)) {
        extent.push_back(size_of(coordinates[d]));
        attached.push_back(scales[d]);
      }
      const std::uint64_t rows = extent[0];
      arrays.push_back(create_column(file, variable.column, extent, attached, rows));
      write_values(arrays.back(), variable, rows);
    }
    file.flush();
  }
  file.publish();
}

Attributes file_attributes(const std::filesystem::path& path) {
  return read_attributes(open_checked(path, false).file);
}

}  // namespace rgsweep::store

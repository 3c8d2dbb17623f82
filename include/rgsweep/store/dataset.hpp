// Files of labelled arrays: results that are no table of points, such as phase diagrams. Same layout as a
// segment (dimension scales as netCDF-4 writes them, CF attributes, compressed and checksummed, trailer), but
// with dimensions of any name and kind of coordinate.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rgsweep/core/record.hpp"
#include "rgsweep/store/attributes.hpp"

namespace rgsweep::store {

/// An array with what describes it. column.dimensions names all its dimensions, outermost first.
struct Variable {
  Column column;
  std::vector<double> numbers = {};     ///< row-major; empty for texts
  std::vector<std::string> texts = {};  ///< empty for numbers; texts have one dimension
};

/// Writes the arrays to `path` in one atomic step, as write_segment does. Each coordinate makes the dimension
/// of its column's name, one place per value (real, integer or text); its column.dimensions stay empty.
/// Throws StoreError that names the file and what went wrong; std::logic_error on a repeated name, an unknown
/// dimension, and an array that does not have its dimensions' size.
void write_dataset(const std::filesystem::path& path, const std::vector<Variable>& coordinates,
                   const std::vector<Variable>& variables, const Attributes& attributes);

/// The root attributes of a file that this program wrote, of whatever kind. Throws StoreError for any other,
/// and when it is truncated.
Attributes file_attributes(const std::filesystem::path& path);

}  // namespace rgsweep::store

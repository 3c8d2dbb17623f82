#include "status_columns.hpp"

#include "attribute_io.hpp"
#include "column_io.hpp"
#include "hdf5_handle.hpp"
#include "rgsweep/core/hash.hpp"
#include "schema_io.hpp"
#include "sealed_file.hpp"

namespace rgsweep::store {
namespace {

/// One number for each of `rows` points; `otherwise` where the file has no such column.
std::vector<double> column(hid_t file, const std::string& name, std::uint64_t rows, double otherwise) {
  std::vector<double> values(rows, otherwise);
  if (checked(H5Lexists(file, name.c_str(), H5P_DEFAULT), "look for " + name) == 0) return values;
  const Handle dataset = open_dataset(file, name);
  const Handle space = dataspace_of(dataset, name);
  if (checked(H5Sget_simple_extent_npoints(space), "count the rows of " + name) !=
      static_cast<hssize_t>(rows))
    throw StoreError("the column " + name + " is not one value for each point");
  read_numbers(dataset, name, 0, rows, values);
  return values;
}

StatusColumns read(hid_t file) {
  const Handle dataset = open_dataset(file, point_id_column);
  const Handle space = dataspace_of(dataset, point_id_column);
  const auto rows =
      static_cast<std::uint64_t>(checked(H5Sget_simple_extent_npoints(space), "count the rows"));
  std::vector<std::string> ids;
  read_texts(dataset, point_id_column, 0, rows, ids);
  const std::vector<double> status = column(file, "status", rows, static_cast<double>(Status::done));
  const std::vector<double> seconds = column(file, "wall_seconds", rows, 0);
  StatusColumns result;
  result.points.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i)
    result.points.push_back(
        {parse_hex(ids[i]), static_cast<Status>(static_cast<int>(status[i])), seconds[i]});
  result.attributes = read_attributes(file);
  return result;
}

}  // namespace

StatusColumns read_status_columns(const std::filesystem::path& file) {
  const OpenedFile opened = open_checked(file, false);
  try {
    return read(opened.file);
  } catch (const Error& error) {
    throw StoreError(file.string() + ": " + error.what());
  }
}

}  // namespace rgsweep::store

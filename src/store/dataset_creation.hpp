// Empty HDF5 datasets laid out as netCDF-4 does: dimension scales, and columns with the scales attached and
// CF attributes (long_name, units, _FillValue, flag_values, flag_meanings). Which HDF5 type stands for which
// ColumnType is in schema_io.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hdf5_handle.hpp"
#include "rgsweep/core/record.hpp"

namespace rgsweep::store {

/// How the texts of one column are stored.
struct TextStorage {
  std::size_t size = 0;  ///< the most bytes of one; 0: of any length
  /// The text of all rows, of at most `size` > 0 bytes. It stands in the file once, as the fill value, and no
  /// row is written. Only for segments: h5repack and H5Ocopy lose a fill value of variable length.
  std::optional<std::string> constant = {};
};

/// The scale of a dimension that grows and has no coordinate values.
Handle create_endless_scale(hid_t file, const std::string& name);

/// The scale of the dimension named as the column: a list for `size` coordinate values of its type.
Handle create_scale(hid_t file, const Column& column, std::size_t size);

/// A dataset of any dimensions, outermost first, with their scales. An extent of 0 can grow; a fixed first
/// one is filled at once. Chunks suit about `expected_rows` places of the first dimension. What is never
/// written holds missing_number(), and the constant of `texts` or none at all. `packed`: shuffled, compressed
/// and checksummed.
Handle create_column(hid_t file, const Column& column, std::vector<hsize_t> extent,
                     const std::vector<hid_t>& scales, std::uint64_t expected_rows,
                     const TextStorage& texts = {}, bool packed = true);

}  // namespace rgsweep::store

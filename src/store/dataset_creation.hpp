// Empty HDF5 datasets laid out as netCDF-4 does: dimension scales, and columns with the scales attached and
// CF attributes (long_name, units, _FillValue, flag_values, flag_meanings). Which HDF5 type stands for which
// ColumnType is in schema_io.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hdf5_handle.hpp"
#include "rgsweep/core/record.hpp"

namespace rgsweep::store {

/// What a place holds that was never written: Schema::missing() of such a column, "" for texts.
double fill_number(ColumnType type);

/// The scale of a dimension that grows and has no coordinate values.
Handle create_endless_scale(hid_t file, const std::string& name);

/// The scale of the dimension named as the column: a list for `size` coordinate values of its type.
Handle create_scale(hid_t file, const Column& column, std::size_t size);

/// A dataset of any dimensions, outermost first, with their scales. An extent of 0 can grow; a fixed first
/// one is filled at once. Chunks suit about `expected_rows` places of the first dimension. Texts are of any
/// length unless `text_size` is the most bytes of one.
Handle create_column(hid_t file, const Column& column, std::vector<hsize_t> extent,
                     const std::vector<hid_t>& scales, std::uint64_t expected_rows,
                     std::size_t text_size = 0);

}  // namespace rgsweep::store

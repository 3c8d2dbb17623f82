// A schema as HDF5 objects, laid out as netCDF-4 does: each dimension a dimension scale, each column a
// dataset over (point, ...) with the scales attached and CF attributes (long_name, units, _FillValue,
// flag_values, flag_meanings, layout). `point`, the one dimension that grows, is a scale without values.
//   real    float64, _FillValue NaN        integer int64, -1 where missing
//   flag    int8, flag_values 0, 1, ...    text    variable-length UTF-8, in segments of fixed length
// Where all rows of a segment have the same text, it stands there once, as the column's fill value.
// rgsweep_parameter and rgsweep_reproducible (0 or 1) hold what CF has no attribute for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "dataset_creation.hpp"
#include "hdf5_handle.hpp"
#include "rgsweep/core/record.hpp"

namespace rgsweep::store {

inline const std::string point_dimension = "point";
inline const std::string point_id_column = "point_id";

/// The datasets of a file in a schema's order, beside the two that every file has.
struct Layout {
  Schema schema;
  Handle point;     ///< scale of the dimension `point`
  Handle point_id;  ///< 16 hex digits
  std::vector<Handle> columns;
};

/// How the texts of each of a schema's columns are stored; of other columns it means nothing.
using TextStorages = std::vector<TextStorage>;

/// Creates all datasets with no rows, in chunks that suit about `expected_rows` rows. A segment, which lasts
/// until the next compaction, is not packed, and its point_id is of 16 bytes.
Layout create_layout(hid_t file, const Schema& schema, std::uint64_t expected_rows, const TextStorages& texts,
                     bool segment);

/// Finds the datasets of a file and rebuilds its schema. Throws StoreError on anything else than
/// create_layout makes.
Layout read_layout(hid_t file);

}  // namespace rgsweep::store

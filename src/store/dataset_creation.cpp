#include "dataset_creation.hpp"

#include <algorithm>
#include <limits>

#include <hdf5_hl.h>

#include "attribute_io.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep::store {
namespace {

constexpr std::uint64_t most_chunk_rows = 4096;
constexpr std::uint64_t most_chunk_bytes = std::uint64_t{256} << 10;
/// Fast; higher levels gain little on shuffled doubles.
constexpr unsigned deflate_level = 1;
/// Bytes of a text element in its chunk: length, address and index of the characters elsewhere.
constexpr std::uint64_t text_reference_bytes = 16;

void make_scale(hid_t dataset, const std::string& name) {
  checked(H5DSset_scale(dataset, name.c_str()), "make " + name + " a dimension scale");
}

Handle create_dataset(hid_t file, const std::string& name, hid_t type, hid_t space, hid_t properties) {
  return Handle(H5Dcreate2(file, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose,
                "create the dataset " + name);
}

/// Attributes are read back in the order in which they were written, also by netCDF. Without the time of
/// writing the same results are the same bytes.
Handle dataset_properties() {
  Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "create dataset properties");
  checked(H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
          "track the order of attributes");
  checked(H5Pset_obj_track_times(properties, false), "leave out the time of writing");
  return properties;
}

hid_t file_type(ColumnType type, const Handle& text) {
  switch (type) {
    case ColumnType::text:
      return text;
    case ColumnType::real:
      return H5T_IEEE_F64LE;
    case ColumnType::integer:
      return H5T_STD_I64LE;
    case ColumnType::flag:
      break;
  }
  return H5T_STD_I8LE;
}

/// `chunk` comes as the extent of the dataset.
Handle column_properties(const Column& column, std::vector<hsize_t> chunk, std::uint64_t expected_rows,
                         const TextStorage& texts, hid_t type, bool packed) {
  Handle properties = dataset_properties();
  const bool text = column.type == ColumnType::text;
  std::uint64_t row_bytes = text ? std::max<std::uint64_t>(texts.size, text_reference_bytes)
                            : column.type == ColumnType::flag ? 1
                                                              : 8;
  for (std::size_t i = 1; i < chunk.size(); ++i) {
    chunk[i] = std::max<hsize_t>(chunk[i], 1);
    row_bytes *= chunk[i];
  }
  chunk[0] = std::clamp<std::uint64_t>(
      std::min({expected_rows, most_chunk_rows, most_chunk_bytes / row_bytes}), 1, most_chunk_rows);
  const std::string what = "lay out the column " + column.name;
  checked(H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data()), what);
  // netCDF 4.9.0 reads texts behind filters but cannot copy them (nccopy, xarray's to_netcdf), and HDF5
  // refuses fletcher32 for them, since their references change when they are read.
  if (packed && !text) {
    checked(H5Pset_shuffle(properties), what);
    checked(H5Pset_deflate(properties, deflate_level), what);
    checked(H5Pset_fletcher32(properties), what);
  }
  if (texts.constant) {
    std::string bytes = clean_utf8(*texts.constant);
    bytes.resize(texts.size, '\0');
    checked(H5Pset_fill_value(properties, type, bytes.data()), what);
  } else if (column.type == ColumnType::real || column.type == ColumnType::integer) {
    const double missing = missing_number(column.type);
    checked(H5Pset_fill_value(properties, H5T_NATIVE_DOUBLE, &missing), what);
  }
  return properties;
}

void write_column_attributes(hid_t dataset, const Column& column) {
  const bool number = column.type == ColumnType::real || column.type == ColumnType::integer;
  if (!column.long_name.empty()) write_attribute(dataset, "long_name", column.long_name);
  if (number || column.units != "1") write_attribute(dataset, "units", column.units);
  if (column.type == ColumnType::real)
    write_attribute(dataset, "_FillValue", std::numeric_limits<double>::quiet_NaN());
  if (!column.flag_meanings.empty()) {
    std::vector<std::int8_t> values(column.flag_meanings.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int8_t>(i);
    write_attribute(dataset, "flag_values", values);
    write_attribute(dataset, "flag_meanings", join(column.flag_meanings, " "));
  }
  if (!column.layout.empty()) write_attribute(dataset, "layout", column.layout);
  write_attribute(dataset, "rgsweep_parameter", std::int64_t{column.parameter});
  write_attribute(dataset, "rgsweep_reproducible", std::int64_t{column.reproducible});
}

}  // namespace

Handle create_endless_scale(hid_t file, const std::string& name) {
  const hsize_t none = 0, unlimited = H5S_UNLIMITED, chunk = most_chunk_rows;
  const Handle space(H5Screate_simple(1, &none, &unlimited), H5Sclose, "shape the dimension " + name);
  const Handle properties = dataset_properties();
  checked(H5Pset_chunk(properties, 1, &chunk), "chunk the dimension " + name);
  Handle scale = create_dataset(file, name, H5T_STD_I64LE, space, properties);
  // The name by which netCDF-4 marks a dimension that has no coordinate values; the number is never used.
  make_scale(scale, "This is a netCDF dimension but not a netCDF variable.         0");
  return scale;
}

Handle create_scale(hid_t file, const Column& column, std::size_t size) {
  const hsize_t extent = size;
  const Handle space(H5Screate_simple(1, &extent, nullptr), H5Sclose, "shape the dimension " + column.name);
  const Handle properties = dataset_properties();
  const Handle text = text_type();
  Handle scale = create_dataset(file, column.name, file_type(column.type, text), space, properties);
  make_scale(scale, column.name);
  if (!column.long_name.empty()) write_attribute(scale, "long_name", column.long_name);
  if (column.type == ColumnType::real || column.units != "1") write_attribute(scale, "units", column.units);
  return scale;
}

Handle create_column(hid_t file, const Column& column, std::vector<hsize_t> extent,
                     const std::vector<hid_t>& scales, std::uint64_t expected_rows, const TextStorage& texts,
                     bool packed) {
  const std::string what = "create the column " + column.name;
  // HDF5 has no chunks of size 0 and none beyond a fixed extent, so an empty dimension is one that could
  // grow.
  std::vector<hsize_t> most = extent;
  std::replace(most.begin(), most.end(), hsize_t{0}, H5S_UNLIMITED);
  const Handle space(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), most.data()), H5Sclose,
                     what);
  const Handle text = text_type(texts.size);
  const Handle properties = column_properties(column, std::move(extent), expected_rows, texts, text, packed);
  Handle dataset = create_dataset(file, column.name, file_type(column.type, text), space, properties);
  write_column_attributes(dataset, column);
  for (std::size_t i = 0; i < scales.size(); ++i)
    checked(H5DSattach_scale(dataset, scales[i], static_cast<unsigned>(i)), what);
  return dataset;
}

}  // namespace rgsweep::store

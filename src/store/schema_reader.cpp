// The reading half of schema_io.hpp.
#include <array>

#include <hdf5_hl.h>

#include "attribute_io.hpp"
#include "column_io.hpp"
#include "rgsweep/core/text.hpp"
#include "schema_io.hpp"

namespace rgsweep::store {
namespace {

std::vector<std::string> names_in_order(hid_t file) {
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  checked(H5Literate(file, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, collect, &names), "list the columns");
  return names;
}

std::vector<hsize_t> shape_of(hid_t dataset, const std::string& name) {
  const Handle space = dataspace_of(dataset, name);
  std::vector<hsize_t> shape(
      static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space), "shape of " + name)));
  if (!shape.empty()) checked(H5Sget_simple_extent_dims(space, shape.data(), nullptr), "shape of " + name);
  return shape;
}

ColumnType type_of(hid_t dataset, const std::string& name) {
  const Handle type(H5Dget_type(dataset), H5Tclose, "read the type of " + name);
  switch (H5Tget_class(type)) {
    case H5T_STRING:
      return ColumnType::text;
    case H5T_FLOAT:
      return ColumnType::real;
    case H5T_INTEGER:
      return H5Tget_size(type) == 1 ? ColumnType::flag : ColumnType::integer;
    default:
      throw StoreError("the column " + name + " holds neither numbers nor text");
  }
}

Dimension read_dimension(hid_t scale, const std::string& name) {
  const std::vector<hsize_t> shape = shape_of(scale, name);
  if (shape.size() != 1) throw StoreError("the dimension " + name + " is not a list");
  Dimension dimension{.name = name, .size = static_cast<std::size_t>(shape[0])};
  dimension.long_name = read_text_attribute(scale, "long_name", "");
  if (type_of(scale, name) == ColumnType::text) {
    read_texts(scale, name, 0, shape[0], dimension.labels);
  } else if (dimension.size > 0) {
    double first = 0;
    read_numbers(scale, name, 0, 1, {&first, 1});
    dimension.first = static_cast<int>(first);
  }
  return dimension;
}

/// Name of the scale attached to one dimension of a dataset.
std::string scale_name(hid_t dataset, const std::string& column, unsigned dimension) {
  std::string name;
  const auto visit = [](hid_t, unsigned, hid_t scale, void* result) -> herr_t {
    std::array<char, 256> text{};
    if (H5Iget_name(scale, text.data(), text.size()) <= 1) return -1;
    *static_cast<std::string*>(result) = text.data() + 1;  // without the leading '/'
    return 1;
  };
  checked(H5DSiterate_scales(dataset, dimension, nullptr, visit, &name), "find the dimensions of " + column);
  if (name.empty()) throw StoreError("the column " + column + " has a dimension without a scale");
  return name;
}

Column read_column(hid_t dataset, const std::string& name) {
  Column column{.name = name, .type = type_of(dataset, name)};
  const std::size_t rank = shape_of(dataset, name).size();
  for (unsigned i = 0; i < rank; ++i) {
    const std::string dimension = scale_name(dataset, name, i);
    if ((i == 0) != (dimension == point_dimension))
      throw StoreError("the column " + name + " is not laid out over points");
    if (i > 0) column.dimensions.push_back(dimension);
  }
  column.units = read_text_attribute(dataset, "units", "1");
  column.long_name = read_text_attribute(dataset, "long_name", "");
  column.layout = read_text_attribute(dataset, "layout", "");
  column.flag_meanings = split(read_text_attribute(dataset, "flag_meanings", ""), ' ');
  column.parameter = read_attribute(dataset, "rgsweep_parameter") == Attribute(std::int64_t{1});
  column.reproducible = read_attribute(dataset, "rgsweep_reproducible") == Attribute(std::int64_t{1});
  return column;
}

}  // namespace

Layout read_layout(hid_t file) {
  Layout layout;
  std::vector<Dimension> dimensions;
  std::vector<Column> columns;
  for (const std::string& name : names_in_order(file)) {
    Handle dataset = open_dataset(file, name);
    if (name == point_dimension) {
      layout.point = std::move(dataset);
    } else if (name == point_id_column) {
      layout.point_id = std::move(dataset);
    } else if (checked(H5DSis_scale(dataset), "look at " + name) > 0) {
      dimensions.push_back(read_dimension(dataset, name));
    } else {
      columns.push_back(read_column(dataset, name));
      layout.columns.push_back(std::move(dataset));
    }
  }
  if (layout.point < 0 || layout.point_id < 0) throw StoreError("there is no dataset point or point_id");
  try {
    layout.schema = Schema(std::move(dimensions), std::move(columns));
  } catch (const std::logic_error& error) {
    throw StoreError(error.what());
  }
  return layout;
}

}  // namespace rgsweep::store

// The writing half of schema_io.hpp.
#include <stdexcept>

#include "column_io.hpp"
#include "dataset_creation.hpp"
#include "schema_io.hpp"

namespace rgsweep::store {
namespace {

constexpr std::size_t point_id_bytes = 16;

Handle write_dimension(hid_t file, const Dimension& dimension) {
  const bool labelled = !dimension.labels.empty();
  if (labelled && dimension.labels.size() != dimension.size)
    throw std::logic_error("dimension " + dimension.name + " does not have one label for each place");
  const Column coordinate{.name = dimension.name,
                          .type = labelled ? ColumnType::text : ColumnType::integer,
                          .long_name = dimension.long_name};
  Handle scale = create_scale(file, coordinate, dimension.size);
  if (labelled) {
    write_texts(scale, dimension.name, 0,
                std::vector<std::string_view>(dimension.labels.begin(), dimension.labels.end()));
  } else {
    std::vector<double> places(dimension.size);
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = dimension.first + static_cast<double>(i);
    write_numbers(scale, dimension.name, 0, places.size(), places);
  }
  return scale;
}

}  // namespace

Layout create_layout(hid_t file, const Schema& schema, std::uint64_t expected_rows, const TextStorages& texts,
                     bool segment) {
  if (schema.has(point_id_column))
    throw std::logic_error("point_id is a column of every file and of no schema");
  Layout layout;
  layout.schema = schema;
  layout.point = create_endless_scale(file, point_dimension);
  std::vector<Handle> scales;
  for (const Dimension& dimension : schema.dimensions()) scales.push_back(write_dimension(file, dimension));

  const Column point_id{.name = point_id_column,
                        .type = ColumnType::text,
                        .long_name = "hash of everything that determines the point"};
  layout.point_id = create_column(file, point_id, {0}, {layout.point}, expected_rows,
                                  {.size = segment ? point_id_bytes : 0}, !segment);
  for (std::size_t i = 0; i < schema.columns().size(); ++i) {
    const Column& column = schema.columns()[i];
    std::vector<hid_t> attached{layout.point};
    std::vector<hsize_t> extent{0};
    for (const std::size_t size : schema.shape(i)) extent.push_back(size);
    for (const std::string& name : column.dimensions)
      for (std::size_t d = 0; d < scales.size(); ++d)
        if (schema.dimensions()[d].name == name) attached.push_back(scales[d]);
    layout.columns.push_back(create_column(file, column, extent, attached, expected_rows,
                                           column.type == ColumnType::text ? texts.at(i) : TextStorage(),
                                           !segment));
  }
  return layout;
}

}  // namespace rgsweep::store

#include "rgsweep/store/segment.hpp"

#include <algorithm>
#include <utility>

#include "attribute_io.hpp"
#include "column_io.hpp"
#include "hdf5_handle.hpp"
#include "rgsweep/core/hash.hpp"
#include "schema_io.hpp"
#include "sealed_file.hpp"
#include "segment_writer.hpp"
#include "trailer.hpp"

namespace rgsweep::store {

struct SegmentReader::File {
  std::filesystem::path path;
  Handle file;
  Layout layout;
  Attributes attributes;
  std::uint64_t rows = 0;
  bool sealed = true;
  mutable std::vector<std::optional<std::string>> constants;  ///< empty until they are asked for

  /// Runs a part of the reading and adds the file's name to what goes wrong.
  template <class Part>
  auto named(Part part) const {
    try {
      return part();
    } catch (const Error& error) {
      throw StoreError(path.string() + ": " + error.what());
    }
  }

  std::vector<std::uint64_t> ids(std::uint64_t first, std::uint64_t count) const {
    std::vector<std::string> texts;
    read_texts(layout.point_id, point_id_column, first, count, texts);
    std::vector<std::uint64_t> result;
    result.reserve(texts.size());
    for (const std::string& text : texts) result.push_back(parse_hex(text));
    return result;
  }

  /// The text of all rows of a text column of which no row was written.
  std::optional<std::string> constant(std::size_t c) const {
    if (rows == 0 || H5Dget_storage_size(layout.columns[c]) > 0) return std::nullopt;
    std::vector<std::string> text;
    read_texts(layout.columns[c], layout.schema.columns()[c].name, 0, 1, text);
    return std::move(text[0]);
  }

  /// Those of all columns, looked up once: HDF5 counts every chunk.
  const std::vector<std::optional<std::string>>& all_constants() const {
    if (constants.empty())
      for (std::size_t c = 0; c < layout.columns.size(); ++c)
        constants.push_back(layout.schema.columns()[c].type == ColumnType::text ? constant(c) : std::nullopt);
    return constants;
  }

  void read_column(std::size_t c, std::uint64_t first, std::vector<Row>& block) const {
    const Column& column = layout.schema.columns()[c];
    const std::size_t size = layout.schema.size(c), offset = layout.schema.offset(c);
    if (const std::optional<std::string>& text = all_constants()[c]) {
      for (Row& row : block) row.texts[offset] = *text;
    } else if (column.type == ColumnType::text) {
      std::vector<std::string> texts;
      read_texts(layout.columns[c], column.name, first, block.size(), texts);
      for (std::size_t r = 0; r < block.size(); ++r) block[r].texts[offset] = std::move(texts[r]);
    } else {
      std::vector<double> values(block.size() * size);
      read_numbers(layout.columns[c], column.name, first, block.size(), values);
      for (std::size_t r = 0; r < block.size(); ++r)
        std::copy_n(values.data() + r * size, size, block[r].numbers.data() + offset);
    }
  }

  const Handle& dataset(std::string_view column, bool text) const {
    if (!layout.schema.has(column)) throw StoreError("there is no column " + std::string(column));
    const std::size_t c = layout.schema.index(column);
    if ((layout.schema.columns()[c].type == ColumnType::text) != text)
      throw StoreError("the column " + std::string(column) + " does not hold " +
                       (text ? "texts" : "numbers"));
    return layout.columns[c];
  }
};

SegmentReader::SegmentReader(const std::filesystem::path& path, bool check)
    : file_(std::make_unique<File>()) {
  if (check && !must_be_sealed(path)) try_reading(path, [&] { SegmentReader(path, false).read_all(); });
  OpenedFile opened = open_checked(path, check);
  file_->path = path;
  file_->file = std::move(opened.file);
  file_->sealed = opened.sealed;
  file_->named([&] {
    file_->layout = read_layout(file_->file);
    file_->attributes = read_attributes(file_->file);
    const Handle space = dataspace_of(file_->layout.point_id, point_id_column);
    file_->rows = static_cast<std::uint64_t>(checked(H5Sget_simple_extent_npoints(space), "count the rows"));
  });
  if (check && !file_->sealed) try {
      read_all();
    } catch (const std::exception& error) {  // a wrong length may ask for any amount of memory
      throw DamagedFile(path.string() + " is damaged, and has no rgsweep trailer: " + error.what());
    }
}

void SegmentReader::read_all() const {
  constexpr std::uint64_t block_rows = 1024;
  point_ids();
  std::vector<Row> block;
  for (std::uint64_t first = 0; first < rows(); first += block_rows)
    read(first, std::min(block_rows, rows() - first), block);
}

bool SegmentReader::sealed() const {
  return file_->sealed;
}

SegmentReader::~SegmentReader() = default;
SegmentReader::SegmentReader(SegmentReader&&) noexcept = default;
SegmentReader& SegmentReader::operator=(SegmentReader&&) noexcept = default;

const std::filesystem::path& SegmentReader::path() const {
  return file_->path;
}
const Schema& SegmentReader::schema() const {
  return file_->layout.schema;
}
const Attributes& SegmentReader::attributes() const {
  return file_->attributes;
}
std::uint64_t SegmentReader::rows() const {
  return file_->rows;
}

std::vector<std::uint64_t> SegmentReader::point_ids() const {
  return file_->named([&] {
    std::vector<std::uint64_t> ids = file_->ids(0, rows());
    if (std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) != ids.end())
      throw StoreError("the rows are not sorted by point_id");
    return ids;
  });
}

void SegmentReader::read(std::uint64_t first, std::uint64_t count, std::vector<Row>& rows) const {
  file_->named([&] {
    const std::vector<std::uint64_t> ids = file_->ids(first, count);
    const Schema& schema = file_->layout.schema;
    rows.resize(ids.size());
    for (std::size_t r = 0; r < ids.size(); ++r) {
      rows[r].point_id = ids[r];
      rows[r].numbers.resize(schema.numbers());
      rows[r].texts.resize(schema.texts());
    }
    for (std::size_t c = 0; c < schema.columns().size(); ++c) file_->read_column(c, first, rows);
  });
}

std::vector<double> SegmentReader::numbers(std::string_view column) const {
  return file_->named([&] {
    const Handle& dataset = file_->dataset(column, false);
    std::vector<double> values(rows() * file_->layout.schema.size(file_->layout.schema.index(column)));
    read_numbers(dataset, std::string(column), 0, rows(), values);
    return values;
  });
}

std::vector<std::string> SegmentReader::texts(std::string_view column) const {
  return file_->named([&] {
    std::vector<std::string> values;
    read_texts(file_->dataset(column, true), std::string(column), 0, rows(), values);
    return values;
  });
}

std::size_t SegmentReader::text_size(std::string_view column) const {
  return file_->named([&] { return store::text_size(file_->dataset(column, true), std::string(column)); });
}

std::optional<std::string> SegmentReader::constant_text(std::string_view column) const {
  return file_->named([&] {
    file_->dataset(column, true);
    return file_->all_constants()[file_->layout.schema.index(column)];
  });
}

void write_segment(const std::filesystem::path& path, const Schema& schema, const std::vector<Row>& rows,
                   const Attributes& attributes) {
  RowBlock block(schema);
  for (const Row& row : rows) block.append(row);
  SegmentWriter writer(path, schema, rows.size(), attributes, text_storages(path, schema, block));
  writer.append(block, block.order());
  writer.commit();
}

}  // namespace rgsweep::store

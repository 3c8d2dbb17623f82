#include "segment_writer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>
#include <string>
#include <string_view>

#include "column_io.hpp"
#include "dataset_creation.hpp"
#include "layout_names.hpp"
#include "rgsweep/core/hash.hpp"

namespace rgsweep::store {
namespace {

constexpr std::size_t block_bytes = std::size_t{4} << 20;

void set_rows(hid_t dataset, const std::string& name, std::uint64_t rows) {
  const std::string what = "extend " + name;
  const Handle space = dataspace_of(dataset, name);
  std::vector<hsize_t> extent(static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space), what)));
  checked(H5Sget_simple_extent_dims(space, extent.data(), nullptr), what);
  extent[0] = rows;
  checked(H5Dset_extent(dataset, extent.data()), what);
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

void check_row(const Schema& schema, const Row& row) {
  if (row.numbers.size() != schema.numbers() || row.texts.size() != schema.texts())
    throw std::logic_error("a row does not have the size of its schema");
  for (std::size_t c = 0; c < schema.columns().size(); ++c) {
    const Column& column = schema.columns()[c];
    if (column.type != ColumnType::integer && column.type != ColumnType::flag) continue;
    for (std::size_t i = 0; i < schema.size(c); ++i) {
      const double value = row.numbers[schema.offset(c) + i];
      if (!(std::abs(value) <= 0x1p53) || value != std::trunc(value))
        throw std::logic_error("column " + column.name + " holds integers, not " + std::to_string(value));
    }
  }
}

SegmentWriter::SegmentWriter(const std::filesystem::path& path, const Schema& schema,
                             std::uint64_t expected_rows, const Attributes& attributes,
                             const TextSizes& text_sizes)
    : file_(path), segment_(segment_number(path.filename().string()).has_value()) {
  const std::size_t row_bytes = sizeof(Row) + 8 * schema.numbers() + 64 * schema.texts();
  block_rows_ = std::clamp<std::size_t>(block_bytes / row_bytes, 1, 4096);
  file_.write_attributes(attributes);
  layout_ = create_layout(file_, schema, expected_rows, text_sizes);
}

void SegmentWriter::check_next(const Row& row) {
  check_row(layout_.schema, row);
  if (any_ && row.point_id <= last_id_)
    throw std::logic_error("point " + hex(row.point_id) + " is out of order");
  any_ = true;
  last_id_ = row.point_id;
}

void SegmentWriter::append(Row row) {
  check_next(row);
  pending_.push_back(std::move(row));
  if (pending_.size() == block_rows_) write_pending();
}

void SegmentWriter::append(std::span<const Row> rows) {
  write_pending();
  for (const Row& row : rows) check_next(row);
  for (; !rows.empty(); rows = rows.subspan(std::min(block_rows_, rows.size())))
    write(rows.first(std::min(block_rows_, rows.size())));
}

void SegmentWriter::write_pending() {
  write(pending_);
  pending_.clear();
}

void SegmentWriter::write(std::span<const Row> rows) {
  if (rows.empty()) return;
  const std::uint64_t end = written_ + rows.size();
  set_rows(layout_.point, point_dimension, end);
  set_rows(layout_.point_id, point_id_column, end);
  std::vector<std::string> ids;
  for (const Row& row : rows) ids.push_back(hex(row.point_id));
  write_texts(layout_.point_id, point_id_column, written_,
              std::vector<std::string_view>(ids.begin(), ids.end()));
  for (std::size_t c = 0; c < layout_.columns.size(); ++c) {
    const Column& column = layout_.schema.columns()[c];
    set_rows(layout_.columns[c], column.name, end);
    column.type == ColumnType::text ? write_texts_of(c, rows) : write_numbers_of(c, rows);
  }
  written_ = end;
}

// Where no row of the block has a value, nothing is written: HDF5 gives the fill value there. For texts that
// is none at all instead of an empty one, on which other programs may stumble; but segments are read by this
// one alone.
void SegmentWriter::write_numbers_of(std::size_t column, std::span<const Row> rows) {
  const std::size_t size = layout_.schema.size(column), offset = layout_.schema.offset(column);
  std::vector<double> values(rows.size() * size);
  for (std::size_t r = 0; r < rows.size(); ++r)
    std::copy_n(rows[r].numbers.data() + offset, size, values.data() + r * size);
  const double fill = fill_number(layout_.schema.columns()[column].type);
  if (std::all_of(values.begin(), values.end(), [&](double value) { return same_bits(value, fill); })) return;
  write_numbers(layout_.columns[column], layout_.schema.columns()[column].name, written_, rows.size(),
                values);
}

void SegmentWriter::write_texts_of(std::size_t column, std::span<const Row> rows) {
  const std::size_t offset = layout_.schema.offset(column);
  std::vector<std::string_view> texts;
  for (const Row& row : rows) texts.push_back(row.texts[offset]);
  if (segment_ && std::all_of(texts.begin(), texts.end(), [](std::string_view text) { return text.empty(); }))
    return;
  write_texts(layout_.columns[column], layout_.schema.columns()[column].name, written_, texts);
}

void SegmentWriter::commit(const std::function<void()>& allowed) {
  write_pending();
  file_.flush();
  layout_ = Layout();
  file_.publish(allowed);
}

}  // namespace rgsweep::store

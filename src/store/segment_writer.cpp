#include "segment_writer.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <string_view>

#include "column_io.hpp"
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
                             std::uint64_t expected_rows, const Attributes& attributes)
    : file_(path) {
  const std::size_t row_bytes = sizeof(Row) + 8 * schema.numbers() + 64 * schema.texts();
  block_rows_ = std::clamp<std::size_t>(block_bytes / row_bytes, 1, 4096);
  file_.write_attributes(attributes);
  layout_ = create_layout(file_, schema, expected_rows);
}

void SegmentWriter::append(Row row) {
  check_row(layout_.schema, row);
  if (rows() > 0 && row.point_id <= last_id_)
    throw std::logic_error("point " + hex(row.point_id) + " is out of order");
  last_id_ = row.point_id;
  pending_.push_back(std::move(row));
  if (pending_.size() == block_rows_) write_pending();
}

void SegmentWriter::write_pending() {
  if (pending_.empty()) return;
  const std::uint64_t rows = written_ + pending_.size();
  set_rows(layout_.point, point_dimension, rows);
  set_rows(layout_.point_id, point_id_column, rows);
  std::vector<std::string> ids;
  for (const Row& row : pending_) ids.push_back(hex(row.point_id));
  write_texts(layout_.point_id, point_id_column, written_,
              std::vector<std::string_view>(ids.begin(), ids.end()));
  for (std::size_t c = 0; c < layout_.columns.size(); ++c) {
    const Column& column = layout_.schema.columns()[c];
    set_rows(layout_.columns[c], column.name, rows);
    column.type == ColumnType::text ? write_texts_of(c) : write_numbers_of(c);
  }
  written_ = rows;
  pending_.clear();
}

void SegmentWriter::write_numbers_of(std::size_t column) {
  const std::size_t size = layout_.schema.size(column), offset = layout_.schema.offset(column);
  std::vector<double> values(pending_.size() * size);
  for (std::size_t r = 0; r < pending_.size(); ++r)
    std::copy_n(pending_[r].numbers.data() + offset, size, values.data() + r * size);
  write_numbers(layout_.columns[column], layout_.schema.columns()[column].name, written_, pending_.size(),
                values);
}

void SegmentWriter::write_texts_of(std::size_t column) {
  const std::size_t offset = layout_.schema.offset(column);
  std::vector<std::string_view> texts;
  for (const Row& row : pending_) texts.push_back(row.texts[offset]);
  write_texts(layout_.columns[column], layout_.schema.columns()[column].name, written_, texts);
}

void SegmentWriter::commit(const std::function<void()>& allowed) {
  write_pending();
  file_.flush();
  layout_ = Layout();
  file_.publish(allowed);
}

}  // namespace rgsweep::store

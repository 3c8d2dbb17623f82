#include "segment_writer.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "column_io.hpp"
#include "dataset_creation.hpp"
#include "layout_names.hpp"
#include "rgsweep/core/hash.hpp"

namespace rgsweep::store {
namespace {

constexpr std::size_t block_bytes = std::size_t{4} << 20;
/// A chunk of a narrow column (dataset_creation.cpp), so that each is written once.
constexpr std::size_t most_block_rows = 4096;

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

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::size_t id_digits = 16;

}  // namespace

bool is_segment(const std::filesystem::path& path) {
  return segment_number(path.filename().string()).has_value();
}

TextStorages text_storages(const std::filesystem::path& path, const Schema& schema, const RowBlock& rows) {
  TextStorages result(schema.columns().size());
  for (std::size_t c = 0; c < result.size(); ++c) {
    if (schema.columns()[c].type != ColumnType::text || rows.empty()) continue;
    const std::span<const std::string> texts = rows.texts(schema.offset(c));
    if (!is_segment(path)) continue;
    if (texts.size() == 1) result[c].constant = texts[0];
    result[c].size = 1;
    for (const std::string& text : texts) result[c].size = std::max(result[c].size, text.size());
  }
  return result;
}

SegmentWriter::SegmentWriter(const std::filesystem::path& path, const Schema& schema,
                             std::uint64_t expected_rows, const Attributes& attributes, TextStorages texts)
    : file_(path),
      texts_(std::move(texts)),
      layout_(create_layout(file_, schema, expected_rows, texts_, is_segment(path))),
      block_rows_(std::clamp<std::size_t>(block_bytes / (8 * schema.numbers() + 1), 1, most_block_rows)),
      pending_(layout_.schema) {
  file_.write_attributes(attributes);
}

void SegmentWriter::append(const Row& row) {
  pending_.append(row);
  if (pending_.rows() == block_rows_) write_pending();
}

void SegmentWriter::append(const RowBlock& rows, Places places) {
  write_pending();
  for (; !places.empty(); places = places.subspan(std::min(block_rows_, places.size())))
    write(rows, places.first(std::min(block_rows_, places.size())));
}

void SegmentWriter::write_pending() {
  std::vector<std::uint32_t> places(pending_.rows());
  std::iota(places.begin(), places.end(), 0U);
  write(pending_, places);
  pending_.clear();
}

void SegmentWriter::write(const RowBlock& rows, Places places) {
  if (places.empty()) return;
  const std::uint64_t end = written_ + places.size();
  set_rows(layout_.point, point_dimension, end);
  write_ids(rows, places);
  for (std::size_t c = 0; c < layout_.columns.size(); ++c) {
    const Column& column = layout_.schema.columns()[c];
    set_rows(layout_.columns[c], column.name, end);
    column.type == ColumnType::text ? write_texts_of(c, rows, places) : write_numbers_of(c, rows, places);
  }
  written_ = end;
}

void SegmentWriter::write_ids(const RowBlock& rows, Places places) {
  std::string digits(places.size() * id_digits, '0');
  std::vector<std::string_view> texts;
  texts.reserve(places.size());
  for (const std::uint32_t place : places) {
    std::uint64_t id = rows.id(place);
    if (any_ && id <= last_id_) throw std::logic_error("point " + hex(id) + " is out of order");
    any_ = true;
    last_id_ = id;
    char* text = digits.data() + texts.size() * id_digits;
    texts.emplace_back(text, id_digits);
    for (std::size_t i = id_digits; i-- > 0; id >>= 4) text[i] = hex_digits[id & 15];
  }
  set_rows(layout_.point_id, point_id_column, written_ + places.size());
  write_texts(layout_.point_id, point_id_column, written_, texts);
}

// Where no row of the block has a value, nothing is written: HDF5 gives the fill value there.
void SegmentWriter::write_numbers_of(std::size_t column, const RowBlock& rows, Places places) {
  const std::size_t size = layout_.schema.size(column), offset = layout_.schema.offset(column);
  std::vector<double> values(places.size() * size);
  for (std::size_t r = 0; r < places.size(); ++r)
    std::copy_n(rows.numbers(places[r]).data() + offset, size, values.data() + r * size);
  const double missing = missing_number(layout_.schema.columns()[column].type);
  if (std::all_of(values.begin(), values.end(), [&](double value) { return same_bits(value, missing); }))
    return;
  write_numbers(layout_.columns[column], layout_.schema.columns()[column].name, written_, places.size(),
                values);
}

void SegmentWriter::write_texts_of(std::size_t column, const RowBlock& rows, Places places) {
  const std::size_t offset = layout_.schema.offset(column);
  const std::string& name = layout_.schema.columns()[column].name;
  if (const std::optional<std::string>& constant = texts_[column].constant) {
    for (const std::string& text : rows.texts(offset))
      if (text != *constant) throw std::logic_error("the texts of " + name + " are not all the same");
    return;
  }
  std::vector<std::string_view> texts;
  texts.reserve(places.size());
  for (const std::uint32_t place : places) texts.push_back(rows.text(place, offset));
  write_texts(layout_.columns[column], name, written_, texts);
}

void SegmentWriter::commit(const std::function<void()>& allowed) {
  write_pending();
  file_.flush();
  layout_ = Layout();
  file_.publish(allowed);
}

}  // namespace rgsweep::store

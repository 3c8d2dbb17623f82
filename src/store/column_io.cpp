#include "column_io.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <string.h>

#include "attribute_io.hpp"

namespace rgsweep::store {
namespace {

/// Rows first, ..., first+count-1 of a dataset, in the file and in memory.
struct Selection {
  Handle file;
  Handle memory;
  hsize_t values;
};

Selection select(hid_t dataset, const std::string& name, std::uint64_t first, std::uint64_t count) {
  const std::string what = "select rows of " + name;
  Handle file = dataspace_of(dataset, name);
  const int rank = checked(H5Sget_simple_extent_ndims(file), what);
  if (rank < 1) throw StoreError("the dataset " + name + " has no rows");
  std::vector<hsize_t> start(static_cast<std::size_t>(rank), 0), extent(start.size());
  checked(H5Sget_simple_extent_dims(file, extent.data(), nullptr), what);
  start[0] = first;
  extent[0] = count;
  hsize_t values = 1;
  for (const hsize_t n : extent) values *= n;
  checked(H5Sselect_hyperslab(file, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr), what);
  // Of the same shape: between different ones HDF5 goes element by element.
  Handle memory(H5Screate_simple(rank, extent.data(), nullptr), H5Sclose, what);
  return {std::move(file), std::move(memory), values};
}

void expect(hsize_t selected, std::size_t given, const std::string& name) {
  if (selected != given)
    throw StoreError("the dataset " + name + " has another shape than its dimensions say");
}

/// The type of a dataset's texts, and the bytes of one, 0 for any length.
struct TextType {
  Handle type;
  std::size_t size;
};

TextType text_type_of(hid_t dataset, const std::string& name) {
  Handle type(H5Dget_type(dataset), H5Tclose, "read the type of " + name);
  const bool variable = checked(H5Tis_variable_str(type), "read the type of " + name) > 0;
  const std::size_t size = variable ? 0 : H5Tget_size(type);
  return {std::move(type), size};
}

}  // namespace

void write_numbers(hid_t dataset, const std::string& name, std::uint64_t first, std::uint64_t count,
                   std::span<const double> values) {
  if (values.empty()) return;
  const Selection rows = select(dataset, name, first, count);
  expect(rows.values, values.size(), name);
  checked(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, rows.memory, rows.file, H5P_DEFAULT, values.data()),
          "write " + name);
}

void write_texts(hid_t dataset, const std::string& name, std::uint64_t first,
                 std::span<const std::string_view> texts) {
  if (texts.empty()) return;
  const Selection rows = select(dataset, name, first, texts.size());
  if (const auto [type, size] = text_type_of(dataset, name); size > 0) {
    std::vector<char> bytes(texts.size() * size, '\0');
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string clean = clean_utf8(texts[i]);
      if (clean.size() > size) throw std::logic_error("a text of " + name + " is too long");
      std::copy(clean.begin(), clean.end(), bytes.begin() + static_cast<std::ptrdiff_t>(i * size));
    }
    checked(H5Dwrite(dataset, type, rows.memory, rows.file, H5P_DEFAULT, bytes.data()), "write " + name);
    return;
  }
  std::vector<std::string> clean(texts.size());
  std::vector<const char*> pointers(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    // Rows that have the same text mostly share it.
    if (i > 0 && texts[i].data() == texts[i - 1].data() && texts[i].size() == texts[i - 1].size()) {
      pointers[i] = pointers[i - 1];
      continue;
    }
    clean[i] = clean_utf8(texts[i]);
    pointers[i] = clean[i].c_str();
  }
  checked(H5Dwrite(dataset, text_type(), rows.memory, rows.file, H5P_DEFAULT, pointers.data()),
          "write " + name);
}

void read_numbers(hid_t dataset, const std::string& name, std::uint64_t first, std::uint64_t count,
                  std::span<double> values) {
  if (values.empty()) return;
  const Selection rows = select(dataset, name, first, count);
  expect(rows.values, values.size(), name);
  checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, rows.memory, rows.file, H5P_DEFAULT, values.data()),
          "read " + name);
}

void read_texts(hid_t dataset, const std::string& name, std::uint64_t first, std::uint64_t count,
                std::vector<std::string>& texts) {
  texts.resize(count);
  if (count == 0) return;
  const Selection rows = select(dataset, name, first, count);
  expect(rows.values, texts.size(), name);
  if (const auto [type, size] = text_type_of(dataset, name); size > 0) {
    std::vector<char> bytes(count * size);
    checked(H5Dread(dataset, type, rows.memory, rows.file, H5P_DEFAULT, bytes.data()), "read " + name);
    for (std::size_t i = 0; i < count; ++i) {
      const char* text = bytes.data() + i * size;
      texts[i].assign(text, strnlen(text, size));
    }
    return;
  }
  const Handle type = text_type();
  std::vector<char*> pointers(count, nullptr);
  checked(H5Dread(dataset, type, rows.memory, rows.file, H5P_DEFAULT, pointers.data()), "read " + name);
  for (std::size_t i = 0; i < count; ++i) texts[i] = pointers[i] == nullptr ? "" : pointers[i];
  checked(H5Dvlen_reclaim(type, rows.memory, H5P_DEFAULT, pointers.data()), "release " + name);
}

std::size_t text_size(hid_t dataset, const std::string& name) {
  return text_type_of(dataset, name).size;
}

}  // namespace rgsweep::store

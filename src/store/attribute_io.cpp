#include "attribute_io.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace rgsweep::store {
namespace {

void write(hid_t object, const std::string& name, hid_t file_type, hid_t memory_type, hid_t space,
           const void* data) {
  const std::string what = "write the attribute " + name;
  Handle attribute(H5Acreate2(object, name.c_str(), file_type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                   what);
  checked(H5Awrite(attribute, memory_type, data), what);
  attribute.close(what);
}

/// Bytes of the UTF-8 character at the start of `text`, 0 when there is none (RFC 3629: no surrogates, no
/// overlong forms, nothing beyond U+10FFFF).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  const std::size_t length = byte(0) < 0xC2   ? 0
                             : byte(0) < 0xE0 ? 2
                             : byte(0) < 0xF0 ? 3
                             : byte(0) < 0xF5 ? 4
                                              : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const unsigned char lead = byte(0), next = byte(1);
  const bool wrong = (lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F) ||
                     (lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next > 0x8F);
  return wrong ? 0 : length;
}

std::optional<Attribute> read(hid_t object, const std::string& name) {
  const std::string what = "read the attribute " + name;
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, what);
  const Handle type(H5Aget_type(attribute), H5Tclose, what);
  const Handle space(H5Aget_space(attribute), H5Sclose, what);
  if (checked(H5Sget_simple_extent_npoints(space), what) != 1) return std::nullopt;
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: {
      std::int64_t value = 0;
      checked(H5Aread(attribute, H5T_NATIVE_INT64, &value), what);
      return value;
    }
    case H5T_FLOAT: {
      double value = 0;
      checked(H5Aread(attribute, H5T_NATIVE_DOUBLE, &value), what);
      return value;
    }
    case H5T_STRING: {
      if (checked(H5Tis_variable_str(type), what) == 0) return std::nullopt;
      const Handle memory = text_type();
      char* text = nullptr;
      checked(H5Aread(attribute, memory, &text), what);
      const std::string value = text == nullptr ? "" : text;
      H5free_memory(text);
      return value;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string clean_utf8(std::string_view text) {
  const auto plain = [](char c) { return static_cast<unsigned char>(c - 1) < 0x7f; };  // ASCII without NUL
  if (std::all_of(text.begin(), text.end(), plain)) return std::string(text);
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0)
      result += '?';
    else if (text[0] != '\0')
      result += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

void write_attribute(hid_t object, const std::string& name, const Attribute& value) {
  const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose, "create a scalar");
  if (const auto* text = std::get_if<std::string>(&value)) {
    const Handle type = text_type();
    const std::string clean = clean_utf8(*text);
    const char* data = clean.c_str();
    write(object, name, type, type, scalar, &data);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    write(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, scalar, integer);
  } else {
    write(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, scalar, &std::get<double>(value));
  }
}

void write_attribute(hid_t object, const std::string& name, std::span<const std::int8_t> values) {
  const hsize_t size = values.size();
  const Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose, "create a list");
  write(object, name, H5T_STD_I8LE, H5T_NATIVE_INT8, space, values.data());
}

bool has_attribute(hid_t object, const std::string& name) {
  return checked(H5Aexists(object, name.c_str()), "look for the attribute " + name) > 0;
}

Attribute read_attribute(hid_t object, const std::string& name) {
  if (!has_attribute(object, name)) throw StoreError("there is no attribute " + name);
  const std::optional<Attribute> value = read(object, name);
  if (!value) throw StoreError("the attribute " + name + " is not a scalar");
  return *value;
}

std::string read_text_attribute(hid_t object, const std::string& name, const std::string& otherwise) {
  if (!has_attribute(object, name)) return otherwise;
  const std::optional<Attribute> value = read(object, name);
  return value && std::holds_alternative<std::string>(*value) ? std::get<std::string>(*value) : otherwise;
}

Attributes read_attributes(hid_t object) {
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  checked(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names), "list the attributes");
  Attributes result;
  for (const std::string& name : names)
    if (std::optional<Attribute> value = read(object, name)) result.emplace(name, std::move(*value));
  return result;
}

}  // namespace rgsweep::store

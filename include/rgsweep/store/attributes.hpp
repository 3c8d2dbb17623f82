// What is known about a whole file: the sweep's text and hash, versions, machine, start and end. Root
// attributes in HDF5, scalars all: UTF-8 strings, int64 and double.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

namespace rgsweep::store {

using Attribute = std::variant<std::string, std::int64_t, double>;
using Attributes = std::map<std::string, Attribute>;

/// The value of an attribute of this type; "" or 0 where there is none.
inline std::string text_of(const Attributes& attributes, const std::string& name) {
  const auto found = attributes.find(name);
  const auto* text = found != attributes.end() ? std::get_if<std::string>(&found->second) : nullptr;
  return text != nullptr ? *text : "";
}
inline std::int64_t integer_of(const Attributes& attributes, const std::string& name) {
  const auto found = attributes.find(name);
  const auto* number = found != attributes.end() ? std::get_if<std::int64_t>(&found->second) : nullptr;
  return number != nullptr ? *number : 0;
}

}  // namespace rgsweep::store

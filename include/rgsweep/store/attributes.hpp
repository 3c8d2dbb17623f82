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

}  // namespace rgsweep::store

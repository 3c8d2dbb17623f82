// Attributes of HDF5 objects: scalar UTF-8 text, int64 and double, as rgsweep/store/attributes.hpp holds
// them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hdf5_handle.hpp"
#include "rgsweep/store/attributes.hpp"

namespace rgsweep::store {

/// The text without NUL characters and with every byte that is not UTF-8 replaced by '?': one stray byte
/// would make a whole column unreadable elsewhere.
std::string clean_utf8(std::string_view text);

void write_attribute(hid_t object, const std::string& name, const Attribute& value);
/// A list of small integers, as flag_values needs.
void write_attribute(hid_t object, const std::string& name, std::span<const std::int8_t> values);

bool has_attribute(hid_t object, const std::string& name);
/// Throws StoreError when it is missing or not a scalar.
Attribute read_attribute(hid_t object, const std::string& name);
/// The text of an attribute, or `otherwise` when there is none of that name or it is no text.
std::string read_text_attribute(hid_t object, const std::string& name, const std::string& otherwise);
/// Every attribute that is a scalar text, integer or real.
Attributes read_attributes(hid_t object);

}  // namespace rgsweep::store

// The values of zip and exclude lines. Errors are UsageErrors without a location.
#pragma once

#include <string>
#include <string_view>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/sweep/spec.hpp"

namespace rgsweep::sweep {

/// Whether the name of a setting is a zip: "zip(KEY1,KEY2)".
bool is_zip(std::string_view name);

Zip parse_zip(const KeyTable& table, std::string_view name, const std::string& text);
Exclude parse_exclude(const KeyTable& table, const std::string& text);

}  // namespace rgsweep::sweep

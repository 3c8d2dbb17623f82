// One value of one spec key, and its canonical text, from which identities are made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace rgsweep {

enum class ValueType { integer, real, text };

/// The type's name as users read it: "integer", "real" or "text".
std::string_view name(ValueType type);

/// monostate: the key is not used by this point.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

/// Shortest text that reads back as the same value: "3", "0.1", "relu"; "" for an unused key.
/// -0.0 is written as 0, so that equal numbers have equal texts.
std::string canonical_text(const Value& value);

/// For tables that are read by people: `digits` significant ones, "-" for NaN.
std::string brief_text(double number, int digits = 3);

/// Reads a finite number or text. Integers accept 1e5 when it is whole, and are limited to |n| < 2^53 so
/// that a column of doubles holds them exactly. Throws UsageError with what was expected, without a location.
Value parse_value(ValueType type, std::string_view text);

/// A choice with optional numeric arguments, as in gamma(2): its name part.
std::string_view choice_name(std::string_view text);

}  // namespace rgsweep

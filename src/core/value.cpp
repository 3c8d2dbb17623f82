#include "rgsweep/core/value.hpp"

#include <charconv>
#include <cmath>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep {

namespace {

constexpr double largest_integer = 9007199254740992.0;  // 2^53

double parse_number(std::string_view text, std::string_view expected) {
  std::string_view digits = text;
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(number))
    throw UsageError("'" + std::string(text) + "' is not " + std::string(expected));
  return number;
}

}  // namespace

std::string_view name(ValueType type) {
  switch (type) {
    case ValueType::integer:
      return "integer";
    case ValueType::real:
      return "real";
    case ValueType::text:
      return "text";
  }
  return "";
}

std::string canonical_text(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* real = std::get_if<double>(&value)) {
    char buffer[32];
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, *real == 0 ? 0.0 : *real);
    return {buffer, result.ptr};
  }
  return "";
}

std::string brief_text(double number, int digits) {
  if (std::isnan(number)) return "-";
  char buffer[32];
  const auto result =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::general, digits);
  return {buffer, result.ptr};
}

Value parse_value(ValueType type, std::string_view text) {
  text = trim(text);
  if (text.empty()) throw UsageError("the value is empty");
  if (type == ValueType::text) return std::string(text);
  if (type == ValueType::real) return parse_number(text, "a finite number");
  const double number = parse_number(text, "an integer");
  if (number != std::floor(number)) throw UsageError("'" + std::string(text) + "' is not an integer");
  // 2^53 itself may be the rounded reading of 2^53 + 1.
  if (std::abs(number) >= largest_integer)
    throw UsageError("'" + std::string(text) + "' is not below 2^53 in size");
  return static_cast<std::int64_t>(number);
}

std::string_view choice_name(std::string_view text) {
  return trim(text.substr(0, text.find('(')));
}

}  // namespace rgsweep

#include "json.hpp"

#include <cmath>

#include "rgsweep/core/value.hpp"

namespace rgsweep::cli {

namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr std::string_view digits = "0123456789abcdef";
      result += "\\u00";
      result += digits[static_cast<unsigned char>(c) >> 4];
      result += digits[static_cast<unsigned char>(c) & 15];
    } else {
      result += c;
    }
  }
  return result + '"';
}

}  // namespace

void Json::separate() {
  if (!first_ && !after_key_) text_ += ", ";
  first_ = after_key_ = false;
}

Json& Json::open(char bracket) {
  separate();
  text_ += bracket;
  first_ = true;
  return *this;
}

Json& Json::close(char bracket) {
  text_ += bracket;
  first_ = false;
  return *this;
}

Json& Json::key(std::string_view name) {
  separate();
  text_ += quoted(name) + ": ";
  after_key_ = true;
  return *this;
}

Json& Json::raw(std::string_view text) {
  separate();
  text_ += text;
  return *this;
}

Json& Json::value(std::string_view text) {
  return raw(quoted(text));
}

Json& Json::value(double number) {
  return raw(std::isfinite(number) ? canonical_text(Value(number)) : "null");
}

}  // namespace rgsweep::cli

// Just enough JSON for --json: objects and lists of numbers and texts, written in order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rgsweep::cli {

/// Writes one JSON value piece by piece. Inside an object every value or container is preceded by key().
class Json {
 public:
  Json& begin_object() { return open('{'); }
  Json& end_object() { return close('}'); }
  Json& begin_list() { return open('['); }
  Json& end_list() { return close(']'); }
  Json& key(std::string_view name);
  Json& value(std::string_view text);
  Json& value(const char* text) { return value(std::string_view(text)); }
  Json& value(std::uint64_t number) { return raw(std::to_string(number)); }
  /// NaN and infinities become null, which JSON has in their place.
  Json& value(double number);
  Json& null() { return raw("null"); }
  Json& value(bool flag) { return raw(flag ? "true" : "false"); }

  template <class T>
  Json& field(std::string_view name, T item) {
    return key(name).value(item);
  }

  const std::string& text() const { return text_; }

 private:
  Json& open(char bracket);
  Json& close(char bracket);
  Json& raw(std::string_view text);
  void separate();

  std::string text_;
  bool first_ = true;  ///< nothing stands before in this container
  bool after_key_ = false;
};

}  // namespace rgsweep::cli

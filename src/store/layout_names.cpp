#include "layout_names.hpp"

#include <charconv>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/hash.hpp"

namespace rgsweep::store {
namespace {

constexpr std::string_view prefix = "seg-", suffix = ".h5";
constexpr std::size_t digits = 8;
constexpr std::string_view state_prefix = "point-", state_suffix = ".state";

}  // namespace

std::filesystem::path parts_folder(const std::filesystem::path& output) {
  return output.string() + ".parts";
}

std::string segment_name(std::uint64_t number) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return std::string(prefix) + text + std::string(suffix);
}

std::optional<std::uint64_t> segment_number(std::string_view name) {
  if (name.size() < prefix.size() + digits + suffix.size() || !name.starts_with(prefix) ||
      !name.ends_with(suffix))
    return std::nullopt;
  name.remove_prefix(prefix.size());
  name.remove_suffix(suffix.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

std::string state_name(std::uint64_t point) {
  return std::string(state_prefix) + hex(point) + std::string(state_suffix);
}

std::optional<std::uint64_t> state_point(std::string_view name) {
  if (!name.starts_with(state_prefix) || !name.ends_with(state_suffix)) return std::nullopt;
  name.remove_prefix(state_prefix.size());
  name.remove_suffix(state_suffix.size());
  try {
    return parse_hex(name);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace rgsweep::store

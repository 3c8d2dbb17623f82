#include "saved_states.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>

#include "file_system.hpp"
#include "layout_names.hpp"
#include "rgsweep/core/hash.hpp"
#include "trailer.hpp"

namespace rgsweep::store {
namespace {

using Path = std::filesystem::path;

constexpr std::size_t head_bytes = 16, trailer_bytes = 32;
using Head = std::array<unsigned char, head_bytes>;

Head head_of(std::uint64_t point) {
  Head head{'r', 'g', 's', 't', 'a', 't', 'e', '1'};
  for (std::size_t i = 0; i < 8; ++i) head[8 + i] = static_cast<unsigned char>(point >> (8 * i));
  return head;
}

}  // namespace

SavedStates::SavedStates(Path parts) : parts_(std::move(parts)) {
  for (const std::string& name : files::list(parts_))
    if (const std::optional<std::uint64_t> point = state_point(name)) points_.insert(*point);
}

Path SavedStates::path(std::uint64_t point) const {
  return parts_ / state_name(point);
}

void SavedStates::save(std::uint64_t point, std::span<const std::byte> state,
                       const std::function<void()>& allowed) {
  const Path to = path(point), temporary = files::temporary_name(to);
  try {
    {
      const files::Descriptor file = files::open(temporary, O_WRONLY | O_CREAT | O_TRUNC);
      if (!file.open()) files::fail("create", temporary, errno);
      files::write_all(file, temporary, head_of(point));
      files::write_all(file, temporary, {reinterpret_cast<const unsigned char*>(state.data()), state.size()});
    }
    append_trailer(temporary);
    files::publish(temporary, to, allowed);
  } catch (...) {
    files::remove_quietly(temporary);
    throw;
  }
  points_.insert(point);
}

std::vector<std::byte> SavedStates::load(std::uint64_t point) const {
  return has(point) ? read_state(path(point), point) : std::vector<std::byte>();
}

void SavedStates::remove(std::uint64_t point) {
  if (points_.erase(point) > 0) files::remove(path(point));
}

void SavedStates::remove_all() {
  while (!points_.empty()) remove(*points_.begin());
}

std::vector<Path> saved_state_files(const Path& parts) {
  std::vector<Path> result;
  for (const std::string& name : files::list(parts))
    if (state_point(name)) result.push_back(parts / name);
  return result;
}

std::vector<std::byte> read_state(const Path& path, std::uint64_t point) {
  check_trailer(path, true);
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const Head head = head_of(point);
  if (text.size() < head_bytes + trailer_bytes || std::memcmp(text.data(), head.data(), head_bytes) != 0)
    throw DamagedFile(path.string() + " is not the saved training of point " + hex(point));
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first + head_bytes, first + (text.size() - trailer_bytes)};
}

}  // namespace rgsweep::store

#include "trailer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_system.hpp"
#include "rgsweep/core/hash.hpp"

namespace rgsweep::store {
namespace {

using Path = std::filesystem::path;
using Trailer = std::array<unsigned char, 32>;

constexpr std::string_view magic = "rgsweep1";
constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n";

void put(Trailer& trailer, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i) trailer[at + i] = static_cast<unsigned char>(value >> (8 * i));
}

std::uint64_t get(const Trailer& trailer, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value |= std::uint64_t{trailer[at + i]} << (8 * i);
  return value;
}

std::uint64_t hash_of_head(const Trailer& trailer) {
  Hasher hasher;
  hasher.update(trailer.data(), 24);
  return hasher.digest();
}

files::Descriptor open_existing(const Path& path) {
  files::Descriptor file = files::open(path, O_RDONLY);
  if (!file.open()) files::fail("open", path, errno);
  return file;
}

std::uint64_t length(const files::Descriptor& file, const Path& path) {
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) files::fail("stat", path, errno);
  if (!S_ISREG(info.st_mode)) throw StoreError(path.string() + " is not a file");
  return static_cast<std::uint64_t>(info.st_size);
}

/// Reads exactly `bytes` at `offset`; false at the end of the file.
bool read_at(const files::Descriptor& file, const Path& path, void* data, std::size_t bytes,
             std::uint64_t offset) {
  auto* to = static_cast<unsigned char*>(data);
  while (bytes > 0) {
    const ssize_t got = ::pread(file.get(), to, bytes, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) files::fail("read", path, errno);
    if (got == 0) return false;
    to += got;
    bytes -= static_cast<std::size_t>(got);
    offset += static_cast<std::uint64_t>(got);
  }
  return true;
}

std::uint64_t hash_of(const files::Descriptor& file, const Path& path, std::uint64_t bytes) {
  Hasher hasher;
  std::vector<unsigned char> buffer(std::size_t{1} << 20);
  for (std::uint64_t at = 0; at < bytes;) {
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), bytes - at));
    if (!read_at(file, path, buffer.data(), step, at))
      throw StoreError(path.string() + " became shorter while it was read");
    hasher.update(buffer.data(), step);
    at += step;
  }
  return hasher.digest();
}

}  // namespace

void append_trailer(const Path& path) {
  const files::Descriptor file = open_existing(path);
  const std::uint64_t bytes = length(file, path);
  Trailer trailer{};
  std::memcpy(trailer.data(), magic.data(), magic.size());
  put(trailer, 8, bytes);
  put(trailer, 16, hash_of(file, path, bytes));
  put(trailer, 24, hash_of_head(trailer));
  files::append(path, trailer);
}

bool has_trailer(const Path& path) {
  const files::Descriptor file = open_existing(path);
  const std::uint64_t bytes = length(file, path);
  std::array<char, 8> text{};
  return bytes >= sizeof(Trailer) && read_at(file, path, text.data(), text.size(), bytes - sizeof(Trailer)) &&
         std::string_view(text.data(), text.size()) == magic;
}

void check_trailer(const Path& path, bool content) {
  const files::Descriptor file = open_existing(path);
  const std::uint64_t bytes = length(file, path);
  Trailer trailer{};
  if (bytes < trailer.size() ||
      !read_at(file, path, trailer.data(), trailer.size(), bytes - trailer.size()) ||
      std::memcmp(trailer.data(), magic.data(), magic.size()) != 0)
    throw DamagedFile(path.string() + " is truncated or was changed: its last bytes are no rgsweep trailer");
  if (get(trailer, 24) != hash_of_head(trailer))
    throw DamagedFile(path.string() + " is damaged: its trailer does not match its own hash");
  if (get(trailer, 8) != bytes - trailer.size())
    throw DamagedFile(path.string() + " is damaged: it has " + std::to_string(bytes) + " bytes where " +
                      std::to_string(get(trailer, 8) + trailer.size()) + " were written");
  if (content && get(trailer, 16) != hash_of(file, path, bytes - trailer.size()))
    throw DamagedFile(path.string() + " is damaged: its contents do not match their hash");
}

bool looks_like_ours(const Path& path) {
  const files::Descriptor file = open_existing(path);
  const std::uint64_t bytes = length(file, path);
  std::array<char, 8> text{};
  if (bytes == 0) return true;
  if (bytes < text.size() || !read_at(file, path, text.data(), text.size(), 0)) return false;
  return std::string_view(text.data(), text.size()) == hdf5_signature || has_trailer(path);
}

}  // namespace rgsweep::store

// Files in the IDX format of the MNIST images: two zero bytes, the type of the values, the number n of
// dimensions, n extents as 32-bit big-endian integers, and the values, the last dimension fastest. Only
// unsigned bytes (type 8) are read. Plain files and gzip files (RFC 1952) are told apart by their content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace rgsweep::data {

struct IdxArray {
  std::vector<std::size_t> extents;  ///< outermost first, each at least 1
  std::vector<std::uint8_t> values;  ///< as many as the product of the extents
};

/// No array of more values than this is read.
inline constexpr std::size_t max_idx_values = std::size_t{1} << 30;

/// The extents alone, from the first bytes of the file. Throws as read_idx() does.
std::vector<std::size_t> read_idx_extents(const std::filesystem::path& file);

/// The whole file. Throws StoreError, with the file and what is wrong, for one that is missing, unreadable,
/// of another format or type, without values, larger than `max_values`, shorter or longer than its header
/// says, or a damaged gzip stream. Memory follows what the file holds, not what its header promises.
IdxArray read_idx(const std::filesystem::path& file, std::size_t max_values = max_idx_values);

}  // namespace rgsweep::data

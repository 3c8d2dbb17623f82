// The 32 bytes after the HDF5 part of every file. HDF5 checksums only the numeric chunks, and ignores
// whatever follows its own end of file, so this is what makes any flipped byte and any truncation known:
//   0..7   "rgsweep1"
//   8..15  length of the HDF5 part in bytes, little endian
//   16..23 hash of the HDF5 part (core/hash.hpp), little endian
//   24..31 hash of bytes 0..23, little endian
#pragma once

#include <filesystem>

#include "rgsweep/core/error.hpp"

namespace rgsweep::store {

/// A file whose bytes are not those that were written.
class DamagedFile : public StoreError {
 public:
  using StoreError::StoreError;
};

/// Appends the trailer to a closed HDF5 file.
void append_trailer(const std::filesystem::path& path);

/// Whether the file ends with the first bytes of a trailer where one begins. Throws StoreError when it cannot
/// be read.
bool has_trailer(const std::filesystem::path& path);

/// Throws DamagedFile that names the file and what is wrong with it, StoreError when it cannot be read. With
/// `content` the whole file is read and its hash compared.
void check_trailer(const std::filesystem::path& path, bool content);

/// Whether the file begins or ends as one of ours, or is empty as after a lost write: damaged it may be set
/// aside, while anything else is somebody's file that was named by mistake.
bool looks_like_ours(const std::filesystem::path& path);

}  // namespace rgsweep::store

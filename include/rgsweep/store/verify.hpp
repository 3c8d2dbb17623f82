// Checks that files are whole: hash, structure, order of the rows, and every value readable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rgsweep::store {

struct Check {
  std::filesystem::path path;
  bool ok = false;
  std::string message;  ///< what is wrong; empty when ok
  std::uint64_t rows = 0;
};

/// One entry a file, never an exception: for FILE.h5 the file, if it exists, and each segment in
/// FILE.h5.parts; for a segment itself.
std::vector<Check> verify(const std::vector<std::filesystem::path>& paths);

}  // namespace rgsweep::store

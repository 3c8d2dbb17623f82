// Checks that files are whole: hash, structure, order of the rows, and every value readable.
// FILE.h5 may also be a file of labelled arrays, such as a phase diagram.
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
  std::string content;  ///< "72 points", "phase diagram", ...; empty unless ok
};

/// One entry a file, never an exception: for FILE.h5 the file, if it exists, and each segment and each saved
/// state in FILE.h5.parts; for a segment or a saved state itself.
std::vector<Check> verify(const std::vector<std::filesystem::path>& paths);

}  // namespace rgsweep::store

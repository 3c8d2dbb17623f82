// The few columns of a file that tell how far it is, read without its schema: opening every column of a file
// costs more than all the rest, and a folder may hold thousands of files.
#pragma once

#include <filesystem>
#include <vector>

#include "rgsweep/store/attributes.hpp"
#include "rgsweep/store/status.hpp"

namespace rgsweep::store {

struct StatusColumns {
  std::vector<PointStatus> points;  ///< in the order of the file, which is that of their ids
  Attributes attributes;
};

/// Looks at the trailer and the length only. Throws StoreError when the file is missing, truncated, damaged
/// or not of this program.
StatusColumns read_status_columns(const std::filesystem::path& file);

}  // namespace rgsweep::store

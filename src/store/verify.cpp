#include "rgsweep/store/verify.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "file_system.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/segment.hpp"

namespace rgsweep::store {
namespace {

constexpr std::uint64_t block_rows = 1024;
constexpr int listings = 20;

/// Reads everything once: the hash by opening, then each value, so that HDF5 compares its own checksums too.
std::uint64_t read_all(const std::filesystem::path& path) {
  const SegmentReader reader(path);
  reader.point_ids();
  std::vector<Row> rows;
  for (std::uint64_t first = 0; first < reader.rows(); first += block_rows)
    reader.read(first, std::min(block_rows, reader.rows() - first), rows);
  return reader.rows();
}

/// All that one listing of the files of `path` gives; none when a file vanished meanwhile.
std::optional<std::vector<Check>> look(const std::filesystem::path& path) {
  std::vector<Check> checks;
  const std::vector<std::filesystem::path> files = sources(path);
  if (files.empty()) checks.push_back({path, false, path.string() + ": there is no such file", 0});
  for (const std::filesystem::path& file : files) try {
      checks.push_back({file, true, "", read_all(file)});
    } catch (const Error& error) {
      if (!files::exists(file)) return std::nullopt;
      checks.push_back({file, false, error.what(), 0});
    }
  return checks;
}

}  // namespace

std::vector<Check> verify(const std::vector<std::filesystem::path>& paths) {
  std::vector<Check> checks;
  for (const std::filesystem::path& path : paths) try {
      std::optional<std::vector<Check>> found;
      // A running writer may replace segments by their union between our listing and our opening.
      for (int listing = 0; !found && listing < listings; ++listing) found = look(path);
      if (!found) throw StoreError(path.string() + ": its segments changed faster than they could be read");
      checks.insert(checks.end(), found->begin(), found->end());
    } catch (const Error& error) {
      checks.push_back({path, false, error.what(), 0});
    }
  return checks;
}

}  // namespace rgsweep::store

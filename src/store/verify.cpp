#include "rgsweep/store/verify.hpp"

#include <optional>
#include <string>
#include <vector>

#include "attribute_io.hpp"
#include "file_system.hpp"
#include "layout_names.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/segment.hpp"
#include "saved_states.hpp"
#include "schema_io.hpp"
#include "sealed_file.hpp"

namespace rgsweep::store {
namespace {

using Path = std::filesystem::path;

constexpr int listings = 20;

/// A file of labelled arrays: no rows, but what write_dataset() writes.
std::optional<std::string> array_content(const Path& path) {
  if (!must_be_sealed(path)) try_reading(path, [&] { read_attributes(open_checked(path, true).file); });
  const OpenedFile opened = open_checked(path, true);
  if (checked(H5Lexists(opened.file, point_id_column.c_str(), H5P_DEFAULT), "look into " + path.string()) > 0)
    return std::nullopt;
  const Attributes attributes = read_attributes(opened.file);
  if (text_of(attributes, "program") != "rgsweep" && !attributes.contains("Conventions")) return std::nullopt;
  const bool phases = attributes.contains("threshold") && attributes.contains("axis");
  return std::string(phases ? "a phase diagram" : "arrays, no results of a sweep") +
         (opened.sealed ? "" : ", rewritten by another program");
}

/// Reads everything once: the hash by opening, then each value, so that HDF5 compares its own checksums too.
Check check_file(const Path& path) {
  if (const std::optional<std::uint64_t> point = state_point(path.filename().string())) {
    read_state(path, *point);
    return {path, true, "", 0, "saved training of point " + hex(*point)};
  }
  if (const std::optional<std::string> content = array_content(path)) return {path, true, "", 0, *content};
  // A sealed file's hash has been compared by now; of another one the constructor reads each value.
  const SegmentReader reader(path, !must_be_sealed(path));
  if (reader.sealed()) reader.read_all();
  return {
      path, true, "", reader.rows(),
      std::to_string(reader.rows()) + " points" + (reader.sealed() ? "" : ", rewritten by another program")};
}

/// All that one listing of the files of `path` gives; none when a file vanished meanwhile.
std::optional<std::vector<Check>> look(const Path& path) {
  std::vector<Check> checks;
  std::vector<Path> files = sources(path);
  const std::vector<Path> states = saved_state_files(parts_folder(path));
  files.insert(files.end(), states.begin(), states.end());
  if (files.empty()) checks.push_back({path, false, path.string() + ": there is no such file", 0, ""});
  for (const Path& file : files) try {
      checks.push_back(check_file(file));
    } catch (const Error& error) {
      if (!files::exists(file)) return std::nullopt;
      checks.push_back({file, false, error.what(), 0, ""});
    }
  return checks;
}

}  // namespace

std::vector<Check> verify(const std::vector<Path>& paths) {
  std::vector<Check> checks;
  for (const Path& path : paths) try {
      std::optional<std::vector<Check>> found;
      // A running writer may replace segments by their union between our listing and our opening.
      for (int listing = 0; !found && listing < listings; ++listing) found = look(path);
      if (!found) throw StoreError(path.string() + ": its segments changed faster than they could be read");
      checks.insert(checks.end(), found->begin(), found->end());
    } catch (const Error& error) {
      checks.push_back({path, false, error.what(), 0, ""});
    }
  return checks;
}

}  // namespace rgsweep::store

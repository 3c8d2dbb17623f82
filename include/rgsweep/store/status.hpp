// How far a results file is, without disturbing its writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "rgsweep/core/record.hpp"
#include "rgsweep/store/attributes.hpp"

namespace rgsweep::store {

/// The process that is writing an output, as it described itself.
struct Owner {
  std::string host;
  std::int64_t pid = 0;
  std::string start;   ///< UTC, ISO 8601
  bool alive = false;  ///< as far as can be told from here
};

struct StatusReport {
  std::uint64_t done = 0, diverged = 0, failed = 0, pending = 0;  ///< points, each counted once
  double wall_seconds = 0;           ///< that these points took, of one rank each
  std::size_t segments = 0;          ///< files in FILE.h5.parts
  std::size_t saved = 0;             ///< points that were stopped in the middle and will go on from there
  bool published = false;            ///< FILE.h5 exists
  bool complete = false;             ///< FILE.h5 exists, and no segments beside it: the last run was finished
  Attributes attributes;             ///< of the newest file
  std::vector<Owner> owner;          ///< who writes it now, or did so last: none or one
  std::vector<std::string> damaged;  ///< one message for each file that could not be read
};

/// Reads only the columns point_id, status and wall_seconds. `check`: also compares the hashes of files up to
/// 64 MiB (verify: of all). Throws StoreError when there are neither results nor segments at `output`.
StatusReport status(const std::filesystem::path& output, bool check = true);

struct PointStatus {
  std::uint64_t point_id;
  Status status;
  double wall_seconds = 0;
};

/// The status of every point in `files`, sorted by id, each point once: as merge() would decide.
std::vector<PointStatus> point_statuses(const std::vector<std::filesystem::path>& files);

}  // namespace rgsweep::store

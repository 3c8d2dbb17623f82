// The shards of one sweep as their files tell of them: one row each, and the sweep as a whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rgsweep/store/status.hpp"

namespace rgsweep::cli {

/// A file's points against those of its sweep, or of its shard of it.
struct Share {
  std::uint64_t total;     ///< 0: not known
  std::uint64_t finished;  ///< of these
  std::uint64_t others;    ///< points of the file that are not in the sweep's present grid
};

Share share_of(const store::StatusReport& report);
/// Whether nothing of the share is left to do.
bool is_complete(const store::StatusReport& report, const Share& share);

/// outdated: complete, but for another state of the sweep file than the shard that was started last.
enum class ShardState { absent, complete, running, stopped, damaged, outdated };

struct ShardRow {
  std::uint64_t shard = 0;  ///< from 1
  ShardState state = ShardState::absent;
  std::uint64_t points = 0, finished = 0, diverged = 0, failed = 0;
  double rate = 0;                     ///< points/s of its ranks while they train; 0: not known
  std::optional<double> seconds_left;  ///< at that rate, for a shard that runs
  std::string host;                    ///< where it runs
  std::string problem;                 ///< what cannot be read
};

struct ShardTable {
  std::filesystem::path folder;
  std::string sweep;           ///< its name
  std::vector<ShardRow> rows;  ///< every shard, whether or not it has files
  std::uint64_t points = 0, finished = 0, diverged = 0, failed = 0;
  double rate = 0;                     ///< points/s of the shards that run
  std::optional<double> core_seconds;  ///< that the missing points take
  std::optional<double> seconds_left;  ///< for the ranks that run now

  /// The shards that are not complete, as `sbatch --array` takes them: "2-4,7".
  std::string unfinished() const;
  bool complete() const { return unfinished().empty(); }
};

/// Looks at all shard-I-of-N.h5 in `folder`. What is left is predicted from the sweep's cost model, corrected
/// by the times of the points that are finished: longest points run first, so that the mean time of those
/// would say too much. Throws StoreError when there are none, and for shards of two divisions.
ShardTable read_shard_table(const std::filesystem::path& folder);

/// "2-4,7" for 2, 3, 4, 7: ascending numbers.
std::string ranges_text(const std::vector<std::uint64_t>& numbers);

std::string table_text(const ShardTable& table);
std::string table_json(const ShardTable& table);

}  // namespace rgsweep::cli

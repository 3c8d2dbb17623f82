// What rank 0 of a run does beside its share of the training: the queue of points, the controller, the
// results file and the progress line.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "progress.hpp"
#include "rgsweep/schedule/class_source.hpp"
#include "rgsweep/schedule/loop.hpp"
#include "rgsweep/store/results.hpp"
#include "sweep_setup.hpp"
#include "version.hpp"

namespace rgsweep::cli {

struct RunOptions {
  std::string output;
  sweep::Shard shard;
  std::string shard_text;  ///< "I/N"
  double flush_seconds = 5;
  bool fresh = false;
  bool quiet = false;
  bool save_weights = false;
  bool retry_failed = false;
};

/// How long a rank may be silent where ranks may be lost, else infinite. The environment variable
/// RGSWEEP_SILENCE_SECONDS overrides a minute.
double silence_seconds(const Team& team);

/// The points that existing results already hold. For grids up to a few million points a bit each, found
/// once; beyond that each point is looked up by its identity when its turn comes.
class FinishedPoints {
 public:
  /// Failed points are among them unless they are to be run again.
  FinishedPoints(const sweep::Grid& grid, const sweep::CostOrder& order, const RunOptions& options);
  bool contains(std::uint64_t index) const;
  /// Counts among the shard's points; for the largest grids all points of the file are taken to be among
  /// them.
  const Tally& tally() const { return tally_; }
  /// Points of the file that are not in the shard's grid; they are kept.
  std::uint64_t others() const { return others_; }

 private:
  const sweep::Grid* grid_;
  std::vector<std::uint64_t> ids_;  ///< sorted; empty when every bit is known
  std::vector<bool> bits_;          ///< by index
  Tally tally_;
  std::uint64_t others_ = 0;
};

class Master {
 public:
  /// Opens the output; throws what ResultsStore throws. `silence` as Policy::silence_seconds. Keeps a
  /// reference to `setup`.
  Master(const SweepSetup& setup, const RunOptions& options, const Machines& machines, double silence);

  schedule::Controller& controller() { return *controller_; }
  /// Flushes and shows progress.
  void tick(double now);
  /// Publishes what there is and returns the exit code.
  int finish(schedule::Ending ending);
  /// After an error: publishes what is still in memory, if that is possible.
  void rescue() noexcept;

 private:
  void accept(schedule::Result&& result);
  schedule::SavedState saved_state(std::uint64_t index);
  void announce(const Machines& machines);
  void warn_of_losses();
  void tell_of_writing();

  const SweepSetup& setup_;
  RunOptions options_;
  int workers_;
  Progress progress_;
  sweep::CostOrder order_;
  store::ResultsStore store_;
  FinishedPoints finished_;
  Tally tally_;
  double ran_seconds_ = 0;  ///< of the points that this run has finished
  double start_, writing_seconds_ = 0;
  std::unique_ptr<schedule::ClassSource> source_;
  std::unique_ptr<schedule::Controller> controller_;
  std::vector<int> lost_;  ///< ranks, as last told
  std::size_t status_offset_;
};

}  // namespace rgsweep::cli

// The experiments: a point goes in, a row comes out. Adding one is an entry in the table with its own
// columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/core/record.hpp"

namespace rgsweep::experiment {

/// What a running point needs to know of the world around it.
struct Context {
  std::function<bool()>
      should_stop;  ///< polled during long work; when true the work throws nn::TrainingStopped
  /// What an earlier, stopped run of the same point passed to `save`: the work goes on from there, to the
  /// same bits. Anything else is ignored.
  std::span<const std::byte> saved = {};
  /// Takes what is needed to go on, before nn::TrainingStopped leaves. May be empty.
  std::function<void(std::vector<std::byte>)> save = {};
};

struct Extents;

struct ExperimentEntry {
  std::string_view name;
  std::string_view summary;
  /// Columns this experiment fills beside the parameters and the common ones.
  std::vector<Column> (*columns)();
  /// Whether a sweep of these extents has one of them; extents of 0 are looked after elsewhere.
  bool (*has_column)(const Column&, const Extents&);
  /// Fills its columns of a row that already holds the parameters. Sets the status where it is not `done`.
  void (*run)(const Parameters&, std::uint64_t stream_key, const Schema&, const Context&, Row&);
  /// Predicted seconds of run() on one core of a current machine.
  double (*predicted_seconds)(const Parameters&);
  /// Throws UsageError where values, each allowed by itself, do not go together. Reads `checked_keys` alone.
  void (*check)(const Parameters&);
  std::vector<std::string> (*checked_keys)();
  /// Numbers of a point's column `weights`: 0 without a network. Never smaller for a larger value of a key.
  std::size_t (*weights)(const Parameters&);
};

std::span<const ExperimentEntry> experiments();

/// The key of a point's random numbers: its point_id, or with pairing = paired a hash of its seed alone.
std::uint64_t stream_key(const Parameters& parameters);

/// What the points of a sweep have in common that fixes the columns and their extents.
struct Extents {
  std::vector<std::string> experiments;  ///< names
  std::vector<std::string> tests;        ///< texts of the test distributions
  std::size_t orders = 0;                ///< highest cumulant order
  std::size_t checkpoints = 0;
  std::size_t flow_steps = 0;
  std::size_t layers = 0;             ///< hidden ones and the readout
  std::vector<std::string> closures;  ///< that predict cumulants of layers (trace.theory)
  bool save_weights = false;
  std::size_t parameters = 0;  ///< most numbers of a network; stays 0 unless save_weights
  /// Extends these so that the rows of `point` fit.
  void include(const Parameters& point);
};

/// One column for each spec key, the common ones (point_id, status, message, timing and placement), and those
/// of the experiments named, but for columns over a dimension of no extent.
Schema result_schema(const KeyTable& keys, const Extents& extents);

/// Runs one point. Whatever goes wrong in it becomes the row's status and message; only nn::TrainingStopped
/// leaves. wall_seconds is filled here, worker_rank and host are the caller's.
Row run_point(const Parameters& point, const Schema& schema, const Context& context);

/// Throws a UsageError that names keys, values and what is allowed where the values of a point, each allowed
/// by itself, do not go together. run_point() would make a failed row of it.
void check_point(const Parameters& point);

/// The keys that check_point() reads, in any experiment.
std::vector<std::string> checked_keys();

/// The row of a point that could not be run, with the reason. wall_seconds, worker_rank and host are the
/// caller's.
Row failed_row(const Parameters& point, const Schema& schema, const std::string& message);

/// Predicted seconds of run_point() on one core.
double predicted_seconds(const Parameters& point);

}  // namespace rgsweep::experiment

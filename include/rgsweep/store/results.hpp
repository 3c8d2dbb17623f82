// The writer of one results file. Finished points are buffered, published as segments in FILE.h5.parts/,
// compacted there, and at the end merged into FILE.h5. Whatever moment the process dies at, the folder holds
// every row that was flushed, and opening the same path continues.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rgsweep/core/record.hpp"
#include "rgsweep/store/attributes.hpp"

namespace rgsweep::store {

struct ResultsOptions {
  double flush_seconds = 5;  ///< longest time that a finished point stays in memory only
  bool fresh = false;        ///< refuse to continue existing results
  /// Told of every damaged file that was set aside; its points count as not finished.
  std::function<void(const std::string&)> warn = {};
};

class ResultsStore {
 public:
  using Clock = std::chrono::steady_clock;
  using Options = ResultsOptions;

  /// Takes the output for this process, checks what is there, and sets damaged files aside (*.corrupt-N).
  /// Throws UsageError for existing results with `fresh`, which says how to move them away and touches
  /// nothing; StoreError for a folder that is missing or cannot be written, a file that is no results file at
  /// all, and an output that another process is writing (naming its host and pid).
  ResultsStore(std::filesystem::path path, Schema schema, Attributes attributes, Options options = {});
  ~ResultsStore();  ///< publishes nothing: rows not flushed are lost, as in a crash
  ResultsStore(const ResultsStore&) = delete;
  ResultsStore& operator=(const ResultsStore&) = delete;

  /// Sorted ids of the published points whose status is done, diverged or failed. Read from the files at each
  /// call, so that nothing of it stays in memory.
  std::vector<std::uint64_t> finished() const;
  /// The failed ones among them.
  std::vector<std::uint64_t> failed() const;

  void append(const Row& row);
  /// Publishes the buffered rows when the last flush is flush_seconds ago or the buffer is full. Call it
  /// often: it is also the sign of life that other hosts look at.
  void flush_if_due(Clock::time_point now = Clock::now());
  /// Publishes the buffered rows as one segment, and compacts. On StoreError the rows stay buffered.
  void flush();
  /// Keeps what is needed to go on with a point that was stopped, until its row is published. Written at
  /// once.
  void save_state(std::uint64_t point, std::span<const std::byte> state);
  /// What was kept of a point; empty where there is nothing, or nothing sound (then set aside, with a
  /// warning).
  std::vector<std::byte> saved_state(std::uint64_t point);
  /// Whether anything is kept of any point.
  bool has_saved_states() const;
  /// Rows published by this object.
  std::uint64_t rows_written() const;
  /// For the segments and the file written from now on.
  void set_attribute(const std::string& name, Attribute value);
  /// Flushes, merges everything into FILE.h5, removes FILE.h5.parts, saved states included, and gives the
  /// output up. A FILE.h5 that already holds every row is left as it is unless an attribute whose name begins
  /// with `spec` has changed.
  void finish();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace rgsweep::store

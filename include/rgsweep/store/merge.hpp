// Union of segments and results files, by point: compaction, finishing, continuing and `rgsweep merge` alike.
// A k-way merge over rows sorted by point_id, so that memory depends on the number of inputs, not on their
// length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "rgsweep/core/record.hpp"
#include "rgsweep/store/attributes.hpp"

namespace rgsweep::store {

struct MergeOptions {
  Schema base = {};  ///< its dimensions and columns come first, whether or not an input has them
  std::size_t buffer_bytes = std::size_t{64} << 20;  ///< rows held in memory, all inputs together
  /// Asked from time to time, and just before the result takes its name; may throw.
  std::function<void()> allowed = {};
};

/// The union by name: an index dimension takes the largest size, a labelled one the union of the labels, a
/// flag the longer list of meanings. Throws StoreError, naming `where`, when the two contradict each other.
Schema unite(const Schema& a, const Schema& b, const std::filesystem::path& where);

/// Writes the union of the inputs to `out` (which may be one of them) in one atomic step; returns its rows.
/// Values that an input does not have, or that are missing there, are taken from another row of the same
/// point, or else are Schema::missing(). Of several rows of one point, done or diverged beats failed, failed
/// beats pending, and a later failed row an earlier one. Two done or diverged rows must agree in every
/// reproducible value that both have: otherwise a StoreError names the point and both files.
std::uint64_t merge(const std::filesystem::path& out, const std::vector<std::filesystem::path>& inputs,
                    const Attributes& attributes, const MergeOptions& options = {});

/// The same for whole outputs, each with the segments beside it. Holds the lock of `out` meanwhile:
/// StoreError when a run is writing it. The segments of `out` itself, when it is among the outputs, are
/// removed once they are merged.
std::uint64_t merge_outputs(const std::filesystem::path& out,
                            const std::vector<std::filesystem::path>& outputs, const Attributes& attributes);

/// Where the results of `output` are now: the file itself, if it exists, and then the segments in
/// OUTPUT.parts in the order of their numbers.
std::vector<std::filesystem::path> sources(const std::filesystem::path& output);

}  // namespace rgsweep::store

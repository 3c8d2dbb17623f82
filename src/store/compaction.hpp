// The segments of one output, numbered in the order they were written, and the rule that keeps them few: as
// soon as `fan_in` segments are of one size class (row counts from 16^k to 16^(k+1) - 1) they are merged into
// one, which then is of a higher class. Each row is rewritten at most log_16(rows) times, and n rows leave at
// most (fan_in - 1) * (1 + log_16 n) segments.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "rgsweep/core/record.hpp"
#include "rgsweep/store/attributes.hpp"
#include "row_block.hpp"

namespace rgsweep::store {

inline constexpr std::size_t fan_in = 16;

class SegmentList {
 public:
  /// Takes stock of a folder whose segments are sound.
  explicit SegmentList(std::filesystem::path parts);

  /// `allowed` is asked before anything is changed and may throw.
  using Allowed = std::function<void()>;
  /// Publishes the rows at these places, whose point_id ascend, as the next segment.
  void write(const Schema& schema, const RowBlock& rows, std::span<const std::uint32_t> places,
             const Attributes& attributes, const Allowed& allowed);
  /// Merges until no size class is full.
  void compact(const Schema& schema, const Attributes& attributes, const Allowed& allowed);
  std::vector<std::filesystem::path> paths() const;
  bool empty() const { return segments_.empty(); }
  /// Deletes every segment.
  void remove_all(const Allowed& allowed);

 private:
  struct Segment {
    std::uint64_t number;
    std::uint64_t rows;
  };
  std::filesystem::path path(std::uint64_t number) const;

  std::filesystem::path parts_;
  std::vector<Segment> segments_;
  std::uint64_t next_ = 1;
};

}  // namespace rgsweep::store

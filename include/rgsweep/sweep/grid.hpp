// The points of a sweep as a list of disjoint product boxes over the used keys, numbered 0 ... size-1. No
// list of points is ever made: a number is a box and mixed-radix digits in it, so 10^12 points cost as much
// as a hundred.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/core/value.hpp"
#include "rgsweep/sweep/box.hpp"
#include "rgsweep/sweep/spec.hpp"

namespace rgsweep::sweep {

/// Points that the blocks may name together, duplicates included.
inline constexpr std::uint64_t point_limit = 0x7fffffffffffffffULL;
/// Boxes that a grid may fall into.
inline constexpr std::size_t box_limit = 100000;

class Grid {
 public:
  /// Throws UsageError when the sweep names more than point_limit points, falls into more than box_limit
  /// boxes, or has no point left. The key table must outlive the grid; the spec need not.
  static Grid build(const KeyTable& table, const Spec& spec);

  std::uint64_t size() const { return size_; }
  /// Points that the blocks name as written: the sum over blocks of their products, where a key multiplies
  /// only the points that use it. raw_points() = size() + duplicates_removed() + excluded().
  std::uint64_t raw_points() const { return raw_points_; }
  std::uint64_t duplicates_removed() const { return duplicates_; }
  std::uint64_t excluded() const { return excluded_; }
  /// raw_points() of each block of the spec.
  const std::vector<std::uint64_t>& block_points() const { return block_points_; }

  /// The complete parameters of a point; throws std::out_of_range for index >= size().
  Parameters at(std::uint64_t index) const;
  /// The number of a point with these (complete) parameters, if the grid has it. Keys outside the identity
  /// are not compared.
  std::optional<std::uint64_t> index_of(const Parameters& parameters) const;

  const KeyTable& table() const { return *table_; }
  const std::vector<Box>& boxes() const { return boxes_; }
  const SetPool& sets() const { return sets_; }
  /// All values of a key, ascending (texts alphabetically); the sets of the boxes hold places in this list.
  const ValueList& values(std::size_t key) const { return values_[key]; }

 private:
  friend class GridBuilder;
  explicit Grid(const KeyTable& table) : table_(&table) {}
  void finish(std::vector<Box> boxes);

  const KeyTable* table_;
  std::vector<ValueList> values_;
  SetPool sets_;
  std::vector<Box> boxes_;
  std::vector<std::uint64_t> block_points_;
  std::uint64_t size_ = 0, raw_points_ = 0, duplicates_ = 0, excluded_ = 0;
  BoxIndex index_;
};

}  // namespace rgsweep::sweep

// The static order in which a grid is worked off, longest points first, and its division into shards. Both
// depend on the grid and the predicted cost only, never on measured times, so that every job of a sweep finds
// the same division.
//
// A cost class is, within one box, one combination of the values of the keys with Key::cost; its points have
// the same predicted cost. Classes are sorted by predicted seconds, longest first; ties keep the order of the
// grid. The points of a class follow each other as their other digits run. A grid with more than class_limit
// classes gets one class a box, with the mean prediction of 64 evenly spaced points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/sweep/grid.hpp"

namespace rgsweep::sweep {

/// Shards that a grid may be divided into.
inline constexpr std::uint64_t shard_limit = 1000000;
inline constexpr std::uint64_t class_limit = std::uint64_t{1} << 20;

struct CostClass {
  double seconds = 0;        ///< predicted, of one point
  std::uint64_t first = 0;   ///< ordinal of its first point
  std::uint64_t count = 0;   ///< points
  std::size_t box = 0;       ///< place in Grid::boxes()
  std::uint64_t offset = 0;  ///< of its first point in the box
};

class CostOrder {
 public:
  /// The grid must outlive the order. Throws std::logic_error when a prediction is negative or not finite.
  CostOrder(const Grid& grid, const std::function<double(const Parameters&)>& predicted_seconds);

  const std::vector<CostClass>& classes() const { return classes_; }
  /// Points, as many as the grid has.
  std::uint64_t size() const { return grid_->size(); }
  /// The grid index of the ordinal-th point; throws std::out_of_range for ordinal >= size().
  std::uint64_t index(std::uint64_t ordinal) const;
  /// Place in classes() of the class that holds an ordinal.
  std::size_t class_of(std::uint64_t ordinal) const;
  /// Predicted seconds of the whole grid on one core.
  double total_seconds() const { return total_seconds_; }
  /// Whether classes are whole boxes, because there would have been more than class_limit.
  bool coarse() const { return coarse_; }

 private:
  const Grid* grid_;
  std::vector<CostClass> classes_;
  double total_seconds_ = 0;
  bool coarse_ = false;
};

/// Shard `index` of `count`, counted from 1: the points whose ordinal leaves index - 1 when divided by count.
struct Shard {
  std::uint64_t index = 1;
  std::uint64_t count = 1;

  /// Reads "I/N" with 1 <= I <= N; throws UsageError, without a location.
  static Shard parse(std::string_view text);

  /// The ordinal of the shard's i-th point, i < shard_size(points, *this).
  std::uint64_t ordinal(std::uint64_t i) const { return index - 1 + i * count; }
};

/// Points of the shard in a grid of `points` points.
std::uint64_t shard_size(std::uint64_t points, const Shard& shard);

/// Predicted seconds of each of `count` shards, in O(classes + count).
std::vector<double> shard_seconds(const CostOrder& order, std::uint64_t count);

}  // namespace rgsweep::sweep

// Product boxes over the keys, and their subtraction: the one mechanism behind zip, exclude, overlapping
// blocks and unused keys. A box has a set of values for every key, or does not use it; sets are interned, so
// that equal sets have equal ids and a box is a row of small numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace rgsweep::sweep {

/// Places of values in a key's sorted list of values (Grid::values), ascending.
using PlaceSet = std::vector<std::uint32_t>;
using SetId = std::uint32_t;

inline constexpr SetId empty_set = 0;
inline constexpr SetId unused_set = 0xffffffffU;  ///< the box's points do not use the key
inline constexpr SetId any_set = 0xfffffffeU;     ///< no restriction; only in what is subtracted

class SetPool {
 public:
  SetPool();
  SetId intern(PlaceSet places);
  const PlaceSet& operator[](SetId id) const { return sets_[id]; }
  std::uint64_t size(SetId id) const { return sets_[id].size(); }
  bool intersects(SetId a, SetId b) const;
  SetId intersection(SetId a, SetId b);
  SetId difference(SetId a, SetId b);

 private:
  std::vector<PlaceSet> sets_;
  std::unordered_multimap<std::uint64_t, SetId> ids_;  // by hash of the set
};

/// Points of a box have numbers first, ..., first + size - 1 in the grid; the last key of the table runs
/// fastest.
struct Box {
  std::vector<SetId> sets;  ///< by key
  std::uint64_t size = 0;
  std::uint64_t first = 0;
};

/// Whether no point lies in both.
bool disjoint(const SetPool& pool, const Box& a, const Box& b);

/// Appends `box` minus `hole` to `pieces`, as disjoint boxes. `hole` may hold any_set. Sizes are not set.
void subtract(SetPool& pool, const Box& box, const Box& hole, std::vector<Box>& pieces);

/// Keys of which every box has a single value or none, ascending: for a zip, the keys that it walks.
std::vector<std::size_t> fixed_keys(const SetPool& pool, const std::vector<Box>& boxes);

/// Finds boxes by the values of their fixed keys, so that thousands of zip tuples need no pairwise
/// comparison.
class BoxIndex {
 public:
  /// Stands for the place of a key that is not used.
  static constexpr std::uint32_t no_place = 0xffffffffU;

  BoxIndex() = default;
  /// `keys` must be fixed in all boxes.
  BoxIndex(const SetPool& pool, const std::vector<Box>& boxes, std::vector<std::size_t> keys);

  /// Positions of all boxes with these values, and perhaps of others. Only the index's keys are looked at,
  /// which must be fixed in `box`; `places` has a place or no_place for every key of the table.
  const std::vector<std::uint32_t>& candidates(const SetPool& pool, const Box& box) const;
  const std::vector<std::uint32_t>& candidates(const std::vector<std::uint32_t>& places) const;

 private:
  template <class PlaceOf>
  std::uint64_t hash(const PlaceOf& place_of) const;

  std::vector<std::size_t> keys_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> boxes_;
  std::vector<std::uint32_t> none_;
};

}  // namespace rgsweep::sweep

// Makes the boxes of a grid from a spec. For each block: one box for each combination of zip tuples; each box
// is cut along its selector keys (those that other keys depend on), so that all its points use the same keys,
// and loses the keys that they do not use; then it loses the block's excludes and all earlier boxes. The
// excludes for all blocks come last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "rgsweep/sweep/grid.hpp"

namespace rgsweep::sweep {

class GridBuilder {
 public:
  GridBuilder(const KeyTable& table, const Spec& spec);
  Grid build() &&;

 private:
  void collect_values();
  SetId set_of(std::size_t key, const ValueList& values);
  SetId set_of(const Exclude::Term& term);

  /// The block's boxes, without repetitions; adds up raw points and duplicates.
  std::vector<Box> boxes_of(const Block& block);
  /// Appends the boxes that `wanted` falls into, cut from `key` on.
  void cut(const std::vector<SetId>& wanted, Box& box, std::size_t key, std::vector<Box>& boxes);
  bool uses(const Box& box, std::size_t key) const;
  /// A selector's set divided into values that the keys depending on it do not tell apart.
  const std::vector<SetId>& groups(std::size_t key, SetId set);

  std::vector<Box> without(const std::vector<Box>& earlier, std::vector<Box> boxes);
  void apply(const std::vector<Exclude>& excludes, std::vector<Box>& boxes);
  void remove(const Box& hole, std::vector<Box>& boxes);
  std::uint64_t points(const Box& box) const;
  std::uint64_t points(const std::vector<Box>& boxes) const;
  void check_count(std::size_t boxes) const;

  const KeyTable& table_;
  const Spec& spec_;
  Grid grid_;
  std::vector<std::vector<const std::vector<std::string>*>> conditions_;  // on each key, by the keys after it
  std::map<std::pair<std::size_t, SetId>, std::vector<SetId>> groups_;
};

}  // namespace rgsweep::sweep

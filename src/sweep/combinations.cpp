#include "rgsweep/sweep/combinations.hpp"

#include <algorithm>
#include <set>

namespace rgsweep::sweep {

void for_each_combination(const Grid& grid, const Box& box, const std::vector<std::size_t>& keys,
                          std::uint64_t most, const std::function<void(const Parameters&)>& visit) {
  std::uint64_t combinations = 1;  // at most the points of the box
  for (const std::size_t key : keys)
    if (box.sets[key] != unused_set) combinations *= grid.sets().size(box.sets[key]);
  const std::uint64_t visits = std::min(combinations, most);
  Parameters point = grid.at(box.first + box.size - 1);
  for (std::uint64_t i = 0; i < visits; ++i) {
    std::uint64_t rest = combinations / visits * i + combinations % visits * i / visits;
    for (const std::size_t key : keys) {
      if (box.sets[key] == unused_set) continue;
      const PlaceSet& places = grid.sets()[box.sets[key]];
      point.set(key, grid.values(key)[places[rest % places.size()]]);
      rest /= places.size();
    }
    visit(point);
  }
}

std::vector<const Box*> distinct_boxes(const Grid& grid, const std::vector<std::size_t>& keys) {
  std::vector<const Box*> result;
  std::set<std::vector<SetId>> seen;
  for (const Box& box : grid.boxes()) {
    std::vector<SetId> sets;
    for (const std::size_t key : keys) sets.push_back(box.sets[key]);
    if (seen.insert(std::move(sets)).second) result.push_back(&box);
  }
  return result;
}

}  // namespace rgsweep::sweep

// Between a point's number and its parameters: box by binary search, then mixed-radix digits over the box's
// sets.
#include "rgsweep/sweep/grid.hpp"

#include <algorithm>
#include <stdexcept>

#include "grid_builder.hpp"

namespace rgsweep::sweep {

Grid Grid::build(const KeyTable& table, const Spec& spec) {
  return GridBuilder(table, spec).build();
}

Parameters Grid::at(std::uint64_t index) const {
  if (index >= size_) throw std::out_of_range("point " + std::to_string(index) + " is beyond the grid");
  const auto after = std::upper_bound(boxes_.begin(), boxes_.end(), index,
                                      [](std::uint64_t i, const Box& box) { return i < box.first; });
  const Box& box = *(after - 1);
  std::uint64_t rest = index - box.first;
  Parameters parameters(*table_);
  for (std::size_t key = box.sets.size(); key-- > 0;) {
    if (box.sets[key] == unused_set) continue;
    const PlaceSet& places = sets_[box.sets[key]];
    if (places.size() == 1) {
      parameters.set(key, values_[key][places.front()]);
    } else {
      parameters.set(key, values_[key][places[rest % places.size()]]);
      rest /= places.size();
    }
  }
  return parameters;
}

std::optional<std::uint64_t> Grid::index_of(const Parameters& parameters) const {
  std::vector<std::uint32_t> places(table_->size(), BoxIndex::no_place);
  for (std::size_t key = 0; key < places.size(); ++key) {
    const Value& value = parameters[key];
    if (!(*table_)[key].identity || value.index() == 0) continue;
    const auto found = std::lower_bound(values_[key].begin(), values_[key].end(), value);
    if (found == values_[key].end() || *found != value) return std::nullopt;
    places[key] = static_cast<std::uint32_t>(found - values_[key].begin());
  }
  for (const std::uint32_t candidate : index_.candidates(places)) {
    const Box& box = boxes_[candidate];
    std::uint64_t digits = 0;
    std::size_t key = 0;
    for (; key < places.size(); ++key) {
      if (!(*table_)[key].identity) continue;
      if ((box.sets[key] == unused_set) != (places[key] == BoxIndex::no_place)) break;
      if (box.sets[key] == unused_set) continue;
      const PlaceSet& set = sets_[box.sets[key]];
      const auto found = std::lower_bound(set.begin(), set.end(), places[key]);
      if (found == set.end() || *found != places[key]) break;
      digits = digits * set.size() + static_cast<std::uint64_t>(found - set.begin());
    }
    if (key == places.size()) return box.first + digits;
  }
  return std::nullopt;
}

void Grid::finish(std::vector<Box> boxes) {
  boxes_ = std::move(boxes);
  size_ = 0;
  for (Box& box : boxes_) {
    box.first = size_;
    size_ += box.size;
  }
  std::vector<std::size_t> keys = fixed_keys(sets_, boxes_);
  const auto outside_identity = [this](std::size_t key) { return !(*table_)[key].identity; };
  keys.erase(std::remove_if(keys.begin(), keys.end(), outside_identity), keys.end());
  index_ = BoxIndex(sets_, boxes_, std::move(keys));
}

}  // namespace rgsweep::sweep

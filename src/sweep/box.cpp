// Sets of values as sorted places, boxes of set ids, and the index that finds boxes by their single values.
#include "rgsweep/sweep/box.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "rgsweep/core/hash.hpp"

namespace rgsweep::sweep {

SetPool::SetPool() {
  intern({});
}

SetId SetPool::intern(PlaceSet places) {
  // Most sets hold one value, whose place serves as its hash.
  const std::uint64_t key =
      places.size() == 1
          ? places.front()
          : hash({reinterpret_cast<const char*>(places.data()), places.size() * sizeof(std::uint32_t)});
  const auto [begin, end] = ids_.equal_range(key);
  for (auto found = begin; found != end; ++found)
    if (sets_[found->second] == places) return found->second;
  const auto id = static_cast<SetId>(sets_.size());
  if (id >= any_set) throw std::length_error("too many sets of values");
  sets_.push_back(std::move(places));
  ids_.emplace(key, id);
  return id;
}

bool SetPool::intersects(SetId a, SetId b) const {
  if (a == b) return a != empty_set;
  const PlaceSet *small = &sets_[a], *large = &sets_[b];
  if (small->size() > large->size()) std::swap(small, large);
  if (small->size() == 1) return std::binary_search(large->begin(), large->end(), small->front());
  auto i = small->begin();
  auto j = large->begin();
  while (i != small->end() && j != large->end()) {
    if (*i == *j) return true;
    *i < *j ? ++i : ++j;
  }
  return false;
}

SetId SetPool::intersection(SetId a, SetId b) {
  if (a == b) return a;
  PlaceSet both;
  std::set_intersection(sets_[a].begin(), sets_[a].end(), sets_[b].begin(), sets_[b].end(),
                        std::back_inserter(both));
  return intern(std::move(both));
}

SetId SetPool::difference(SetId a, SetId b) {
  if (a == b) return empty_set;
  PlaceSet rest;
  std::set_difference(sets_[a].begin(), sets_[a].end(), sets_[b].begin(), sets_[b].end(),
                      std::back_inserter(rest));
  return intern(std::move(rest));
}

bool disjoint(const SetPool& pool, const Box& a, const Box& b) {
  for (std::size_t key = 0; key < a.sets.size(); ++key) {
    const SetId x = a.sets[key], y = b.sets[key];
    if (y == any_set || (x == y && x != empty_set)) continue;
    if (x == unused_set || y == unused_set || !pool.intersects(x, y)) return true;
  }
  return false;
}

void subtract(SetPool& pool, const Box& box, const Box& hole, std::vector<Box>& pieces) {
  if (disjoint(pool, box, hole)) {
    pieces.push_back(box);
    return;
  }
  // Key by key: what lies outside the hole in this key is a piece; the search goes on in what lies inside.
  Box inside = box;
  for (std::size_t key = 0; key < box.sets.size(); ++key) {
    if (hole.sets[key] == any_set || hole.sets[key] == inside.sets[key]) continue;
    const SetId outside = pool.difference(inside.sets[key], hole.sets[key]);
    if (outside == empty_set) continue;
    Box piece = inside;
    piece.sets[key] = outside;
    pieces.push_back(std::move(piece));
    inside.sets[key] = pool.intersection(inside.sets[key], hole.sets[key]);
  }
}

std::vector<std::size_t> fixed_keys(const SetPool& pool, const std::vector<Box>& boxes) {
  std::vector<std::size_t> result;
  for (std::size_t key = 0; !boxes.empty() && key < boxes.front().sets.size(); ++key) {
    const auto fixed = [&](const Box& box) {
      return box.sets[key] == unused_set || pool.size(box.sets[key]) == 1;
    };
    if (std::all_of(boxes.begin(), boxes.end(), fixed)) result.push_back(key);
  }
  return result;
}

namespace {

/// The place of a fixed key in a box.
auto places_of(const SetPool& pool, const Box& box) {
  return [&pool, &box](std::size_t key) {
    return box.sets[key] == unused_set ? BoxIndex::no_place : pool[box.sets[key]].front();
  };
}

}  // namespace

BoxIndex::BoxIndex(const SetPool& pool, const std::vector<Box>& boxes, std::vector<std::size_t> keys)
    : keys_(std::move(keys)) {
  for (std::size_t i = 0; i < boxes.size(); ++i)
    boxes_[hash(places_of(pool, boxes[i]))].push_back(static_cast<std::uint32_t>(i));
}

const std::vector<std::uint32_t>& BoxIndex::candidates(const SetPool& pool, const Box& box) const {
  const auto found = boxes_.find(hash(places_of(pool, box)));
  return found == boxes_.end() ? none_ : found->second;
}

const std::vector<std::uint32_t>& BoxIndex::candidates(const std::vector<std::uint32_t>& places) const {
  const auto found = boxes_.find(hash([&](std::size_t key) { return places[key]; }));
  return found == boxes_.end() ? none_ : found->second;
}

template <class PlaceOf>
std::uint64_t BoxIndex::hash(const PlaceOf& place_of) const {
  std::uint64_t result = 0xcbf29ce484222325ULL;  // FNV-1a, by words
  for (const std::size_t key : keys_) result = (result ^ place_of(key)) * 0x100000001b3ULL;
  return result;
}

}  // namespace rgsweep::sweep

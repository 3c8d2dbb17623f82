// Collecting and linking the tables of index tuples.
#include "tuple_tables.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace rgsweep::math {

namespace {

template <class Table>
void sort_unique(Table& table) {
  std::sort(table.begin(), table.end());
  table.erase(std::unique(table.begin(), table.end()), table.end());
}

/// Place of an element in a sorted table that holds it.
template <class Table>
int place(const Table& table, const typename Table::value_type& element) {
  return static_cast<int>(std::lower_bound(table.begin(), table.end(), element) - table.begin());
}

/// The tuple without element p.
template <std::size_t Order>
Slots<Order - 1> without(const Slots<Order>& tuple, std::size_t p) {
  Slots<Order - 1> rest{};
  for (std::size_t i = 0; i < Order - 1; ++i) rest[i] = tuple[i + (i >= p ? 1 : 0)];
  return rest;
}

/// Appends `prefix` continued by all sorted tuples of `order` indices from first..components-1.
void append_sorted(std::vector<IndexTuple>& tuples, IndexTuple& prefix, int first, int components,
                   int order) {
  if (order == 0) {
    tuples.push_back(prefix);
    return;
  }
  for (int i = first; i < components; ++i) {
    prefix.push_back(i);
    append_sorted(tuples, prefix, i, components, order - 1);
    prefix.pop_back();
  }
}

}  // namespace

TupleTables TupleTables::all(int components, int order) {
  if (components < 1 || order < 1 || order > MultivariateCumulantAccumulator::max_order)
    throw std::logic_error("MultivariateCumulantAccumulator: at least one component, orders 1 to 4");
  std::vector<IndexTuple> tuples;
  IndexTuple prefix;
  for (int n = 1; n <= order; ++n) append_sorted(tuples, prefix, 0, components, n);
  return TupleTables(components, std::move(tuples), true);
}

TupleTables TupleTables::of(int components, std::vector<IndexTuple> tuples) {
  return TupleTables(components, std::move(tuples), false);
}

TupleTables::TupleTables(int n, std::vector<IndexTuple> asked, bool is_complete)
    : components(n), complete(is_complete), tuples(std::move(asked)) {
  name_slots();
  collect();
  link();
}

void TupleTables::name_slots() {
  for (const IndexTuple& tuple : tuples) {
    if (tuple.empty() || tuple.size() > MultivariateCumulantAccumulator::max_order)
      throw std::logic_error("MultivariateCumulantAccumulator: tuples of 1 to 4 indices");
    for (const int i : tuple) {
      if (i < 0 || i >= components)
        throw std::logic_error("MultivariateCumulantAccumulator: no component " + std::to_string(i));
      used.push_back(i);
    }
  }
  sort_unique(used);
}

template <std::size_t Order>
Slots<Order> TupleTables::slots_of(IndexTuple tuple) const {
  std::sort(tuple.begin(), tuple.end());
  Slots<Order> slots{};
  for (std::size_t i = 0; i < Order; ++i) slots[i] = place(used, tuple[i]);
  return slots;
}

void TupleTables::collect() {
  for (const IndexTuple& tuple : tuples) {
    if (tuple.size() == 2) pairs.push_back(slots_of<2>(tuple));
    if (tuple.size() == 3) triples.push_back(slots_of<3>(tuple));
    if (tuple.size() == 4) quads.push_back(slots_of<4>(tuple));
  }
  sort_unique(quads);
  if (!complete)
    for (const Slots<4>& quad : quads)
      for (std::size_t p = 0; p < 4; ++p) triples.push_back(without(quad, p));
  sort_unique(triples);
  if (!complete)
    for (const Slots<3>& triple : triples)
      for (std::size_t p = 0; p < 3; ++p) pairs.push_back(without(triple, p));
  sort_unique(pairs);
}

void TupleTables::link() {
  for (const Slots<3>& triple : triples) {
    Slots<3>& pair_places = pairs_of_triple.emplace_back();
    for (std::size_t p = 0; p < 3; ++p) pair_places[p] = place(pairs, without(triple, p));
  }
  for (const Slots<4>& quad : quads) {
    Slots<4>& triple_places = triples_of_quad.emplace_back();
    for (std::size_t p = 0; p < 4; ++p) triple_places[p] = place(triples, without(quad, p));
    Slots<6>& pair_places = pairs_of_quad.emplace_back();
    for (std::size_t a = 0; a < 6; ++a) pair_places[a] = place(pairs, pair_of(quad, a));
  }
  for (const IndexTuple& tuple : tuples) {
    if (tuple.size() == 1) places.push_back(slots_of<1>(tuple)[0]);
    if (tuple.size() == 2) places.push_back(place(pairs, slots_of<2>(tuple)));
    if (tuple.size() == 3) places.push_back(place(triples, slots_of<3>(tuple)));
    if (tuple.size() == 4) places.push_back(place(quads, slots_of<4>(tuple)));
  }
}

}  // namespace rgsweep::math

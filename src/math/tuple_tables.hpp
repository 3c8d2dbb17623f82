// Which index tuples an estimate of joint cumulants keeps, and where the tuples within a tuple are.
// Components are numbered by slot: their place among those that some tuple names. A tuple is a multiset of
// slots, stored sorted; with every tuple of orders 3 and 4 come all tuples within it.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "rgsweep/math/multivariate_cumulants.hpp"

namespace rgsweep::math {

template <std::size_t Order>
using Slots = std::array<int, Order>;

/// Positions of the pairs within a tuple of four; pairs a and 5 - a are each other's rest.
inline constexpr std::array<std::array<std::size_t, 2>, 6> pair_positions{
    {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}};

inline Slots<2> pair_of(const Slots<4>& tuple, std::size_t a) {
  return {tuple[pair_positions[a][0]], tuple[pair_positions[a][1]]};
}

struct TupleTables {
  template <std::size_t Order>
  using Table = std::vector<Slots<Order>>;

  /// All tuples of orders 1..order, by order and then by index.
  static TupleTables all(int components, int order);
  static TupleTables of(int components, std::vector<IndexTuple> tuples);

  int components;
  bool complete;                   ///< made by all()
  std::vector<IndexTuple> tuples;  ///< as asked for
  std::vector<int> places;         ///< of each tuple in the table of its order; for order 1 its slot
  std::vector<int> used;           ///< component of each slot, increasing

  Table<2> pairs;
  Table<3> triples;
  Table<4> quads;
  Table<3> pairs_of_triple;  ///< element p: place of the pair without element p
  Table<4> triples_of_quad;  ///< element p: place of the triple without element p
  Table<6> pairs_of_quad;    ///< in the order of pair_positions

 private:
  TupleTables(int n, std::vector<IndexTuple> asked, bool is_complete);
  template <std::size_t Order>
  Slots<Order> slots_of(IndexTuple tuple) const;
  void name_slots();
  void collect();
  void link();
};

}  // namespace rgsweep::math

#include "tuple_expansion.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

namespace rgsweep::theory {

namespace {

/// Made once for each shape; graphs of four vertices take a while.
const math::WickExpansion& expansion(int vertices, int edges, bool hyperedges) {
  static std::mutex mutex;
  static std::map<std::tuple<int, int, bool>, math::WickExpansion> made;
  const std::scoped_lock lock(mutex);
  const auto key = std::tuple(vertices, edges, hyperedges);
  auto found = made.find(key);
  if (found == made.end()) found = made.emplace(key, math::WickExpansion(vertices, edges, hyperedges)).first;
  return found->second;
}

bool is_gaussian(const math::JointCumulants& t) {
  const auto zero = [](double entry) { return entry == 0; };
  return std::all_of(t.third.begin(), t.third.end(), zero) &&
         std::all_of(t.fourth.begin(), t.fourth.end(), zero);
}

}  // namespace

TupleExpansion::TupleExpansion(int vertices, int edges, const math::JointCumulants& t)
    : t_(t), expansion_(expansion(vertices, edges, !is_gaussian(t))), by_edges_(edges + 1) {
  correlations_.resize(expansion_.pairs().size());
  cumulants_.resize(expansion_.hyperedges().size());
}

void TupleExpansion::at(std::span<const Eigen::Index> units) {
  for (std::size_t e = 0; e < correlations_.size(); ++e) {
    const auto& [i, j] = expansion_.pairs()[e];
    correlations_[e] = t_.cumulant(units[static_cast<std::size_t>(i)], units[static_cast<std::size_t>(j)]);
  }
  for (std::size_t h = 0; h < cumulants_.size(); ++h) {
    const std::vector<int>& ends = expansion_.hyperedges()[h];
    const auto unit = [&](std::size_t end) { return units[static_cast<std::size_t>(ends[end])]; };
    cumulants_[h] = ends.size() == 3 ? t_.cumulant(unit(0), unit(1), unit(2))
                                     : t_.cumulant(unit(0), unit(1), unit(2), unit(3));
  }
}

TupleExpansion::Sum TupleExpansion::sum(std::span<const double* const> coefficients) {
  by_edges_.setZero();
  expansion_.add(coefficients, correlations_, cumulants_, by_edges_.data());
  const Eigen::Index edges = by_edges_.size() - 1;
  return {by_edges_.sum(), {by_edges_[edges - 1], by_edges_[edges]}};
}

}  // namespace rgsweep::theory

// Graphs are enumerated once; evaluating them is a loop over products of table entries.
#include "rgsweep/math/wick.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace rgsweep::math {

namespace {

/// Whether the parts that `joined` names pairs of make one whole.
class Components {
 public:
  explicit Components(int vertices) : part_(static_cast<std::size_t>(vertices)) {
    std::iota(part_.begin(), part_.end(), 0);
  }
  void join(int a, int b) {
    const int from = part_[static_cast<std::size_t>(a)], to = part_[static_cast<std::size_t>(b)];
    std::replace(part_.begin(), part_.end(), from, to);
  }
  bool connected() const {
    return std::all_of(part_.begin(), part_.end(), [this](int part) { return part == part_[0]; });
  }

 private:
  std::vector<int> part_;
};

/// All sorted tuples of `size` vertices, repetitions included.
void append_multisets(int vertices, std::size_t size, std::vector<int> begun,
                      std::vector<std::vector<int>>& out) {
  if (begun.size() == size) {
    out.push_back(std::move(begun));
    return;
  }
  for (int vertex = begun.empty() ? 0 : begun.back(); vertex < vertices; ++vertex) {
    std::vector<int> longer = begun;
    longer.push_back(vertex);
    append_multisets(vertices, size, std::move(longer), out);
  }
}

}  // namespace

double WickSum::remainder() const {
  return by_edges.tail(std::min<Eigen::Index>(2, by_edges.size())).abs().sum();
}

WickExpansion::WickExpansion(int vertices, int max_edges, bool hyperedges)
    : vertices_(vertices), max_edges_(max_edges) {
  if (vertices < 1 || vertices > 6 || max_edges < 0 || max_edges > 255)
    throw std::logic_error("WickExpansion: 1 to 6 vertices and 0 to 255 edges");
  for (int j = 1; j < vertices; ++j)
    for (int i = 0; i < j; ++i) pairs_.push_back({i, j});
  if (hyperedges) {
    append_multisets(vertices, 3, {}, hyperedges_);
    append_multisets(vertices, 4, {}, hyperedges_);
  }
  std::vector<int> count(pairs_.size(), 0);
  families_.push_back({{-1, -1}, 1, 0});
  enumerate({-1, -1}, max_edges, 0, count);
  const auto kinds = static_cast<int>(hyperedges_.size());
  for (int h = 0; h < kinds; ++h) {
    const auto ends = static_cast<int>(hyperedges_[static_cast<std::size_t>(h)].size());
    families_.push_back({{h, -1}, hyperedge_factor({h, -1}), 0});
    enumerate({h, -1}, max_edges - ends + 1, 0, count);
    for (int other = h; other < kinds && ends == 3; ++other)
      if (hyperedges_[static_cast<std::size_t>(other)].size() == 3) {
        families_.push_back({{h, other}, hyperedge_factor({h, other}), 0});
        enumerate({h, other}, max_edges - 4, 0, count);
      }
  }
}

double WickExpansion::hyperedge_factor(Inserted inserted) const {
  double factor = inserted[0] == inserted[1] ? 0.5 : 1;
  for (const int hyperedge : inserted) {
    if (hyperedge < 0) continue;
    const std::vector<int>& ends = hyperedges_[static_cast<std::size_t>(hyperedge)];
    for (int vertex = 0; vertex < vertices_; ++vertex)
      factor /= std::tgamma(1.0 + static_cast<double>(std::count(ends.begin(), ends.end(), vertex)));
  }
  return factor;
}

void WickExpansion::enumerate(Inserted inserted, int edges_left, std::size_t pair, std::vector<int>& count) {
  if (edges_left < 0) return;
  if (pair == pairs_.size()) {
    append(inserted, count);
    return;
  }
  for (count[pair] = 0; count[pair] <= edges_left; ++count[pair])
    enumerate(inserted, edges_left - count[pair], pair + 1, count);
  count[pair] = 0;
}

void WickExpansion::append(Inserted inserted, const std::vector<int>& count) {
  Components parts(vertices_);
  std::vector<int> degree(static_cast<std::size_t>(vertices_), 0);
  int edges = 0;
  for (std::size_t e = 0; e < pairs_.size(); ++e) {
    if (count[e] == 0) continue;
    edges += count[e];
    for (int vertex : pairs_[e]) degree[static_cast<std::size_t>(vertex)] += count[e];
    parts.join(pairs_[e][0], pairs_[e][1]);
  }
  for (const int hyperedge : inserted) {
    if (hyperedge < 0) continue;
    const std::vector<int>& ends = hyperedges_[static_cast<std::size_t>(hyperedge)];
    edges += static_cast<int>(ends.size()) - 1;
    for (int vertex : ends) {
      ++degree[static_cast<std::size_t>(vertex)];
      parts.join(vertex, ends[0]);
    }
  }
  if (!parts.connected()) return;
  ++families_.back().graphs;
  edges_.push_back(edges);
  for (int n : count) counts_.push_back(static_cast<std::uint8_t>(n));
  for (int d : degree) degrees_.push_back(static_cast<std::uint8_t>(d));
  max_degree_ = std::max(max_degree_, *std::max_element(degree.begin(), degree.end()));
}

void WickExpansion::add(std::span<const double* const> c, std::span<const double> correlations,
                        std::span<const double> cumulants, double* by_edges) const {
  if (c.size() != static_cast<std::size_t>(vertices_) || correlations.size() != pairs_.size() ||
      cumulants.size() != hyperedges_.size())
    throw std::logic_error("WickExpansion: wrong size");
  const std::size_t pairs = pairs_.size(), orders = static_cast<std::size_t>(max_edges_) + 1;
  constexpr std::size_t stack_size = 256;
  std::array<double, stack_size> on_stack;
  std::vector<double> on_heap;
  double* power = on_stack.data();  // rho_e^n / n!, pair by pair
  if (pairs * orders > stack_size) {
    on_heap.resize(pairs * orders);
    power = on_heap.data();
  }
  for (std::size_t e = 0; e < pairs; ++e) {
    power[e * orders] = 1;
    for (std::size_t n = 1; n < orders; ++n)
      power[e * orders + n] = power[e * orders + n - 1] * correlations[e] / static_cast<double>(n);
  }
  const std::uint8_t* count = counts_.data();
  const std::uint8_t* degree = degrees_.data();
  const int* edges = edges_.data();
  for (const Family& family : families_) {
    double weight = family.factor;
    for (const int hyperedge : family.inserted)
      if (hyperedge >= 0) weight *= cumulants[static_cast<std::size_t>(hyperedge)];
    if (weight == 0) {
      count += family.graphs * pairs;
      degree += family.graphs * c.size();
      edges += family.graphs;
      continue;
    }
    for (std::size_t g = 0; g < family.graphs; ++g) {
      double term = weight;
      for (std::size_t e = 0; e < pairs; ++e) term *= power[e * orders + *count++];
      for (const double* coefficients : c) term *= coefficients[*degree++];
      by_edges[*edges++] += term;
    }
  }
}

WickSum wick_joint_cumulant(std::span<const Eigen::ArrayXd> c, const Eigen::MatrixXd& correlation,
                            int max_edges) {
  const WickExpansion expansion(static_cast<int>(c.size()), max_edges);
  std::vector<const double*> coefficients;
  for (const Eigen::ArrayXd& each : c) {
    if (each.size() <= expansion.max_degree())
      throw std::logic_error("wick_joint_cumulant(): too few coefficients");
    coefficients.push_back(each.data());
  }
  std::vector<double> correlations;
  for (const auto& [i, j] : expansion.pairs()) correlations.push_back(correlation(i, j));
  WickSum sum{Eigen::ArrayXd::Zero(max_edges + 1)};
  expansion.add(coefficients, correlations, {}, sum.by_edges.data());
  return sum;
}

}  // namespace rgsweep::math

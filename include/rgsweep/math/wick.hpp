// Joint cumulants of functions of correlated, nearly Gaussian variables by the Wick expansion. With
// z_i = m_i + s_i t_i, correlations rho_e of the pairs e and c_i[d] = E[phi_i(z_i) He_d(t_i)] (that is,
// s_i^d E[phi_i^(d)(z_i)]) for t_i a standard normal,
//   E[prod_i phi_i(z_i)] = sum over multigraphs with n_e edges on each pair e of
//                          prod_e rho_e^(n_e) / n_e!  prod_i c_i[degree of i],
// and the joint cumulant is the same sum over connected multigraphs alone. A joint cumulant of z of order 3
// or 4 enters as a hyperedge: p_i ends on each vertex i, sum p_i = 3 or 4, with the standardised cumulant
// kappa[i^p_i ...] / prod s_i^p_i over prod p_i! as its factor; it counts as 2 or 3 edges, as many as it
// takes to join that many vertices. Graphs have one hyperedge, or two of order 3: the Edgeworth expansion to
// the order 1/n of a mean of n variables.
//
// The sum is truncated by the number of edges. It converges where the correlations of every vertex sum to
// less than 1 in absolute value (D. Slepian, SIAM J. Math. Anal. 3, 606, 1972); beyond that it is asymptotic
// for functions with kinks, and the size of its last orders says how good it is.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

namespace rgsweep::math {

/// A joint cumulant by the number of edges, and what the truncation may have left out.
struct WickSum {
  Eigen::ArrayXd by_edges;  ///< element e: all graphs of e edges; 0..max_edges

  double value() const { return by_edges.sum(); }
  /// Absolute sum of the last two orders: an estimate, not a bound. Two, since kinks at the mean have
  /// vanishing coefficients of every second degree.
  double remainder() const;
};

class WickExpansion {
 public:
  /// All connected graphs on `vertices` (1 to 6) variables of at most `max_edges` edges, those with
  /// hyperedges only if asked for. Throws std::logic_error.
  WickExpansion(int vertices, int max_edges, bool hyperedges = false);

  int vertices() const { return vertices_; }
  int max_edges() const { return max_edges_; }
  std::size_t graphs() const { return edges_.size(); }
  /// Highest degree of a vertex: the coefficients that evaluate() needs are c[0..max_degree].
  int max_degree() const { return max_degree_; }
  /// The pair of vertices that element e of the correlations belongs to: (0,1), (0,2), (1,2), (0,3), ...
  const std::vector<std::array<int, 2>>& pairs() const { return pairs_; }
  /// The vertices that the ends of each kind of hyperedge are on, 3 or 4, sorted; empty without hyperedges.
  const std::vector<std::vector<int>>& hyperedges() const { return hyperedges_; }

  /// c[i] points at the coefficients of vertex i; `correlations` follow pairs(), and `cumulants`, the
  /// standardised joint cumulants, hyperedges(). by_edges (max_edges + 1) is added to.
  void add(std::span<const double* const> c, std::span<const double> correlations,
           std::span<const double> cumulants, double* by_edges) const;

 private:
  /// Positions in hyperedges(), -1 for none.
  using Inserted = std::array<int, 2>;
  double hyperedge_factor(Inserted inserted) const;
  void enumerate(Inserted inserted, int edges_left, std::size_t pair, std::vector<int>& count);
  void append(Inserted inserted, const std::vector<int>& count);

  int vertices_, max_edges_, max_degree_ = 0;
  std::vector<std::array<int, 2>> pairs_;
  std::vector<std::vector<int>> hyperedges_;
  /// Graphs with the same hyperedges, one after the other.
  struct Family {
    Inserted inserted;
    double factor;  ///< 1 / prod p_i! of the hyperedges
    std::size_t graphs;
  };
  std::vector<Family> families_;
  std::vector<int> edges_;
  std::vector<std::uint8_t> counts_;   // n_e, pairs().size() of them
  std::vector<std::uint8_t> degrees_;  // vertices() of them
};

/// The joint cumulant of all c.size() variables for Gaussian z. c[i] holds the coefficients of degrees
/// 0..max_edges at least; `correlation` is symmetric with a diagonal that is not read.
WickSum wick_joint_cumulant(std::span<const Eigen::ArrayXd> c, const Eigen::MatrixXd& correlation,
                            int max_edges);

}  // namespace rgsweep::math

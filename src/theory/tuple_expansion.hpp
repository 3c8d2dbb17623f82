// The joint cumulant of one function each of three or four distinct units by its Wick expansion
// (math/wick.hpp), for many tuples of units one after the other.
#pragma once

#include <array>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "rgsweep/math/joint_cumulants.hpp"
#include "rgsweep/math/wick.hpp"

namespace rgsweep::theory {

class TupleExpansion {
 public:
  struct Sum {
    double value = 0;
    std::array<double, 2> tail{};  ///< of that, the graphs of the two highest numbers of edges
  };

  /// Graphs of `vertices` units and at most `edges` edges; `t`: standardised units to order 4, kept by
  /// reference. The graphs have hyperedges unless t is Gaussian.
  TupleExpansion(int vertices, int edges, const math::JointCumulants& t);

  /// Takes the correlations and cumulants of these units, one for each vertex.
  void at(std::span<const Eigen::Index> units);
  /// coefficients[i] points at E_gauss[g_i He_d(t_i)], d = 0, 1, .. of the function at vertex i.
  Sum sum(std::span<const double* const> coefficients);

 private:
  const math::JointCumulants& t_;
  const math::WickExpansion& expansion_;
  std::vector<double> correlations_, cumulants_;
  Eigen::ArrayXd by_edges_;
};

}  // namespace rgsweep::theory

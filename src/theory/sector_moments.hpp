// Moments over the sectors between rays from 0, for two inputs of one density p:
//   M_ij(from, to) = integral over angles of cos^i sin^j R_(i+j),
//   R_n(angle) = int_0^inf r^(n+1) p(r cos) p(r sin) dr,   i + j <= 6.
// The integrals from -pi on are made once as Chebyshev series on panels of the angle, halved until the series
// hold them to rounding; a sector is then the difference of two values, whatever the density.
#pragma once

#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include "input_density.hpp"
#include "rgsweep/data/distribution.hpp"

namespace rgsweep::theory {

class SectorMoments {
 public:
  static constexpr int orders = InputDensity::max_moment;
  static constexpr Eigen::Index columns = (orders + 1) * (orders + 2) / 2;
  /// Element at(i, j) is C(i + j, i) M_ij: what (b x + c y)^n, n = i + j, takes of it.
  using Row = Eigen::Array<double, columns, 1>;
  static constexpr Eigen::Index at(int i, int j) { return (i + j) * (i + j + 1) / 2 + i; }

  SectorMoments(const data::Distribution& distribution, const InputDensity& density);

  /// Whether the series hold: not where tails are heavy or p is singular, which angles close to the axes see.
  bool resolved() const { return resolved_; }
  /// Of the sector from -pi to `angle`, -pi <= angle <= pi.
  Row up_to(double angle) const;
  /// Bound of the absolute error of a difference of two.
  const Row& error() const { return error_; }

 private:
  static constexpr int terms = 24;  ///< of a series before it is integrated
  /// R_0 .. R_6 at the zeros of T_terms.
  using Radial = Eigen::Array<double, terms, orders + 1>;
  struct RadialPanel {
    double low, high;
    Radial values;
  };
  struct Panel {
    double middle, half;
    Eigen::Array<double, columns, Eigen::Dynamic> coefficients;
  };
  using Series = Eigen::Matrix<double, terms, columns>;
  /// Of cos^i sin^j R_(i+j), with the binomials.
  static Series series_of(const RadialPanel& radial);
  /// Appends panels of [low, high], which the series resolve as far as `halvings` allow.
  void resolve(const InputDensity& density, double low, double high, int halvings,
               std::vector<RadialPanel>& panels);
  void append(const RadialPanel& radial);

  bool resolved_ = true;
  std::vector<double> ends_;  ///< of the panels, the last one left out
  std::vector<Panel> panels_;
  Row largest_ = Row::Zero();  ///< terms of the series so far
  Row total_ = Row::Zero(), left_out_ = Row::Zero(), absolute_ = Row::Zero(), error_ = Row::Zero();
};

}  // namespace rgsweep::theory

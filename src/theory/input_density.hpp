// One input's density p as polynomials between panel ends, with its partial moments
//   A_j(x) = integral_{low}^x t^j p(t) dt,  j = 0..6,
// for integrals over regions bounded by straight lines. On each panel p is analytic, with no singularity
// nearer to its middle than two half-lengths, so that Chebyshev series of a fixed degree hold it to
// rounding. All coordinates are relative to an origin: an input is origin + t. Where p is singular at the end
// of its support (gamma with k < 4) that end is the origin, so that distances from it keep their digits.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include <Eigen/Core>

#include "rgsweep/data/distribution.hpp"
#include "rgsweep/math/quadrature.hpp"

namespace rgsweep::theory {

/// How one family is integrated; a row of the table in input_density_table.cpp.
struct DensityFamily {
  std::string_view name;
  double (*origin)(double argument);
  /// p as a function of t = x - origin.
  double (*density)(double argument, double t);
  /// Panel ends, increasing, so far out that what lies beyond adds nothing to E[|t|^power], within the
  /// family's reach.
  std::vector<double> (*ends)(double argument, int power);
  /// Values with equal chance in place of a density; empty for a density.
  std::vector<double> values;
  /// Absolute moments exist below this order.
  double (*moments_below)(double argument);
};

/// The family of a distribution; throws std::logic_error for one that has no row.
const DensityFamily& density_family(const data::Distribution& distribution);

class InputDensity {
 public:
  static constexpr int max_moment = 6;
  static constexpr int degree = 26;  ///< of the Chebyshev series
  /// Points are evaluated together, as many as a Gauss-Kronrod pair has, filled up to whole SIMD vectors.
  static constexpr int points = 24;
  using Points = Eigen::Array<double, points, 1>;
  using PartialMoments = Eigen::Array<double, points, max_moment + 1>;  ///< column j for A_j
  using Moments = std::array<double, max_moment + 1>;

  /// Of a distribution with a density, reaching out for moments of order `power` >= 6 or the highest one
  /// that exists.
  explicit InputDensity(const data::Distribution& distribution, int power = max_moment);

  double origin() const { return origin_; }
  double low() const { return ends_.front(); }
  double high() const { return ends_.back(); }
  const std::vector<double>& ends() const { return ends_; }
  /// The panel that holds t, the outermost ones where t is out of range.
  std::size_t panel(double t) const;
  /// p or A_j from the series, at points of one panel; points out of it by rounding are moved to its end.
  void density(std::size_t panel, const Points& t, Points& p) const;
  void partial_moments(std::size_t panel, const Points& t, PartialMoments& A) const;
  double density(double t) const { return density_(t); }

  /// Relative errors of E[t^j], j = 0..6, against the exact cumulants: what lies beyond the ends and the
  /// error of the series. 0 for moments that do not exist.
  const Moments& moment_errors() const { return moment_errors_; }
  /// E[|t|^j]; of no meaning where the moment does not exist.
  const Moments& absolute_moments() const { return absolute_moments_; }

 private:
  struct Panel {
    double middle, half;
    Eigen::Matrix<double, degree + 1, max_moment + 2> coefficients;  ///< of p, A_0, ..., A_6
    Points relative(const Points& t) const;
  };
  /// Returns E[t^j] over all panels.
  Moments make_panels();
  void check_moments(const data::Distribution& distribution, const Moments& moments);

  double origin_;
  std::function<double(double)> density_;
  std::vector<double> ends_;
  std::vector<Panel> panels_;
  Moments moment_errors_{}, absolute_moments_{};
};

}  // namespace rgsweep::theory

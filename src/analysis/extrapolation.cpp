#include "rgsweep/analysis/extrapolation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <boost/math/tools/minima.hpp>

#include "rgsweep/analysis/drift.hpp"

namespace rgsweep::analysis {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double chi2_95 = 3.841458820694124;           ///< 95 % of chi^2 with one degree of freedom
constexpr double chi2_95_at_bound = 2.705543454095404;  ///< 90 %: half of the time the minimum is the bound
constexpr double normal_95 = 1.959963984540054;
constexpr double farthest = 100;  ///< limit that is looked for, in largest distances

double normal_cdf(double z) {
  return std::erfc(-z / std::sqrt(2.0)) / 2;
}

/// Between `in`, where the condition holds, and `out`, where it may not.
template <class Condition>
double boundary(double in, double out, const Condition& inside) {
  if (inside(out)) return out;
  for (int i = 0; i < 40; ++i) {
    const double middle = (in + out) / 2;
    (inside(middle) ? in : out) = middle;
  }
  return in;
}

}  // namespace

double bounded_chi2_95(double value, double deviation) {
  if (!(deviation > 0) || value >= normal_95 * deviation) return chi2_95;
  const double t = value / deviation;
  double low = chi2_95_at_bound, high = chi2_95;
  for (int i = 0; i < 50; ++i) {
    const double c = (low + high) / 2;
    const double beyond = t > 0 ? normal_cdf(-(t * t + c) / (2 * t)) : 0;
    (normal_cdf(std::sqrt(c)) - beyond < 0.95 ? low : high) = c;
  }
  return (low + high) / 2;
}

Extrapolation::Extrapolation(const Eigen::VectorXd& distance, const Eigen::VectorXd& log_size,
                             const Eigen::MatrixXd& covariance)
    : whiten_(covariance.llt().matrixL()),
      log_size_(log_size.array() - log_size.maxCoeff()),
      largest_(distance.maxCoeff()) {
  y_ = white(distance);
  ones_ = white(Eigen::VectorXd::Ones(distance.size()));
}

Extrapolation::Fit Extrapolation::best(std::optional<double> limit) const {
  const auto chi2 = [&](double log_exponent) { return at(std::exp(log_exponent), limit).chi2; };
  // chi^2 may have two minima in 1/z: look everywhere before going down into one.
  const double low = std::log(slowest_drift), high = std::log(fastest_drift);
  constexpr int cells = 24;
  int lowest = 0;
  for (int i = 1; i <= cells; ++i)
    if (chi2(low + (high - low) * i / cells) < chi2(low + (high - low) * lowest / cells)) lowest = i;
  const double step = (high - low) / cells, centre = low + step * lowest;
  const auto [place, value] = boost::math::tools::brent_find_minima(chi2, std::max(low, centre - step),
                                                                    std::min(high, centre + step), 30);
  const Fit refined = at(std::exp(place), limit), edge = at(std::exp(centre), limit);
  return refined.chi2 < edge.chi2 ? refined : edge;
}

math::Interval Extrapolation::interval(const Fit& fit) const {
  double out = std::max(fit.limit, 0.1 * largest_);
  while (out <= farthest * largest_ && rise(out, fit) <= chi2_95) out *= 2;
  const bool bounded = out <= farthest * largest_;
  const double two_sided =
      bounded ? boundary(fit.limit, out, [&](double d) { return rise(d, fit) <= chi2_95; }) : infinity;
  const double deviation = bounded ? deviation_of(fit, two_sided) : 0;
  const auto inside = [&](double limit) { return rise(limit, fit) <= bounded_chi2_95(limit, deviation); };
  const double low = inside(0) ? 0 : boundary(fit.limit, 0, inside);
  return {low, bounded ? boundary(fit.limit, two_sided, inside) : infinity};
}

/// Standard deviation of the limit, were it not bounded, from the parabola through chi^2: (d - x)^2 / s^2
/// with the minimum x at `fit` or, where that is 0, below it. 0 where chi^2 is no such parabola.
double Extrapolation::deviation_of(const Fit& fit, double two_sided) const {
  if (fit.limit > 0) return (two_sided - fit.limit) / normal_95;
  const double curvature =
      2 * (rise(two_sided, fit) - 2 * rise(two_sided / 2, fit)) / (two_sided * two_sided);
  return curvature > 0 ? 1 / std::sqrt(curvature) : 0;
}

Eigen::VectorXd Extrapolation::white(const Eigen::VectorXd& v) const {
  return whiten_.triangularView<Eigen::Lower>().solve(v);
}

Extrapolation::Fit Extrapolation::at(double exponent, std::optional<double> limit) const {
  const Eigen::VectorXd powers = white((-exponent * log_size_).array().exp().matrix());
  const auto with_limit = [&](double d) {
    const Eigen::VectorXd rest = y_ - d * ones_;
    const double amplitude = powers.dot(rest) / powers.squaredNorm();
    return Fit{d, amplitude, exponent, (rest - amplitude * powers).squaredNorm()};
  };
  if (limit) return with_limit(*limit);
  const double pp = powers.squaredNorm(), po = powers.dot(ones_), oo = ones_.squaredNorm();
  const double free = (pp * ones_.dot(y_) - po * powers.dot(y_)) / (pp * oo - po * po);
  return with_limit(std::max(free, 0.0));
}

}  // namespace rgsweep::analysis

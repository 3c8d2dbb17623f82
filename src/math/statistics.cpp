// Quantiles and intervals; conventions are in the header.
#include "rgsweep/math/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <vector>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace rgsweep::math {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
const boost::math::normal standard_normal;

std::vector<double> sorted_numbers(std::span<const double> values) {
  std::vector<double> sorted;
  std::copy_if(values.begin(), values.end(), std::back_inserter(sorted),
               [](double x) { return !std::isnan(x); });
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

/// Between order statistics, at a position counted from 0; beyond the ends the last value.
double at_position(const std::vector<double>& sorted, double position) {
  position = std::clamp(position, 0.0, static_cast<double>(sorted.size() - 1));
  const auto below = static_cast<std::size_t>(position);
  const double fraction = position - static_cast<double>(below);
  // Equal neighbours are their own value, also when infinite, where the formula below would give NaN.
  if (fraction == 0 || sorted[below] == sorted[below + 1]) return sorted[below];
  return (1 - fraction) * sorted[below] + fraction * sorted[below + 1];
}

/// What the values without one member say about the shape of a statistic's distribution.
struct Shape {
  double acceleration = 0;
  double degrees = std::numeric_limits<double>::infinity();  ///< of freedom, of its estimated variance
};

Shape shape_of(std::span<const std::vector<LeftOut>> left_out) {
  double cubes = 0, squares = 0, spread = 0;
  for (const std::vector<LeftOut>& sample : left_out) {
    double n = 0, sum = 0, sample_squares = 0;
    for (const LeftOut& l : sample)
      if (std::isfinite(l.value)) {
        n += l.members;
        sum += l.members * l.value;
      }
    if (n < 2) continue;
    for (const LeftOut& l : sample)
      if (std::isfinite(l.value)) {
        const double influence = (n - 1) * (sum / n - l.value) / n;
        sample_squares += l.members * influence * influence;
        cubes += l.members * influence * influence * influence;
      }
    squares += sample_squares;
    spread += sample_squares * sample_squares / (n - 1);
  }
  if (!(squares > 0)) return {};
  return {cubes / (6 * std::pow(squares, 1.5)), squares * squares / spread};
}

}  // namespace

double student_quantile(double degrees, double probability) {
  if (!std::isfinite(degrees)) return boost::math::quantile(standard_normal, probability);
  return boost::math::quantile(boost::math::students_t(degrees), probability);
}

double quantile(std::span<const double> values, double q) {
  if (!(q >= 0 && q <= 1)) throw std::logic_error("quantile(): q in [0, 1]");
  const std::vector<double> sorted = sorted_numbers(values);
  if (sorted.empty()) return nan;
  return at_position(sorted, q * static_cast<double>(sorted.size() - 1));
}

Interval wilson_interval(double p, double n, double z) {
  if (n == 0) return {0, 1};
  const double denominator = 1 + z * z / n;
  const double centre = (p + z * z / (2 * n)) / denominator;
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / denominator;
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Interval bca_interval(double estimate, std::span<const double> resampled,
                      std::span<const std::vector<LeftOut>> left_out, double level) {
  if (!(level > 0 && level < 1)) throw std::logic_error("bca_interval(): level in (0, 1)");
  const std::vector<double> sorted = sorted_numbers(resampled);
  const auto defined = static_cast<double>(sorted.size()), all = static_cast<double>(resampled.size());
  if (std::isnan(estimate) || sorted.empty() || all - defined > (1 - level) / 2 * all) return {nan, nan};

  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), estimate);
  const double below = static_cast<double>(first - sorted.begin()) + static_cast<double>(last - first) / 2;
  // At most half a resample from 0 and 1, where the quantile is infinite.
  const double share = std::clamp(below / defined, 0.5 / defined, 1 - 0.5 / defined);
  const double z0 = boost::math::quantile(standard_normal, share);
  const Shape shape = shape_of(left_out);
  const auto end = [&](double probability) {
    const double z = z0 + student_quantile(shape.degrees, probability);
    const double stretch = 1 - shape.acceleration * z;
    if (stretch <= 0) return z < 0 ? sorted.front() : sorted.back();
    const double corrected = boost::math::cdf(standard_normal, z0 + z / stretch);
    return at_position(sorted, corrected * (defined + 1) - 1);
  };
  return {end((1 - level) / 2), end((1 + level) / 2)};
}

double chi_squared_tail(double value, double degrees) {
  return boost::math::gamma_q(degrees / 2, std::max(value, 0.0) / 2);
}

}  // namespace rgsweep::math

// Quantiles and the Wilson interval; conventions are in the header.
#include "rgsweep/math/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <vector>

namespace rgsweep::math {

double quantile(std::span<const double> values, double q) {
  if (!(q >= 0 && q <= 1)) throw std::logic_error("quantile(): q in [0, 1]");
  std::vector<double> sorted;
  std::copy_if(values.begin(), values.end(), std::back_inserter(sorted),
               [](double x) { return !std::isnan(x); });
  if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(sorted.begin(), sorted.end());
  const double position = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double fraction = position - static_cast<double>(below);
  // Equal neighbours are their own value, also when infinite, where the formula below would give NaN.
  if (fraction == 0 || sorted[below] == sorted[below + 1]) return sorted[below];
  return (1 - fraction) * sorted[below] + fraction * sorted[below + 1];
}

Interval wilson_interval(double p, double n, double z) {
  if (n == 0) return {0, 1};
  const double denominator = 1 + z * z / n;
  const double centre = (p + z * z / (2 * n)) / denominator;
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / denominator;
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace rgsweep::math

#include "rgsweep/math/k_statistics.hpp"

#include <cstddef>
#include <limits>

namespace rgsweep::math {

std::array<double, 6> k_statistics(std::uint64_t count, double mean, std::span<const double> sums) {
  std::array<double, 6> k;
  k.fill(std::numeric_limits<double>::quiet_NaN());
  const double n = static_cast<double>(count);
  const double d1 = n - 1, d2 = d1 * (n - 2), d3 = d2 * (n - 3), d4 = d3 * (n - 4), d5 = d4 * (n - 5);
  const auto s = [&](std::size_t r) { return sums[r]; };
  const auto m = [&](std::size_t r) { return sums[r] / n; };
  if (count >= 1) k[0] = mean;
  if (count >= 2) k[1] = s(2) / d1;
  if (count >= 3) k[2] = n * s(3) / d2;
  if (count >= 4) k[3] = (n * (n + 1) * s(4) - 3 * d1 * s(2) * s(2)) / d3;
  if (count >= 5) k[4] = n * n * n * ((n + 5) * m(5) - 10 * d1 * m(2) * m(3)) / d4;
  if (count >= 6)
    k[5] = n * n *
           ((n + 1) * (n * n + 15 * n - 4) * m(6) - 15 * d1 * d1 * (n + 4) * m(2) * m(4) -
            10 * d1 * (n * n - n + 4) * m(3) * m(3) + 30 * n * d2 * m(2) * m(2) * m(2)) /
           d5;
  return k;
}

}  // namespace rgsweep::math

// k-statistics, the unbiased estimates of cumulants, from sums of powers.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace rgsweep::math {

/// Of orders 1..6 (element n-1 is order n) from the mean of `count` values and their central sums
/// S_r = sum (x - mean)^r, r = 2..6 (element r; elements 0 and 1 are not read); NaN where count < n.
/// Source: Kendall and Stuart, The Advanced Theory of Statistics, vol. 1, ch. 12.
std::array<double, 6> k_statistics(std::uint64_t count, double mean, std::span<const double> sums);

}  // namespace rgsweep::math

// One-pass cumulant estimates of a scalar that arrives in tiles.
// Kept: the number of values N, their mean, and the central sums S_r = sum (x - mean)^r for r = 2..12, all of
// the values less an origin (the first tile's mean), so that a large common offset costs no digits. Orders up
// to 6 give the k-statistics; the orders above serve their standard errors. Tiles and accumulators are joined
// by moving both sets of sums to the common mean (Chan, Golub and LeVeque 1979; Pebay, SAND2008-6212, 2008).
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace rgsweep::math {

class CumulantAccumulator {
 public:
  static constexpr int max_order = 6;

  /// Adds values of any number; NaN or infinite ones make every estimate NaN. Where one call ends and the
  /// next begins changes results by rounding only.
  void add(std::span<const double> values);
  /// As if everything that `other` has seen had been added here.
  void merge(const CumulantAccumulator& other);

  std::uint64_t count() const { return count_; }
  /// NaN without values.
  double mean() const;
  /// Unbiased (k_2); NaN for fewer than two values.
  double variance() const;

  /// Unbiased estimates of the cumulants of orders 1..6 (element n-1 is order n); NaN where N < n.
  /// Source: Kendall and Stuart, The Advanced Theory of Statistics, vol. 1, ch. 12.
  std::array<double, max_order> k_statistics() const;

  /// Standard errors of k_statistics(); element n-1 is order n, NaN where N < 2n (orders up to 2n enter).
  /// Order 1: sqrt(k_2/N). Orders 2..4: from the exact variance of k_n (Kendall and Stuart) for N draws from
  /// the values' own distribution, which is never negative. Orders 5 and 6: its leading term in 1/N, the mean
  /// square of the cumulant's influence function; too small by a relative O(1/N) (about 30/N for Gaussian
  /// values at order 6). Values of size below 1e-25 or above 1e25 underflow or overflow in the highest
  /// orders.
  std::array<double, max_order> standard_errors() const;

 private:
  static constexpr int max_sum = 2 * max_order;
  /// Element r is S_r; elements 0 and 1 are unused.
  using Sums = std::array<double, max_sum + 1>;

  static Sums moved(const Sums& sums, double count, double shift);
  void join(double count, double mean, const Sums& sums);
  /// Central moments S_r/N, r = 0..12.
  Sums central_moments() const;

  std::uint64_t count_ = 0;
  double origin_ = 0;  ///< what all values are taken relative to
  double mean_ = 0;    ///< relative to the origin
  Sums sums_{};
};

}  // namespace rgsweep::math

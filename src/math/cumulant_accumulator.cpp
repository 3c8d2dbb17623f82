// Central sums to order 12 of tiles, joined pairwise; k-statistics and their variances from them.
#include "rgsweep/math/cumulant_accumulator.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include "rgsweep/math/k_statistics.hpp"
#include "rgsweep/math/moments.hpp"

namespace rgsweep::math {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
// Small enough for the first-level cache; tiles are joined pairwise, so that rounding grows with their size
// only.
constexpr std::size_t tile = 512;

double power(double base, int exponent) {
  double result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

// (N-1)(N-2)...(N-j)
double falling(double n, int j) {
  double result = 1;
  for (int i = 1; i <= j; ++i) result *= n - i;
  return result;
}

// E[g^2] for a polynomial g(d) = sum_j coefficients[j] d^j, given moments E[d^r], r = 0..12.
template <std::size_t Terms, class Moments>
double mean_square(const std::array<double, Terms>& coefficients, const Moments& m) {
  double result = 0;
  for (std::size_t i = 0; i < Terms; ++i)
    for (std::size_t j = 0; j < Terms; ++j) result += coefficients[i] * coefficients[j] * m[i + j];
  return result;
}

}  // namespace

// The sums about a point `shift` above the present mean:
//   sum (d - shift)^r = sum_k C(r, k) (-shift)^k S_{r-k}, where S_0 = N and S_1 = 0.
CumulantAccumulator::Sums CumulantAccumulator::moved(const Sums& sums, double count, double shift) {
  Sums about = sums;
  about[0] = count;
  about[1] = 0;
  // Binomials one factor at a time: before pass j, the elements r >= j hold sum d^(r-j) (d - shift)^j.
  for (int pass = 0; pass < max_sum; ++pass)
    for (std::size_t r = max_sum; r > static_cast<std::size_t>(pass); --r) about[r] -= shift * about[r - 1];
  return about;
}

void CumulantAccumulator::join(double count, double mean, const Sums& sums) {
  const double own = static_cast<double>(count_);
  const double total = own + count;
  const double delta = mean - mean_;
  const double own_shift = delta * (count / total);
  const Sums a = moved(sums_, own, own_shift);
  const Sums b = moved(sums, count, -delta * (own / total));
  for (std::size_t r = 2; r <= max_sum; ++r) sums_[r] = a[r] + b[r];
  mean_ += own_shift;
  count_ += static_cast<std::uint64_t>(count);
}

void CumulantAccumulator::add(std::span<const double> values) {
  Eigen::Array<double, Eigen::Dynamic, 1, 0, tile, 1> deviation, powers;
  for (std::size_t start = 0; start < values.size(); start += tile) {
    const std::size_t size = std::min(tile, values.size() - start);
    deviation = Eigen::Map<const Eigen::ArrayXd>(values.data() + start, static_cast<Eigen::Index>(size));
    if (count_ == 0) origin_ = deviation.mean();
    deviation -= origin_;
    const double mean = deviation.mean();
    deviation -= mean;
    Sums sums{};
    powers = deviation;
    for (std::size_t r = 2; r <= max_sum; ++r) {
      powers *= deviation;
      sums[r] = powers.sum();
    }
    join(static_cast<double>(size), mean, sums);
  }
}

void CumulantAccumulator::merge(const CumulantAccumulator& other) {
  if (other.count_ == 0) return;
  if (count_ == 0) {
    *this = other;
    return;
  }
  join(static_cast<double>(other.count_), other.mean_ + (other.origin_ - origin_), other.sums_);
}

double CumulantAccumulator::mean() const {
  return count_ == 0 ? nan : origin_ + mean_;
}

double CumulantAccumulator::variance() const {
  return count_ < 2 ? nan : sums_[2] / (static_cast<double>(count_) - 1);
}

CumulantAccumulator::Sums CumulantAccumulator::central_moments() const {
  Sums m = sums_;
  for (double& value : m) value /= static_cast<double>(count_);
  m[0] = 1;
  m[1] = 0;
  return m;
}

std::array<double, CumulantAccumulator::max_order> CumulantAccumulator::k_statistics() const {
  return math::k_statistics(count_, mean(), sums_);
}

std::array<double, CumulantAccumulator::max_order> CumulantAccumulator::standard_errors() const {
  std::array<double, max_order> variances;
  variances.fill(nan);
  const double n = static_cast<double>(count_);
  const Sums m = central_moments();
  if (count_ >= 2) variances[0] = variance() / n;
  if (count_ >= 4) {
    const std::vector<double> c = cumulants_from_raw_moments(std::span(m).subspan(1, 8));
    const double c2 = c[1], c3 = c[2], c4 = c[3], c5 = c[4], c6 = c[5], c8 = c[7];
    variances[1] = c4 / n + 2 * c2 * c2 / (n - 1);
    if (count_ >= 6)
      variances[2] = c6 / n + 9 * (c4 * c2 + c3 * c3) / falling(n, 1) + 6 * n * power(c2, 3) / falling(n, 2);
    if (count_ >= 8)
      variances[3] = c8 / n + (16 * c6 * c2 + 48 * c5 * c3 + 34 * c4 * c4) / falling(n, 1) +
                     72 * n * (c4 * c2 * c2 + 2 * c3 * c3 * c2) / falling(n, 2) +
                     24 * n * (n + 1) * power(c2, 4) / falling(n, 3);
  }
  // Influence functions as polynomials in d = x - mean: a central moment m_r has d^r - m_r - r m_{r-1} d, and
  // kappa_5 = m_5 - 10 m_2 m_3, kappa_6 = m_6 - 15 m_4 m_2 - 10 m_3^2 + 30 m_2^3.
  if (count_ >= 10) {
    const std::array<double, 6> influence{
        20 * m[2] * m[3] - m[5], 30 * m[2] * m[2] - 5 * m[4], -10 * m[3], -10 * m[2], 0, 1};
    variances[4] = mean_square(influence, m) / n;
  }
  if (count_ >= 12) {
    const double m22 = m[2] * m[2];
    const std::array<double, 7> influence{30 * m[2] * m[4] + 20 * m[3] * m[3] - 90 * m22 * m[2] - m[6],
                                          120 * m[2] * m[3] - 6 * m[5],
                                          90 * m22 - 15 * m[4],
                                          -20 * m[3],
                                          -15 * m[2],
                                          0,
                                          1};
    variances[5] = mean_square(influence, m) / n;
  }
  // None is negative but by rounding, as for two values of equal weight, where k_2 hardly varies.
  for (double& value : variances) value = std::sqrt(value < 0 ? 0 : value);
  return variances;
}

}  // namespace rgsweep::math

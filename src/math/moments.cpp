// The moment-cumulant recursion in both directions, with one row of Pascal's triangle kept along the way.
#include "rgsweep/math/moments.hpp"

#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace rgsweep::math {

namespace {

// sum_{k=1..n-1} C(n-1, k-1) kappa_k m_{n-k}: what the lower orders contribute to m_n.
double lower_orders(std::span<const double> raw, std::span<const double> cumulants, std::size_t n) {
  double sum = 0;
  double binomial = 1;
  for (std::size_t k = 1; k < n; ++k) {
    sum += binomial * cumulants[k - 1] * raw[n - k - 1];
    binomial = binomial * static_cast<double>(n - k) / static_cast<double>(k);
  }
  return sum;
}

}  // namespace

std::vector<double> cumulants_from_raw_moments(std::span<const double> raw) {
  std::vector<double> cumulants;
  cumulants.reserve(raw.size());
  for (std::size_t n = 1; n <= raw.size(); ++n)
    cumulants.push_back(raw[n - 1] - lower_orders(raw, cumulants, n));
  return cumulants;
}

std::vector<double> raw_moments_from_cumulants(std::span<const double> cumulants) {
  std::vector<double> raw;
  for (std::size_t n = 1; n <= cumulants.size(); ++n)
    raw.push_back(cumulants[n - 1] + lower_orders(raw, cumulants, n));
  return raw;
}

std::vector<double> standardised(std::span<const double> cumulants) {
  if (cumulants.size() < 2 || !(cumulants[1] > 0))
    throw std::logic_error("standardised() needs a positive variance");
  std::vector<double> result{0, 1};
  const double sigma = std::sqrt(cumulants[1]);
  for (std::size_t n = 3; n <= cumulants.size(); ++n)
    result.push_back(cumulants[n - 1] / std::pow(sigma, static_cast<double>(n)));
  return result;
}

std::vector<double> gaussian_raw_moments(double mu, double sigma, int n) {
  std::vector<double> raw;
  double before = 0, last = 1;  // m_{k-2} and m_{k-1}
  for (int k = 1; k <= n; ++k) {
    const double next = mu * last + (k - 1) * sigma * sigma * before;
    before = last;
    last = next;
    raw.push_back(next);
  }
  return raw;
}

}  // namespace rgsweep::math

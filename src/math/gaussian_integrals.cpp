#include "rgsweep/math/gaussian_integrals.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include <boost/math/special_functions/owens_t.hpp>

namespace rgsweep::math {

namespace {

/// E[max(x + w, 0)] of a standard normal w.
double mean_rectified(double x) {
  return x * normal_cdf(x) + normal_pdf(x);
}

/// sqrt(1 - rho^2)
double conditional_deviation(double rho) {
  return std::sqrt((1 - rho) * (1 + rho));
}

/// k - rho h without cancellation where both are nearly equal and |rho| nearly 1.
double beyond(double k, double h, double rho) {
  return rho > 0 ? (k - h) + (1 - rho) * h : (k + h) - (1 + rho) * h;
}

}  // namespace

double owens_t(double h, double a) {
  // Reflected here for a > 1, since what Boost takes the error function in is long double. The same holds for
  // its default of promoting all arguments: slower and of no use to a double result.
  if (std::abs(a) > 1) {
    const double product = h == 0 ? 0 : std::abs(h * a), below = normal_cdf(-std::abs(h)),
                 beyond = normal_cdf(-product);
    const double reflected = (below + beyond) / 2 - below * beyond - owens_t(product, 1 / std::abs(a));
    return std::copysign(reflected, a);
  }
  return boost::math::owens_t(h, a,
                              boost::math::policies::policy<boost::math::policies::promote_double<false>>());
}

double normal_pdf(double t) {
  return std::exp(-t * t / 2) * (1 / std::sqrt(2 * std::numbers::pi));
}

double normal_cdf(double t) {
  return std::erfc(-t / std::numbers::sqrt2) / 2;
}

double bivariate_normal_cdf(double h, double k, double rho) {
  if (rho >= 1) return normal_cdf(std::min(h, k));
  if (rho <= -1) return h > -k ? normal_cdf(h) - normal_cdf(-k) : 0;
  if (h == 0 && k == 0) return 0.25 + std::asin(rho) / (2 * std::numbers::pi);
  const double tau = conditional_deviation(rho);
  // Phi(t)/2 less the area that the direction to the corner (h, k) cuts off, from either axis.
  const auto part = [&](double from, double to) {
    if (from == 0) return 0.25 - std::copysign(0.25, to);
    return normal_cdf(from) / 2 - owens_t(from, beyond(to, from, rho) / (from * tau));
  };
  const bool opposite = h * k < 0 || (h * k == 0 && h + k < 0);
  return std::max(part(h, k) + part(k, h) - (opposite ? 0.5 : 0), 0.0);
}

Eigen::ArrayXd hermite_polynomials(double t, int n) {
  Eigen::ArrayXd He(n + 1);
  He[0] = 1;
  if (n > 0) He[1] = t;
  for (int k = 1; k < n; ++k) He[k + 1] = t * He[k] - k * He[k - 1];
  return He;
}

Eigen::ArrayXd tail_moments(double eta, int n) {
  Eigen::ArrayXd T(n + 1);
  T[0] = normal_cdf(-eta);
  double boundary = normal_pdf(eta);  // eta^(j-1) pdf(eta)
  for (int j = 1; j <= n; ++j) {
    T[j] = boundary + (j > 1 ? (j - 1) * T[j - 2] : 0);
    boundary *= eta;
  }
  return T;
}

std::vector<double> rectified_moments(double mu, double sigma, int order) {
  std::vector<double> M(static_cast<std::size_t>(order) + 1);
  if (sigma == 0) {
    for (std::size_t n = 0; n < M.size(); ++n) M[n] = mu > 0 ? std::pow(mu, static_cast<double>(n)) : 0;
    return M;
  }
  const double h = mu / sigma;
  M[0] = normal_cdf(h);
  if (order > 0) M[1] = mu * M[0] + sigma * normal_pdf(h);
  for (std::size_t n = 2; n < M.size(); ++n)
    M[n] = std::max(mu * M[n - 1] + static_cast<double>(n - 1) * sigma * sigma * M[n - 2], 0.0);
  return M;
}

double rectified_covariance(double h, double k, double rho) {
  const double tau = conditional_deviation(rho);
  // What is below, where all networks without biases are: E[u 1(u>0) v 1(v>0)] less the product of means.
  if (h == 0 && k == 0)
    return (tau - 1 + rho * (std::numbers::pi / 2 + std::asin(rho))) / (2 * std::numbers::pi);
  const double pdf_h = normal_pdf(h), pdf_k = normal_pdf(k);
  // Given u = -h, v has mean -rho h and deviation tau.
  const double above_k = beyond(k, h, rho), above_h = beyond(h, k, rho);
  // At tau = 0 the limit: half where the mean vanishes.
  const auto probability = [tau](double mean) {
    return tau > 0 ? normal_cdf(mean / tau) : mean > 0 ? 1.0 : mean < 0 ? 0.0 : 0.5;
  };
  const double both = bivariate_normal_cdf(h, k, rho);
  const double first_k = k * both + pdf_k * probability(above_h) + rho * pdf_h * probability(above_k);
  const double boundary = tau > 0 ? tau * mean_rectified(above_k / tau) : std::max(above_k, 0.0);
  return h * first_k + pdf_h * boundary + rho * both - mean_rectified(h) * mean_rectified(k);
}

double rectified_covariance_series(double h, double k, double rho, int terms) {
  if (terms < 1) return 0;
  double sum = rho * normal_cdf(h) * normal_cdf(k);
  const double factor = normal_pdf(h) * normal_pdf(k);
  // He_n / sqrt(n!), which does not overflow.
  double h_before = 0, h_last = 1, k_before = 0, k_last = 1, power = rho;
  for (int n = 2; n <= terms; ++n) {
    power *= rho;
    sum += factor * power / (n * (n - 1.0)) * h_last * k_last;
    const double scale = 1 / std::sqrt(n - 1.0), behind = std::sqrt(n - 2.0);
    const double h_next = (h * h_last - behind * h_before) * scale;
    const double k_next = (k * k_last - behind * k_before) * scale;
    h_before = h_last, h_last = h_next, k_before = k_last, k_last = k_next;
  }
  return sum;
}

}  // namespace rgsweep::math

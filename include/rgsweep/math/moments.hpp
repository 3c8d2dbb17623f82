// Raw moments m_n = E[x^n] and cumulants kappa_n of a scalar, converted into each other by the recursion
//   m_n = sum_{k=1..n} C(n-1, k-1) kappa_k m_{n-k},  m_0 = 1   (P. J. Smith, American Statistician 49, 217,
//   1995).
// Everywhere element n-1 of a sequence is order n. An order that is NaN makes the orders that need it NaN.
#pragma once

#include <span>
#include <vector>

namespace rgsweep::math {

/// Cumulants of orders 1..raw.size(), exact up to rounding at any order.
std::vector<double> cumulants_from_raw_moments(std::span<const double> raw);

/// Raw moments of orders 1..cumulants.size().
std::vector<double> raw_moments_from_cumulants(std::span<const double> cumulants);

/// Cumulants of (x - mean) / sqrt(variance): 0, 1, kappa_n / kappa_2^(n/2). Needs two orders and kappa_2 > 0
/// (std::logic_error otherwise).
std::vector<double> standardised(std::span<const double> cumulants);

/// Raw moments of orders 1..n of a Gaussian: m_k = mu m_{k-1} + (k-1) sigma^2 m_{k-2}.
std::vector<double> gaussian_raw_moments(double mu, double sigma, int n);

}  // namespace rgsweep::math

// Expectations over a Gaussian: the Gauss-Hermite rule for smooth functions, panels of Gauss-Legendre points
// between the kinks for piecewise smooth ones.
#pragma once

#include <functional>
#include <vector>

#include <Eigen/Core>

namespace rgsweep::math {

/// E[f(Z)] = sum_i weights_i f(nodes_i) for a standard normal Z, exact for polynomials of degree 2n-1.
struct GaussHermite {
  Eigen::ArrayXd nodes;    ///< n, increasing and symmetric about 0
  Eigen::ArrayXd weights;  ///< n, positive, sum 1
};

/// The rule of n points, 1 <= n <= 256 (std::logic_error otherwise). Made once and kept; safe to call from
/// threads.
const GaussHermite& gauss_hermite(int n);

/// E[f(X)], X ~ N(mu, sigma^2), sigma >= 0, for smooth f, by 64 Gauss-Hermite points.
double gaussian_expectation(const std::function<double(double)>& f, double mu, double sigma);

/// The same for an f that is smooth between `kinks` (in the units of X, any order, may lie anywhere): about
/// 1e-13 relative for f that varies over lengths of sigma and grows no faster than a polynomial of degree 8
/// or so. Integrates over mu +- 13 sigma.
double gaussian_expectation(const std::function<double(double)>& f, double mu, double sigma,
                            const std::vector<double>& kinks);

}  // namespace rgsweep::math

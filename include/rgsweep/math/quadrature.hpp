// Expectations over a Gaussian: the Gauss-Hermite rule for smooth functions, panels of Gauss-Legendre points
// between the kinks for piecewise smooth ones. Rules for other weights: composite ones over panels, and from
// them the Gauss rule of any weight.
#pragma once

#include <functional>
#include <span>
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

/// integral f(x) w(x) dx = sum_i weights_i f(nodes_i) for some weight function w.
struct QuadratureRule {
  Eigen::ArrayXd nodes;
  Eigen::ArrayXd weights;
};

/// Gauss-Legendre on [-1, 1] (w = 1), n points, 1 <= n <= 256: exact for polynomials of degree 2n-1.
QuadratureRule gauss_legendre(int n);

/// The rule of `panel`, which is for [-1, 1], moved to each interval between consecutive `ends` (increasing),
/// with weights times density(x).
QuadratureRule composite_rule(const QuadratureRule& panel, std::span<const double> ends,
                              const std::function<double(double)>& density);

/// The n-point Gauss rule of the discrete measure sum_i weights_i delta(x - nodes_i) with positive weights
/// and more than n nodes, exact for polynomials of degree 2n-1: discretised Stieltjes procedure (Gautschi,
/// Orthogonal Polynomials, 2004, sec. 2.2). Where the measure is a rule for a smooth weight this is the
/// Gauss rule of that weight. Outer weights keep their digits relative to their size.
QuadratureRule gauss_rule(const QuadratureRule& measure, int n);

/// Gauss-Kronrod pair on [-1, 1]: 21 Kronrod points, and weights that are 0 but at the 10 Gauss points, whose
/// order is 20; the difference of both integrals estimates the error of the cruder one.
struct GaussKronrod {
  static constexpr int points = 21;
  Eigen::Array<double, points, 1> nodes, weights, gauss_weights;
};
const GaussKronrod& gauss_kronrod();

}  // namespace rgsweep::math

// Closed-form integrals over one and two Gaussian variables cut at a point: distribution functions, tail
// moments, and the moments and covariances of rectified variables max(x, 0).
//   pdf(t) = exp(-t^2/2) / sqrt(2 pi),  Phi(t) = int_{-inf}^t pdf,  He_k the probabilists' Hermite
//   polynomials, He_{k+1} = t He_k - k He_{k-1},  and  (He_k pdf)' = -He_{k+1} pdf.
// Two variables come down to Owen's T function (D. B. Owen, Ann. Math. Stat. 27, 1075, 1956) and integration
// by parts, E[u F] = E[dF/du] + rho E[dF/dv] for standard normal u, v of correlation rho: no step divides by
// 1 - rho^2, so that all correlations from -1 to 1, the ends included, are equally good.
#pragma once

#include <vector>

#include <Eigen/Core>

namespace rgsweep::math {

double normal_pdf(double t);

/// Phi(t), with full relative accuracy in the lower tail.
double normal_cdf(double t);

/// Owen's T(h, a) = 1 / (2 pi) int_0^a exp(-h^2 (1 + x^2) / 2) / (1 + x^2) dx; a may be infinite.
double owens_t(double h, double a);

/// P(u <= h, v <= k) for standard normal u, v of correlation rho in [-1, 1]; absolute error about 1e-16.
double bivariate_normal_cdf(double h, double k, double rho);

/// He_0(t) .. He_n(t).
Eigen::ArrayXd hermite_polynomials(double t, int n);

/// T_j = E[u^j 1(u > eta)], j = 0..n, of a standard normal u: T_0 = Phi(-eta), T_1 = pdf(eta),
/// T_j = (j-1) T_{j-2} + eta^(j-1) pdf(eta).
Eigen::ArrayXd tail_moments(double eta, int n);

/// M_n = E[max(z, 0)^n] of z ~ N(mu, sigma^2), sigma >= 0, for n = 0..order, M_0 = P(z > 0): with
/// h = mu / sigma, M_0 = Phi(h), M_1 = mu Phi(h) + sigma pdf(h), M_n = mu M_{n-1} + (n-1) sigma^2 M_{n-2}.
/// For mu < 0 the terms cancel: errors are some 1e-16 of sigma^n (1 + |h|)^n.
std::vector<double> rectified_moments(double mu, double sigma, int order);

/// Cov(max(h + u, 0), max(k + v, 0)) for standard normal u, v of correlation rho in [-1, 1]. Absolute error
/// about 1e-16 for h, k <= 0, and that times max(h, k)^2 above.
double rectified_covariance(double h, double k, double rho);

/// The first `terms` terms of the same covariance as a series in rho,
///   rho Phi(h) Phi(k) + pdf(h) pdf(k) sum_{n>=2} rho^n / n! He_{n-2}(h) He_{n-2}(k);
/// the n-th term falls as |rho|^n n^(-5/2).
double rectified_covariance_series(double h, double k, double rho, int terms);

}  // namespace rgsweep::math

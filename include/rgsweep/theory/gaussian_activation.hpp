// What the closures need to know of an activation phi whose argument is Gaussian or nearly so. For
// z = m + s t, t a standard normal, h = m / s:
//   leaky_relu  phi = A z + (1-a) max(+-z, 0), the sign the one that z is less likely to have and A the slope
//               on the other side: closed forms that lose no digits at any m / s
//   linear, quadratic  polynomials, by Gauss-Hermite rules that are exact
//   tanh        the trapezoidal rule, as long as z varies by less than 8
//   others      Gauss-Legendre between the kinks of activation_pieces.hpp
// The Edgeworth density of one variable is pdf(t) [1 + gamma3/6 He_3 + gamma4/24 He_4 + gamma3^2/72 He_6],
// the expansion to order 1/n for a mean of n variables, whose gamma3^2 and gamma4 are of that order. What is
// neither linear between its kinks nor quadratic is taken to bend over lengths of 1 in z, as tanh does.
#pragma once

#include <array>

#include <Eigen/Core>

#include "rgsweep/math/gaussian_rule.hpp"
#include "rgsweep/nn/activation.hpp"

namespace rgsweep::theory {

/// Orders 1..6; element n-1 is order n.
using Cumulants = std::array<double, 6>;

/// phi of each element.
Eigen::ArrayXXd activated(const nn::Activation& activation, const Eigen::Ref<const Eigen::ArrayXXd>& z);

/// The law of one pre-activation: gamma3 = kappa3 / s^3 and gamma4 = kappa4 / s^4, both 0 for a Gaussian.
struct Marginal {
  double mean = 0;
  double deviation = 0;  ///< s >= 0
  double skewness = 0;   ///< gamma3; 0 where s is
  double kurtosis = 0;   ///< gamma4, the excess; 0 where s is
};

/// Cumulants of phi(z) under the Edgeworth density of z, which may be negative in its tails: they are those
/// of a signed measure, and exact for a Gaussian z.
Cumulants activated_cumulants(const nn::Activation& activation, const Marginal& z);

/// Element (p-1, d) is E[(phi(z) - centre)^p He_d(t)] / sqrt(d!) for Gaussian z, p = 1..powers (at most 3),
/// d = 0..degree: coefficients on the orthonormal polynomials, so that their squares sum to E[(..)^(2p)].
/// Accurate to degree 48; for leaky_relu, where they follow from the jumps of derivatives at the kink, to
/// any.
Eigen::ArrayXXd hermite_coefficients(const nn::Activation& activation, double mean, double deviation,
                                     double centre, int powers, int degree);

/// Covariance of phi(z) for Gaussian z (n means, n x n covariance, which may be singular). leaky_relu, linear
/// and quadratic: to rounding. Others: series in the correlation, and integrals over the plane where it
/// converges too slowly; for tanh to 1e-11 of the variances for deviations up to 4 and 1e-9 at 6, for splines
/// to 1e-6.
Eigen::MatrixXd activated_covariance(const nn::Activation& activation, const Eigen::VectorXd& mean,
                                     const Eigen::MatrixXd& covariance);

/// Whether activated_covariance() is a closed form: leaky_relu, linear and quadratic.
bool has_closed_covariance(const nn::Activation& activation);

/// Rule over a standard Gaussian xi (L.cols() <= 2 dimensions) for functions of phi(mean + L xi) such as
/// products of six of them and a polynomial of degree 6 in xi.
math::GaussianRule activation_rule(const nn::Activation& activation, const Eigen::VectorXd& mean,
                                   const Eigen::MatrixXd& L);

}  // namespace rgsweep::theory

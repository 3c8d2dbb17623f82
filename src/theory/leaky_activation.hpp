// What gaussian_activation.hpp asks of leaky_relu, in closed form.
#pragma once

#include <Eigen/Core>

#include "rgsweep/theory/gaussian_activation.hpp"

namespace rgsweep::theory {

/// activated_cumulants(); z.deviation > 0.
Cumulants leaky_cumulants(const nn::LeakyRelu& phi, const Marginal& z);

/// hermite_coefficients() of t for z = s (h + t), s > 0, from degree `first` > 3 on, into c (powers x
/// degrees).
void append_leaky_coefficients(const nn::LeakyRelu& phi, double h, double s, double centre, int first,
                               Eigen::ArrayXXd& c);

/// activated_covariance().
Eigen::MatrixXd leaky_covariance(const nn::LeakyRelu& phi, const Eigen::VectorXd& mean,
                                 const Eigen::MatrixXd& covariance);

}  // namespace rgsweep::theory

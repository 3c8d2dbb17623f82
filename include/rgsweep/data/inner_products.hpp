// The matrix of all inner products of many vectors.
#pragma once

#include <Eigen/Core>

namespace rgsweep::data {

/// x_i.x_j of the columns of x (d x n): n x n, symmetric to the last bit.
Eigen::MatrixXd inner_products(const Eigen::MatrixXd& x);

}  // namespace rgsweep::data

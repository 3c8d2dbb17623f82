// Symmetric matrices of orbits of which a part is exact. K of n = m k rows stays the same when rows and
// columns move on by k, K(i + k, j + k) = K(i, j) with indices modulo n, so that its first k columns (n x k)
// make up all of it, and are what is kept. With k = n that is any symmetric matrix.
#pragma once

#include <Eigen/Core>

namespace rgsweep::data {

/// m of the n x k matrix of the first columns. Throws std::logic_error unless k divides n.
Eigen::Index circulant_blocks(const Eigen::MatrixXd& columns);

/// All of K, n x n.
Eigen::MatrixXd all_columns(const Eigen::MatrixXd& columns);

}  // namespace rgsweep::data

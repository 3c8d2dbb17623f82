// Dense types shared by the nn module. A batch holds one sample per row and one unit per column, column by
// column, so that the samples of a unit are contiguous and every operation over samples is a SIMD loop.
#pragma once

#include <Eigen/Core>

namespace rgsweep::nn {

template <class Scalar>
using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

}  // namespace rgsweep::nn

// A layer of splines in training: spline.hpp in float or double, on buffers made once. Arguments are taken in
// blocks, each first located and then evaluated, so that all loops but one are SIMD loops; the exception adds
// each argument's powers of s to the moments of its piece. Nothing is allocated after construction.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rgsweep/nn/spline.hpp"

namespace rgsweep::nn {

template <class Scalar>
class SplineKernel {
 public:
  /// For a layer of `units` units and `batch` samples that share one spline.
  SplineKernel(const SplineBasis& basis, Eigen::Index batch, Eigen::Index units);

  /// Z in H (batch x units) becomes phi(Z), and D phi'(Z), with these coefficients.
  void forward(std::span<const Scalar> coefficients, Matrix<Scalar>& H, Matrix<Scalar>& D);
  /// Writes the sum over all entries of G (batch x units) dphi/dc, at the Z of the last forward().
  void coefficient_gradient(const Matrix<Scalar>& G, std::span<Scalar> gradient);

 private:
  template <int degree>
  void evaluate(Scalar* H, Scalar* D);
  template <int degree>
  void sum_moments(const Scalar* G);

  SplineBasis basis_;
  Eigen::Index arguments_;
  Vector<double> c_;                 // coefficients, or the gradient with respect to them
  Matrix<double> P_, moments_;       // (d + 1) x pieces
  Matrix<Scalar> table_;             // P
  std::vector<std::int32_t> piece_;  // of each argument, and those that fill up the last block
  std::vector<Scalar> s_;
  std::vector<Scalar> sums_;  // several copies of the moments, whose sum is what counts
};

extern template class SplineKernel<float>;
extern template class SplineKernel<double>;

}  // namespace rgsweep::nn

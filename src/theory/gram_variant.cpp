// Kernels and inverses for one instruction set: this unit is compiled once for each, with RGSWEEP_VARIANT its
// name and Eigen's namespace renamed after it.
#include <Eigen/Cholesky>

#include "activation_kernel.hpp"
#include "gram_functions.hpp"
#include "small_inverse.hpp"

namespace rgsweep::theory::gram_loops::RGSWEEP_VARIANT {

namespace {

using Eigen::Index;

void layers(const Layers& layers, Index count, double* __restrict q11, double* __restrict q22,
            double* __restrict q12, double* __restrict theta) {
  const LeakyReluStep step(layers.slope);
  const double weight = layers.weight, bias = layers.bias, mean_square = weight * step.mean_square;
  for (int layer = 0; layer < layers.depth; ++layer)
    for (Index i = 0; i < count; ++i) {
      double value, derivative;
      step(q11[i], q22[i], q12[i], value, derivative);
      q11[i] = mean_square * q11[i] + bias;
      q22[i] = mean_square * q22[i] + bias;
      q12[i] = weight * value + bias;
      theta[i] = q12[i] + weight * derivative * theta[i];
    }
}

/// K^-1 = L^-* L^-1.
template <class Scalar>
bool invert_large(Index n, Scalar* matrix) {
  using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
  Eigen::Map<Matrix> inverse(matrix, n, n);
  const Eigen::LLT<Matrix> cholesky(inverse);
  if (cholesky.info() != Eigen::Success) return false;
  Matrix root = Matrix::Identity(n, n);
  cholesky.matrixL().solveInPlace(root);
  inverse.setZero();
  inverse.template selfadjointView<Eigen::Lower>().rankUpdate(root.adjoint());
  inverse.template triangularView<Eigen::StrictlyUpper>() = inverse.adjoint();
  return inverse.allFinite();
}

template <class Scalar>
bool invert(Index n, Scalar* matrix) {
  if (n <= 8) return invert_small<8 / lanes>(n, matrix);
  if (n <= 16) return invert_small<16 / lanes>(n, matrix);
  if (n <= max_small) return invert_small<max_small / lanes>(n, matrix);
  return invert_large(n, matrix);
}

}  // namespace

extern const Functions functions;
const Functions functions{layers, invert<double>, invert<std::complex<double>>};

}  // namespace rgsweep::theory::gram_loops::RGSWEEP_VARIANT

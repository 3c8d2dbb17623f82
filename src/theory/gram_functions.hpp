// The loops behind Gram matrices of orbits, for each variant (rgsweep/core/variant.hpp): kernels of many
// pairs of inputs (neural_kernel.hpp) and inverses (orbit_error.hpp).
#pragma once

#include <complex>

#include <Eigen/Core>

#include "rgsweep/core/variant.hpp"

namespace rgsweep::theory::gram_loops {

/// Of a network that is the same for all pairs: squares of the scales, and slope of the activation.
struct Layers {
  int depth;
  double slope;
  double weight;
  double bias;
};

struct Functions {
  /// Takes `count` pairs through the layers. In: variances of both inputs, covariance q12, and tangent Theta.
  /// Out: those of the outputs. Entry by entry, so that no result depends on the pairs beside it.
  void (*layers)(const Layers& layers, Eigen::Index count, double* q11, double* q22, double* q12,
                 double* theta);
  /// Replaces a symmetric or Hermitian positive definite matrix (n x n, of which the lower triangle counts)
  /// by its inverse. False where there is none: the matrix is then undefined.
  bool (*invert)(Eigen::Index n, double* matrix);
  bool (*invert_complex)(Eigen::Index n, std::complex<double>* matrix);
};

const Functions& functions(std::size_t variant = chosen_variant());

}  // namespace rgsweep::theory::gram_loops

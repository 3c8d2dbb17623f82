// Loss and gradient of a batch, for training: the mathematics of reference_network.hpp in float or double, on
// buffers made once. The batch is filled up to whole SIMD packets with samples of weight 0 and goes through
// the network in tiles that stay in the processor's first caches; every sample takes the same instructions,
// wherever it stands. In a step nothing is allocated. The code is compiled for several instruction sets, of
// which one is chosen when the program starts (core/variant.hpp).
#pragma once

#include <cstddef>
#include <memory>

#include "rgsweep/core/variant.hpp"
#include "rgsweep/nn/activation.hpp"
#include "rgsweep/nn/architecture.hpp"

namespace rgsweep::nn {

template <class Scalar>
class DenseKernel {
 public:
  /// Throws std::logic_error unless the layout holds the activation's coefficients.
  DenseKernel(const Layout& layout, const Activation& activation, Eigen::Index batch,
              std::size_t variant = chosen_variant());
  ~DenseKernel();
  DenseKernel(DenseKernel&&) noexcept;
  DenseKernel& operator=(DenseKernel&&) noexcept;

  /// The batch, to be written before the first loss_and_gradient() and kept until written again.
  Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic>, 0, Eigen::OuterStride<>>
  X();                                                      ///< batch x inputs
  Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>> y();  ///< batch

  /// Returns the mean of (f - y)^2 and writes its gradient with respect to theta; both vectors have the
  /// layout's number of parameters.
  double loss_and_gradient(const Vector<Scalar>& theta, Vector<Scalar>& gradient);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

extern template class DenseKernel<float>;
extern template class DenseKernel<double>;

}  // namespace rgsweep::nn

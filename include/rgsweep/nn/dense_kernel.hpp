// Loss and gradient of a batch, for training: the mathematics of reference_network.hpp in float or double, on
// buffers made once. A buffer column holds one unit's samples. Small layers use Eigen's coefficient-wise
// products, whose inner loop runs over samples; large ones its blocked products. In a step nothing is
// allocated, except by Eigen for the packed blocks of layers too large for its stack buffers (128 KiB).
#pragma once

#include <vector>

#include "rgsweep/nn/activation.hpp"
#include "rgsweep/nn/architecture.hpp"
#include "rgsweep/nn/spline_kernel.hpp"

namespace rgsweep::nn {

template <class Scalar>
class DenseKernel {
 public:
  /// Throws std::logic_error unless the layout holds the activation's coefficients.
  DenseKernel(const Layout& layout, const Activation& activation, Eigen::Index batch);

  /// Returns the mean of (f - y)^2 and writes its gradient with respect to theta. X is batch x inputs, y has
  /// batch rows, theta and gradient have the layout's number of parameters; no size is changed.
  double loss_and_gradient(const Vector<Scalar>& theta, const Matrix<Scalar>& X, const Vector<Scalar>& y,
                           Vector<Scalar>& gradient);

 private:
  struct LayerBuffers {
    Matrix<Scalar> W, dW;  // rows x cols
    Matrix<Scalar> b, db;  // rows x 1
    Matrix<Scalar> H;      // batch x rows: the layer's output
    Matrix<Scalar> D;      // batch x rows: phi'(Z), then the loss's derivative with respect to Z
    Matrix<Scalar> G;      // batch x rows: the loss's derivative with respect to H; large layers only
  };

  template <class Phi>
  void forward(const Phi& phi, const Vector<Scalar>& theta, const Matrix<Scalar>& X);
  void backward(const Matrix<Scalar>& X, Vector<Scalar>& gradient);

  Layout layout_;
  Activation activation_;
  std::vector<LayerBuffers> buffers_;
  std::vector<SplineKernel<Scalar>> splines_;  // one for each hidden layer, if the activation is a spline
};

extern template class DenseKernel<float>;
extern template class DenseKernel<double>;

}  // namespace rgsweep::nn

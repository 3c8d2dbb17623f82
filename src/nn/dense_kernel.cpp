// One training step's loss and gradient on preallocated buffers.
#include "rgsweep/nn/dense_kernel.hpp"

#include <stdexcept>
#include <type_traits>

namespace rgsweep::nn {

namespace {

/// Layers with at least this many weights go through Eigen's blocked product: below, packing costs more than
/// it saves (measured at batch 256).
constexpr Eigen::Index kBlockedWeights = 1024;

template <class Derived>
bool small(const Eigen::MatrixBase<Derived>& W) {
  return W.size() < kBlockedWeights;
}

template <class Scalar>
std::span<const Scalar> tail(const Vector<Scalar>& theta, std::size_t offset) {
  return std::span(theta.data(), static_cast<std::size_t>(theta.size())).subspan(offset);
}

template <class Scalar>
std::span<Scalar> tail(Vector<Scalar>& theta, std::size_t offset) {
  return std::span(theta.data(), static_cast<std::size_t>(theta.size())).subspan(offset);
}

}  // namespace

template <class Scalar>
DenseKernel<Scalar>::DenseKernel(const Layout& layout, const Activation& activation, Eigen::Index batch)
    : layout_(layout), activation_(activation) {
  layout_.require(activation_);
  for (const Layer& layer : layout_.layers) {
    const Eigen::Index rows = layer.weight.rows(), cols = layer.weight.cols();
    LayerBuffers& buffers = buffers_.emplace_back();
    buffers.W.setZero(rows, cols);
    buffers.dW.setZero(rows, cols);
    buffers.b.setZero(rows, 1);
    buffers.db.setZero(rows, 1);
    buffers.H.setZero(batch, rows);
    buffers.D.setZero(batch, rows);
    buffers.G.setZero(batch, rows);
    if (const auto* spline = std::get_if<Spline>(&activation_); spline && layer.activated)
      splines_.emplace_back(spline->basis(), batch, rows);
  }
}

template <class Scalar>
double DenseKernel<Scalar>::loss_and_gradient(const Vector<Scalar>& theta, const Matrix<Scalar>& X,
                                              const Vector<Scalar>& y, Vector<Scalar>& gradient) {
  LayerBuffers& readout = buffers_.back();
  if (X.rows() != readout.H.rows() || X.cols() != layout_.inputs() || y.size() != X.rows() ||
      static_cast<std::size_t>(theta.size()) != layout_.parameters() || gradient.size() != theta.size())
    throw std::logic_error("DenseKernel: X, y, theta or gradient has the wrong size");

  for (std::size_t l = 0; l < buffers_.size(); ++l) {
    layout_.layers[l].weight.expand(tail(theta, layout_.layers[l].weight_offset), buffers_[l].W);
    layout_.layers[l].bias.expand(tail(theta, layout_.layers[l].bias_offset), buffers_[l].b);
  }
  std::visit([&](const auto& phi) { forward(phi, theta, X); }, activation_);

  // f stays in the readout's H; its D becomes the derivative of the loss with respect to f.
  readout.D = readout.H - y;
  const double loss = static_cast<double>(readout.D.squaredNorm()) / static_cast<double>(X.rows());
  readout.D *= Scalar(2) / static_cast<Scalar>(X.rows());
  backward(X, gradient);

  for (std::size_t l = 0; l < buffers_.size(); ++l) {
    layout_.layers[l].weight.reduce(buffers_[l].dW, tail(gradient, layout_.layers[l].weight_offset));
    layout_.layers[l].bias.reduce(buffers_[l].db, tail(gradient, layout_.layers[l].bias_offset));
  }
  return loss;
}

template <class Scalar>
template <class Phi>
void DenseKernel<Scalar>::forward(const Phi& phi, const Vector<Scalar>& theta, const Matrix<Scalar>& X) {
  for (std::size_t l = 0; l < buffers_.size(); ++l) {
    const Matrix<Scalar>& input = l == 0 ? X : buffers_[l - 1].H;
    LayerBuffers& layer = buffers_[l];
    if (small(layer.W))
      layer.H = input.lazyProduct(layer.W.transpose());
    else
      layer.H.noalias() = input * layer.W.transpose();
    if (layout_.layers[l].bias.parameters() > 0) layer.H.rowwise() += layer.b.col(0).transpose();
    if (!layout_.layers[l].activated) continue;
    if constexpr (std::is_same_v<Phi, Spline>) {
      splines_[l].forward(tail(theta, layout_.layers[l].coefficient_offset), layer.H, layer.D);
    } else {
      layer.D.array() = phi.derivative(layer.H.array());
      layer.H.array() = phi.value(layer.H.array());
    }
  }
}

template <class Scalar>
void DenseKernel<Scalar>::backward(const Matrix<Scalar>& X, Vector<Scalar>& gradient) {
  for (std::size_t l = buffers_.size(); l-- > 0;) {
    const Matrix<Scalar>& input = l == 0 ? X : buffers_[l - 1].H;
    LayerBuffers& layer = buffers_[l];
    if (small(layer.W))
      layer.dW = layer.D.transpose().lazyProduct(input);
    else
      layer.dW.noalias() = layer.D.transpose() * input;
    if (layout_.layers[l].bias.parameters() > 0) layer.db.col(0) = layer.D.colwise().sum().transpose();
    if (l == 0) break;
    LayerBuffers& below = buffers_[l - 1];
    if (small(layer.W))
      below.G = layer.D.lazyProduct(layer.W);
    else
      below.G.noalias() = layer.D * layer.W;
    if (!splines_.empty())
      splines_[l - 1].coefficient_gradient(below.G, tail(gradient, layout_.layers[l - 1].coefficient_offset));
    below.D.array() *= below.G.array();
  }
}

template class DenseKernel<float>;
template class DenseKernel<double>;

}  // namespace rgsweep::nn

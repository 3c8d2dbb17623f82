// Forward and backward pass, written for reading.
#include "rgsweep/nn/reference_network.hpp"

#include <stdexcept>
#include <utility>

namespace rgsweep::nn {

namespace {

Eigen::ArrayXXd value(const Activation& activation, const Eigen::ArrayXXd& Z) {
  return std::visit([&](const auto& phi) -> Eigen::ArrayXXd { return phi.value(Z); }, activation);
}

Eigen::ArrayXXd derivative(const Activation& activation, const Eigen::ArrayXXd& Z) {
  return std::visit([&](const auto& phi) -> Eigen::ArrayXXd { return phi.derivative(Z); }, activation);
}

void require_sizes(const Layout& layout, const Vector<double>& theta, const Eigen::ArrayXXd& X) {
  if (static_cast<std::size_t>(theta.size()) != layout.parameters() || X.cols() != layout.inputs())
    throw std::logic_error("ReferenceNetwork: theta or X has the wrong size");
}

/// Z = H W' + 1 b'
Eigen::ArrayXXd affine(const Layout& layout, const Vector<double>& theta, std::size_t l,
                       const Eigen::ArrayXXd& H) {
  const Matrix<double> product = H.matrix() * layout.weight(theta, l).transpose();
  return product.rowwise() + layout.bias(theta, l).transpose();
}

}  // namespace

ReferenceNetwork::ReferenceNetwork(Layout layout, Activation activation)
    : layout_(std::move(layout)), activation_(std::move(activation)) {
  layout_.require(activation_);
}

Activation ReferenceNetwork::activation(const Vector<double>& theta, std::size_t layer) const {
  return with_coefficients(activation_, layout_.coefficients(theta, layer));
}

Eigen::ArrayXd ReferenceNetwork::output(const Vector<double>& theta, const Eigen::ArrayXXd& X) const {
  require_sizes(layout_, theta, X);
  Eigen::ArrayXXd H = X;
  for (std::size_t l = 0; l < layout_.layers.size(); ++l) {
    H = affine(layout_, theta, l, H);
    if (layout_.layers[l].activated) H = value(activation(theta, l), H);
  }
  return H.col(0);
}

ReferenceNetwork::Trace ReferenceNetwork::trace(const Vector<double>& theta, const Eigen::ArrayXXd& X) const {
  require_sizes(layout_, theta, X);
  Trace trace;
  const auto hidden = static_cast<std::size_t>(layout_.depth());
  for (std::size_t l = 0; l < hidden; ++l) {
    trace.pre.push_back(affine(layout_, theta, l, l == 0 ? X : trace.post.back()));
    trace.post.push_back(value(activation(theta, l), trace.pre.back()));
  }
  trace.output = affine(layout_, theta, hidden, hidden == 0 ? X : trace.post.back()).col(0);
  return trace;
}

ReferenceNetwork::LossGradient ReferenceNetwork::loss_and_gradient(const Vector<double>& theta,
                                                                   const Eigen::ArrayXXd& X,
                                                                   const Eigen::ArrayXd& y) const {
  const Trace forward = trace(theta, X);
  const Eigen::ArrayXd residual = forward.output - y;
  LossGradient result{residual.square().mean(), Vector<double>::Zero(theta.size())};

  const std::span gradient(result.gradient.data(), static_cast<std::size_t>(theta.size()));
  Matrix<double> dZ = 2.0 / static_cast<double>(X.rows()) * residual.matrix();  // samples x units
  for (std::size_t l = layout_.layers.size(); l-- > 0;) {
    const Layer& layer = layout_.layers[l];
    const Eigen::ArrayXXd& H = l == 0 ? X : forward.post[l - 1];
    const Matrix<double> dW = dZ.transpose() * H.matrix();
    const Matrix<double> db = dZ.colwise().sum().transpose();
    layer.weight.reduce(dW, gradient.subspan(layer.weight_offset));
    layer.bias.reduce(db, gradient.subspan(layer.bias_offset));
    if (l == 0) break;
    const Matrix<double> dH = dZ * layout_.weight(theta, l);
    const Activation phi = activation(theta, l - 1);
    const Layer& below = layout_.layers[l - 1];
    result.gradient.segment(static_cast<Eigen::Index>(below.coefficient_offset), below.coefficients) =
        coefficient_gradient(phi, forward.pre[l - 1], dH.array());
    dZ = dH.array() * derivative(phi, forward.pre[l - 1]);
  }
  return result;
}

}  // namespace rgsweep::nn

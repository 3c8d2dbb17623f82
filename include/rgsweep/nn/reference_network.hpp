// The network in plain double-precision Eigen: the definition that every faster kernel is tested against, and
// what observables are measured with. Shapes as in architecture.hpp, one sample per row:
//   Z^l = H^(l-1) W^l' + 1 b^l',  H^l = phi(Z^l),  f = H^L v' + c,  loss = mean (f - y)^2;
// a learnable phi has the coefficients that theta holds for its layer.
// dense_kernel.hpp has the same mathematics for training.
#pragma once

#include <vector>

#include "rgsweep/nn/activation.hpp"
#include "rgsweep/nn/architecture.hpp"

namespace rgsweep::nn {

class ReferenceNetwork {
 public:
  /// Throws std::logic_error unless the layout holds the activation's coefficients.
  ReferenceNetwork(Layout layout, Activation activation);

  const Layout& layout() const { return layout_; }
  /// As given to the constructor.
  const Activation& activation() const { return activation_; }
  /// phi of a hidden layer, 0 <= layer < depth, with the coefficients in `theta`.
  Activation activation(const Vector<double>& theta, std::size_t layer) const;

  /// f of each row of X (samples x inputs).
  Eigen::ArrayXd output(const Vector<double>& theta, const Eigen::ArrayXXd& X) const;

  struct Trace {
    std::vector<Eigen::ArrayXXd> pre;   ///< Z^l of each hidden layer, samples x units
    std::vector<Eigen::ArrayXXd> post;  ///< H^l of each hidden layer, samples x units
    Eigen::ArrayXd output;
  };
  /// Everything the forward pass computes.
  Trace trace(const Vector<double>& theta, const Eigen::ArrayXXd& X) const;

  struct LossGradient {
    double loss;              ///< mean of (f - y)^2 over the samples
    Vector<double> gradient;  ///< of the loss with respect to theta
  };
  LossGradient loss_and_gradient(const Vector<double>& theta, const Eigen::ArrayXXd& X,
                                 const Eigen::ArrayXd& y) const;

 private:
  Layout layout_;
  Activation activation_;
};

}  // namespace rgsweep::nn

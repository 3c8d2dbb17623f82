// A symmetry imposed softly (key training.symmetry_penalty): the loss of a network with free weights gets
//   lambda R,  R(theta) = sum_l ||W^l - P_G W^l||_F^2 + ||b^l - P_G b^l||^2,
// P_G the projection on the weights that the symmetry G allows, l over the hidden layers and the readout, so
// that lambda -> infinity is the network of the symmetry itself. The gradient with respect to W is 2 lambda
// (W - P_G W), since P_G is an orthogonal projection. Nothing is allocated after construction.
#pragma once

#include <vector>

#include "rgsweep/nn/architecture.hpp"

namespace rgsweep::nn {

template <class Scalar>
class SymmetryPenalty {
 public:
  /// `layout` is the network that is trained, `symmetric` the same network under the symmetry. Throws
  /// std::logic_error unless their layers have equal shapes.
  SymmetryPenalty(const Layout& layout, const Layout& symmetric, double lambda);

  /// Returns lambda R(theta) and adds its gradient to `gradient`; both vectors have the layout's number of
  /// parameters.
  double add(const Vector<Scalar>& theta, Vector<Scalar>& gradient);

 private:
  /// A weight matrix or a bias: where its parameters are and what the symmetry makes of it.
  struct Term {
    TyingPattern own, symmetric;
    std::size_t offset;
    Matrix<Scalar> W, projected;
    Vector<Scalar> labels;  // scratch: parameters of `symmetric`, then those of `own`
  };

  void append(const TyingPattern& own, const TyingPattern& symmetric, std::size_t offset);

  double lambda_;
  std::vector<Term> terms_;
};

extern template class SymmetryPenalty<float>;
extern template class SymmetryPenalty<double>;

}  // namespace rgsweep::nn

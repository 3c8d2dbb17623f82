// The penalty's terms, one for each weight matrix and each bias.
#include "rgsweep/nn/symmetry_penalty.hpp"

#include <algorithm>
#include <stdexcept>

namespace rgsweep::nn {

template <class Scalar>
SymmetryPenalty<Scalar>::SymmetryPenalty(const Layout& layout, const Layout& symmetric, double lambda)
    : lambda_(lambda) {
  if (layout.layers.size() != symmetric.layers.size())
    throw std::logic_error("SymmetryPenalty: networks of different depth");
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const Layer &own = layout.layers[l], &tied = symmetric.layers[l];
    append(own.weight, tied.weight, own.weight_offset);
    append(own.bias, tied.bias, own.bias_offset);
  }
}

template <class Scalar>
void SymmetryPenalty<Scalar>::append(const TyingPattern& own, const TyingPattern& symmetric,
                                     std::size_t offset) {
  if (own.rows() != symmetric.rows() || own.cols() != symmetric.cols())
    throw std::logic_error("SymmetryPenalty: layers of different shape");
  if (own.parameters() == 0) return;
  terms_.push_back({own, symmetric, offset, Matrix<Scalar>(own.rows(), own.cols()),
                    Matrix<Scalar>(own.rows(), own.cols()),
                    Vector<Scalar>(std::max(own.parameters(), symmetric.parameters()))});
}

template <class Scalar>
double SymmetryPenalty<Scalar>::add(const Vector<Scalar>& theta, Vector<Scalar>& gradient) {
  double penalty = 0;
  for (Term& term : terms_) {
    const auto own = static_cast<std::size_t>(term.own.parameters());
    term.own.expand(std::span(theta.data() + term.offset, own), term.W);
    term.symmetric.project(
        term.W, std::span(term.labels.data(), static_cast<std::size_t>(term.labels.size())), term.projected);
    term.W -= term.projected;
    penalty += static_cast<double>(term.W.squaredNorm());
    term.own.reduce(term.W, std::span(term.labels.data(), own));
    gradient.segment(static_cast<Eigen::Index>(term.offset), term.own.parameters()) +=
        static_cast<Scalar>(2 * lambda_) * term.labels.head(term.own.parameters());
  }
  return lambda_ * penalty;
}

template class SymmetryPenalty<float>;
template class SymmetryPenalty<double>;

}  // namespace rgsweep::nn

// A hidden layer's spline in training: from its coefficients, a part of theta, to the polynomials that a
// variant's code evaluates, and from the moments which that code sums to the gradient (spline.hpp).
#pragma once

#include "kernel_memory.hpp"
#include "rgsweep/nn/spline.hpp"

namespace rgsweep::nn::kernel {

template <class Scalar>
class SplineLayer {
 public:
  SplineLayer(const SplineBasis& basis, std::size_t offset)
      : basis_(basis),
        offset_(static_cast<Eigen::Index>(offset)),
        c_(basis.coefficients()),
        P_(basis.degree() + 1, basis.pieces()),
        moments_(P_) {}

  /// What the code of a variant sees of it, for `units` units and chunks of some samples. Keeps pointers to
  /// this object's members.
  SplinePlan<Scalar> plan(Arena<Scalar>& arena, Index units, Index chunk) {
    SplinePlan<Scalar> plan;
    plan.degree = basis_.degree();
    plan.pieces = basis_.pieces();
    plan.stride = stride_ = round_up(plan.pieces, arena.lanes());
    plan.per_spacing = static_cast<Scalar>(1 / basis_.spacing());
    plan.half = static_cast<Scalar>(basis_.intervals() / 2.0);
    plan.table = table_ = arena.array(P_.rows() * stride_);
    plan.piece = arena.rows(units, chunk);
    plan.s = arena.rows(units, chunk);
    plan.sums = arena.array(4 * P_.size());
    plan.moments = moments_.data();
    return plan;
  }

  void prepare(const Vector<Scalar>& theta) {
    for (Eigen::Index k = 0; k < c_.size(); ++k) c_[k] = static_cast<double>(theta[offset_ + k]);
    basis_.expand(c_, P_);
    for (Eigen::Index r = 0; r < P_.rows(); ++r)
      for (Eigen::Index piece = 0; piece < P_.cols(); ++piece)
        table_[r * stride_ + piece] = static_cast<Scalar>(P_(r, piece));
    moments_.setZero();
  }

  void finish(Vector<Scalar>& gradient) {
    basis_.reduce(moments_, c_);
    for (Eigen::Index k = 0; k < c_.size(); ++k) gradient[offset_ + k] = static_cast<Scalar>(c_[k]);
  }

 private:
  SplineBasis basis_;
  Eigen::Index offset_;
  Vector<double> c_;            // coefficients, or the gradient with respect to them
  Matrix<double> P_, moments_;  // (d + 1) x pieces
  Scalar* table_ = nullptr;     // P, row by row
  Index stride_ = 0;
};

}  // namespace rgsweep::nn::kernel

// A weight matrix as a linear image of its free parameters: W_ij = s_ij theta[g_ij] with signs s and labels
// g, or 0. Every architecture and every symmetry is nothing but a function that makes such patterns. With E
// the linear map theta -> W: expand is E, reduce is its adjoint E^T (the gradient with respect to theta is
// the signed sum over each label's entries), and project is E (E^T E)^-1 E^T, the orthogonal projection on
// the image.
#pragma once

#include <span>
#include <vector>

#include "rgsweep/nn/types.hpp"

namespace rgsweep::nn {

class TyingPattern {
 public:
  static constexpr int kZero = -1;  ///< the label of an entry that is 0 for every theta

  /// All entries free; labels run along the rows (label = row * cols + column).
  static TyingPattern free(int rows, int cols);
  /// No parameters: the zero matrix.
  static TyingPattern zero(int rows, int cols);
  /// Row i holds theta[i] in every column: the rows see only the sum of their inputs.
  static TyingPattern tied_columns(int rows, int cols);
  /// Every entry is theta[0].
  static TyingPattern uniform(int rows, int cols);

  /// Labels and signs (+1 or -1, ignored where the label is kZero), both row by row. Throws std::logic_error
  /// unless the sizes fit and the labels in use are exactly 0, 1, ..., n-1.
  TyingPattern(int rows, int cols, std::vector<int> labels, std::vector<int> signs);

  int rows() const { return rows_; }
  int cols() const { return cols_; }
  /// Number of free parameters.
  int parameters() const { return static_cast<int>(multiplicity_.size()); }
  /// Most entries of one row that are not kZero: the inputs that a unit reads.
  int fan_in() const;
  int label(int row, int col) const { return entry(row, col).label; }
  int sign(int row, int col) const { return entry(row, col).sign; }

  /// Writes W (rows x cols) from theta (at least parameters() long). W must have its size already.
  template <class Scalar>
  void expand(std::span<const Scalar> theta, Matrix<Scalar>& W) const;
  /// Writes the signed sums of dW (rows x cols) into the first parameters() entries of dtheta.
  template <class Scalar>
  void reduce(const Matrix<Scalar>& dW, std::span<Scalar> dtheta) const;
  /// The nearest matrix (Frobenius norm) that has this pattern.
  Matrix<double> project(const Matrix<double>& W) const;
  /// The same in place: writes `projected` (rows x cols) and uses `theta` (at least parameters() long).
  template <class Scalar>
  void project(const Matrix<Scalar>& W, std::span<Scalar> theta, Matrix<Scalar>& projected) const;

 private:
  struct Entry {
    int label;
    int sign;
  };
  const Entry& entry(int row, int col) const;

  int rows_, cols_;
  std::vector<Entry> entries_;     // column by column, as Eigen stores W
  std::vector<int> multiplicity_;  // entries per label: the diagonal of E^T E
};

extern template void TyingPattern::expand(std::span<const float>, Matrix<float>&) const;
extern template void TyingPattern::expand(std::span<const double>, Matrix<double>&) const;
extern template void TyingPattern::reduce(const Matrix<float>&, std::span<float>) const;
extern template void TyingPattern::reduce(const Matrix<double>&, std::span<double>) const;
extern template void TyingPattern::project(const Matrix<float>&, std::span<float>, Matrix<float>&) const;
extern template void TyingPattern::project(const Matrix<double>&, std::span<double>, Matrix<double>&) const;

}  // namespace rgsweep::nn

// The learnable activation: a spline phi(z) = sum_k c_k B_k(z) of degree d with K + 1 uniform knots from -R
// to R, h = 2 R / K apart, and linear beyond them with continuous value and slope. In u = z / h + K / 2 the
// knots are 0, 1, ..., K, and B_k is the cardinal B-spline with support [k - d, k + 1], k = 0 ... K + d - 1:
// the knots of the basis go on beyond +-R with the same spacing. Repeated end knots span the same functions,
// but there a coefficient at the end would tilt the tail far more (six times for d = 3), and gradient descent
// be unstable as soon as units reach beyond the knots. phi has d - 1 continuous derivatives; for d = 1 the
// slope at a knot is that of its right-hand side.
//
// phi consists of K + 2 polynomials: the left tail, the intervals j = 0 ... K - 1 and the right tail, in the
// local variables s = u, u - j and u - K. They are linear in the coefficients, P = A c, so that a gradient
// with respect to c is A^T m, m(r, piece) = sum of s^r dL/dphi over the arguments in that piece.
#pragma once

#include <algorithm>
#include <cstdint>

#include "rgsweep/nn/types.hpp"

namespace rgsweep::nn {

/// Where the pieces are, and the linear map A from coefficients to pieces.
class SplineBasis {
 public:
  static constexpr int kMaxDegree = 5;

  /// Throws std::logic_error unless knots >= 2, 1 <= degree <= kMaxDegree and range > 0.
  SplineBasis(int knots, int degree, double range);

  int intervals() const { return intervals_; }  ///< K
  int degree() const { return degree_; }        ///< d
  double spacing() const { return spacing_; }   ///< h
  int coefficients() const { return intervals_ + degree_; }
  int pieces() const { return intervals_ + 2; }

  /// Writes P = A c, (d + 1) x pieces(): row r holds the factors of s^r. P must have its size already.
  void expand(const Vector<double>& c, Matrix<double>& P) const;
  /// Writes A^T m for moments m of the shape of P, which it uses as scratch. `gradient` must have its size
  /// already.
  void reduce(Matrix<double>& m, Vector<double>& gradient) const;

  /// The coefficients of phi(z) = z: the mean of the knots inside each support (Greville's abscissae).
  Vector<double> identity() const;
  /// The coefficients of the spline nearest to leaky_relu with this slope, in the mean square over [-R, R],
  /// among those with its values and slopes at +-R and so everywhere beyond. Where there is no such spline
  /// (two knots of degree 1) its values alone are kept. Slope 1 is identity() to the last bit.
  Vector<double> leaky_relu(double slope) const;

 private:
  using Local = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, kMaxDegree + 1, kMaxDegree + 1>;

  Vector<double> absolute_value() const;

  int intervals_, degree_;
  double spacing_ = 0;
  Local local_;  // (d + 1) x (d + 1): column i holds the polynomial in s that B_(j+i) is in interval j
};

/// The piece and the local variable of u. A NaN counts to the left tail and stays NaN in s. Just below a knot
/// u + 1 may round up to it: the next piece is then continued by a rounding error.
template <class Scalar>
inline void locate(Scalar u, Scalar last_piece, std::int32_t& piece, Scalar& s) {
  piece = static_cast<std::int32_t>(std::min(last_piece, std::max(Scalar(0), u + 1)));
  s = u - static_cast<Scalar>(std::max(piece - 1, 0));
}

/// phi with given coefficients, in double: the definition that the training kernel is tested against.
class Spline {
 public:
  /// Throws std::logic_error unless there are basis.coefficients() of them.
  Spline(const SplineBasis& basis, const Vector<double>& coefficients);

  const SplineBasis& basis() const { return basis_; }
  const Vector<double>& coefficients() const { return coefficients_; }

  double value(double z) const;
  double derivative(double z) const;
  template <class Derived>
  auto value(const Eigen::ArrayBase<Derived>& z) const {
    using Scalar = typename Derived::Scalar;
    return z.derived().unaryExpr(
        [this](Scalar x) { return static_cast<Scalar>(value(static_cast<double>(x))); });
  }
  template <class Derived>
  auto derivative(const Eigen::ArrayBase<Derived>& z) const {
    using Scalar = typename Derived::Scalar;
    return z.derived().unaryExpr(
        [this](Scalar x) { return static_cast<Scalar>(derivative(static_cast<double>(x))); });
  }

  /// sum over all entries of G dphi(Z)/dc; Z and G have the same shape.
  Vector<double> coefficient_gradient(const Eigen::ArrayXXd& Z, const Eigen::ArrayXXd& G) const;

 private:
  struct Place {
    std::int32_t piece;
    double s;
  };
  Place place(double z) const;

  SplineBasis basis_;
  Vector<double> coefficients_;
  Matrix<double> pieces_;  // P
};

}  // namespace rgsweep::nn

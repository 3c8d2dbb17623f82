// The pieces of a spline, its plain evaluation, and the coefficients that it starts from.
#include "rgsweep/nn/spline.hpp"

#include <cmath>
#include <stdexcept>

#include <Eigen/Cholesky>
#include <Eigen/QR>

namespace rgsweep::nn {

namespace {

/// Integral over [0, 1] of s^r |s + a|, for a = -1/2 or an a that keeps s + a from changing its sign.
double kinked_moment(int r, double a) {
  if (a == -0.5) return 1.0 / (r + 2) - 0.5 / (r + 1) + std::ldexp(1.0, -r - 1) / ((r + 1) * (r + 2));
  return std::abs(1.0 / (r + 2) + a / (r + 1));
}

}  // namespace

SplineBasis::SplineBasis(int knots, int degree, double range) : intervals_(knots - 1), degree_(degree) {
  if (knots < 2 || degree < 1 || degree > kMaxDegree || !(range > 0))
    throw std::logic_error("SplineBasis: knots, degree or range out of bounds");
  spacing_ = 2 * range / intervals_;
  // Cox-de Boor recursion on the polynomials in s: of degree p, function i has support [i - p, i + 1] and is
  // ((s + p - i) N_(i-1) + (1 + i - s) N_i) / p of degree p - 1. Without the 1/p all numbers are integers.
  local_ = Local::Zero(degree + 1, degree + 1);
  local_(0, 0) = 1;
  double factorial = 1;
  for (int p = 1; p <= degree; ++p) {
    Local next = Local::Zero(degree + 1, degree + 1);
    for (int i = 0; i <= p; ++i) {
      if (i > 0) {
        next.col(i) += (p - i) * local_.col(i - 1);
        next.col(i).tail(degree) += local_.col(i - 1).head(degree);
      }
      if (i < p) {
        next.col(i) += (1 + i) * local_.col(i);
        next.col(i).tail(degree) -= local_.col(i).head(degree);
      }
    }
    local_ = next;
    factorial *= p;
  }
  local_ /= factorial;
}

void SplineBasis::expand(const Vector<double>& c, Matrix<double>& P) const {
  P.setZero();
  for (int j = 0; j < intervals_; ++j) P.col(j + 1).noalias() = local_.lazyProduct(c.segment(j, degree_ + 1));
  P.col(0).head(2) = P.col(1).head(2);
  for (int r = 0; r <= degree_; ++r) {
    P(0, intervals_ + 1) += P(r, intervals_);
    P(1, intervals_ + 1) += r * P(r, intervals_);
  }
}

void SplineBasis::reduce(Matrix<double>& m, Vector<double>& gradient) const {
  m.col(1).head(2) += m.col(0).head(2);
  for (int r = 0; r <= degree_; ++r) m(r, intervals_) += m(0, intervals_ + 1) + r * m(1, intervals_ + 1);
  gradient.setZero();
  for (int j = 0; j < intervals_; ++j)
    gradient.segment(j, degree_ + 1) += local_.transpose().lazyProduct(m.col(j + 1));
}

Vector<double> SplineBasis::identity() const {
  const double first = -(degree_ - 1 + intervals_) / 2.0;
  return spacing_ * Vector<double>::LinSpaced(coefficients(), first, -first);
}

/// The coefficients nearest to |z|, with its values and slopes at the ends: min y^T G y - 2 y^T b over y = y0
/// + N t, y0 a solution of the conditions E y = e and N an orthonormal basis of their null space. In units of
/// h.
Vector<double> SplineBasis::absolute_value() const {
  const int n = coefficients(), local = degree_ + 1;
  Matrix<double> products(local, local);  // of powers of s, integrated over an interval
  for (int r = 0; r < local; ++r)
    for (int q = 0; q < local; ++q) products(r, q) = 1.0 / (r + q + 1);
  products = local_.transpose() * products * local_;
  Matrix<double> gram = Matrix<double>::Zero(n, n);
  Vector<double> overlap = Vector<double>::Zero(n), kinked(local);
  for (int j = 0; j < intervals_; ++j) {
    for (int r = 0; r < local; ++r) kinked[r] = kinked_moment(r, j - intervals_ / 2.0);
    gram.block(j, j, local, local) += products;
    overlap.segment(j, local) += local_.transpose() * kinked;
  }

  // Value and slope (in u) at both ends, as expand() gives them to the tails.
  Matrix<double> ends(4, n), P(local, pieces());
  for (int k = 0; k < n; ++k) {
    expand(Vector<double>::Unit(n, k), P);
    ends.col(k) << P.col(0).head(2), P.col(pieces() - 1).head(2);
  }
  Vector<double> wanted(4);
  wanted << intervals_ / 2.0, -1, intervals_ / 2.0, 1;
  const Eigen::CompleteOrthogonalDecomposition<Matrix<double>> solver(ends);
  Vector<double> y = solver.solve(wanted);
  const Eigen::Index left = n - solver.rank();
  if (left > 0) {
    const Matrix<double> null = solver.colsPermutation() * solver.matrixZ().transpose().rightCols(left);
    y += null * (null.transpose() * gram * null).ldlt().solve(null.transpose() * (overlap - gram * y));
  }
  return y;
}

Vector<double> SplineBasis::leaky_relu(double slope) const {
  // leaky_relu is (1 + slope)/2 z + (1 - slope)/2 |z|, and the first part is a spline.
  return (1 + slope) / 2 * identity() + (1 - slope) / 2 * spacing_ * absolute_value();
}

Spline::Spline(const SplineBasis& basis, const Vector<double>& coefficients)
    : basis_(basis), coefficients_(coefficients), pieces_(basis.degree() + 1, basis.pieces()) {
  if (coefficients.size() != basis.coefficients())
    throw std::logic_error("Spline: the coefficients are not those of the basis");
  basis_.expand(coefficients_, pieces_);
}

Spline::Place Spline::place(double z) const {
  Place result;
  locate(z / basis_.spacing() + basis_.intervals() / 2.0, basis_.intervals() + 1.0, result.piece, result.s);
  return result;
}

double Spline::value(double z) const {
  const auto [piece, s] = place(z);
  double sum = 0;
  for (Eigen::Index r = pieces_.rows(); r-- > 0;) sum = sum * s + pieces_(r, piece);
  return sum;
}

double Spline::derivative(double z) const {
  const auto [piece, s] = place(z);
  double sum = 0;
  for (Eigen::Index r = pieces_.rows(); r-- > 1;) sum = sum * s + static_cast<double>(r) * pieces_(r, piece);
  return sum / basis_.spacing();
}

Vector<double> Spline::coefficient_gradient(const Eigen::ArrayXXd& Z, const Eigen::ArrayXXd& G) const {
  Matrix<double> moments = Matrix<double>::Zero(pieces_.rows(), pieces_.cols());
  for (Eigen::Index i = 0; i < Z.size(); ++i) {
    const auto [piece, s] = place(Z.reshaped()[i]);
    double term = G.reshaped()[i];
    for (Eigen::Index r = 0; r < moments.rows(); ++r, term *= s) moments(r, piece) += term;
  }
  Vector<double> gradient(basis_.coefficients());
  basis_.reduce(moments, gradient);
  return gradient;
}

}  // namespace rgsweep::nn

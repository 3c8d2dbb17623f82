#include "rgsweep/theory/orbit_error.hpp"

#include <cmath>
#include <complex>
#include <cstdio>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>

#include <Eigen/Cholesky>
#include <Eigen/LU>

namespace rgsweep::theory {

namespace {

std::string singular_text(double condition_number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", condition_number);
  return "the Gram matrix of the poses is singular (condition number " + std::string(text) +
         "): some poses are the same, or nearly so, to this kernel";
}

void require_size(const Eigen::MatrixXd& gram) {
  if (gram.rows() != gram.cols() || gram.rows() == 0 || gram.rows() % 2 != 0)
    throw std::logic_error("the Gram matrix of two orbits has an even number of rows, and as many columns");
}

double one_norm(const Eigen::MatrixXd& matrix) {
  return matrix.cwiseAbs().colwise().sum().maxCoeff();
}

void require_regular(double condition_number) {
  if (!(condition_number < max_condition_number)) throw SingularGram(condition_number);
}

/// kappa_ab of all elements h at [h](a, b).
std::vector<Eigen::Matrix2d> mean_over_group(const Eigen::MatrixXd& gram, const data::FiniteGroup& group) {
  const int order = group.order();
  std::vector<Eigen::Matrix2d> kappa(static_cast<std::size_t>(order), Eigen::Matrix2d::Zero());
  for (int g = 0; g < order; ++g)
    for (int k = 0; k < order; ++k)
      kappa[static_cast<std::size_t>(k)] += gram.block<2, 2>(2 * g, 2 * group.product(g, k));
  for (Eigen::Matrix2d& block : kappa) block /= order;
  return kappa;
}

/// Khat(rho), 2 d x 2 d, class by class.
Eigen::MatrixXcd transform(const std::vector<Eigen::Matrix2d>& kappa, const data::Representation& rho) {
  const Eigen::Index d = rho.dimension;
  if (d == 1) {
    Eigen::Matrix2cd result = Eigen::Matrix2cd::Zero();
    for (std::size_t h = 0; h < kappa.size(); ++h) result += kappa[h] * rho.matrices[h](0, 0);
    return result;
  }
  Eigen::MatrixXcd result = Eigen::MatrixXcd::Zero(2 * d, 2 * d);
  for (std::size_t h = 0; h < kappa.size(); ++h)
    for (Eigen::Index a = 0; a < 2; ++a)
      for (Eigen::Index b = 0; b < 2; ++b)
        result.block(a * d, b * d, d, d) += kappa[h](a, b) * rho.matrices[h];
  return result;
}

Eigen::MatrixXcd inverse_of(const Eigen::MatrixXcd& block) {
  if (block.rows() != 2) return block.inverse();
  return Eigen::Matrix2cd(block).inverse();
}

}  // namespace

SingularGram::SingularGram(double condition_number)
    : Error(singular_text(condition_number)), condition_number_(condition_number) {}

LeaveOneOut leave_one_out(const Eigen::MatrixXd& gram) {
  require_size(gram);
  const Eigen::Index n = gram.rows();
  const Eigen::LLT<Eigen::MatrixXd> cholesky(gram);
  if (cholesky.info() != Eigen::Success) throw SingularGram(std::numeric_limits<double>::infinity());
  // K^-1 = L^-T L^-1.
  Eigen::MatrixXd root = Eigen::MatrixXd::Identity(n, n), inverse = Eigen::MatrixXd::Zero(n, n);
  cholesky.matrixL().solveInPlace(root);
  inverse.selfadjointView<Eigen::Lower>().rankUpdate(root.transpose());
  inverse.triangularView<Eigen::StrictlyUpper>() = inverse.transpose();
  LeaveOneOut result{Eigen::VectorXd(n), one_norm(gram) * one_norm(inverse)};
  require_regular(result.condition_number);
  Eigen::VectorXd labels(n);
  for (Eigen::Index i = 0; i < n; ++i) labels[i] = i % 2 == 0 ? 1 : -1;
  result.error = (labels.array() * (inverse * labels).array() / inverse.diagonal().array()).matrix();
  return result;
}

SpectralError spectral_error(const Eigen::MatrixXd& gram) {
  require_size(gram);
  const Eigen::Index n = gram.rows();
  // A wrapped diagonal is two diagonals.
  Eigen::VectorXd row(n);
  for (Eigen::Index m = 0; m < n; ++m)
    row[m] = (gram.diagonal(m).sum() + (m > 0 ? gram.diagonal(m - n).sum() : 0)) / static_cast<double>(n);
  Eigen::VectorXd cosine(n);
  for (Eigen::Index m = 0; m < n; ++m)
    cosine[m] = std::cos(2 * std::numbers::pi * static_cast<double>(m) / static_cast<double>(n));
  Eigen::VectorXd lambda = Eigen::VectorXd::Zero(n);
  for (Eigen::Index k = 0; k <= n / 2; ++k) {
    for (Eigen::Index m = 0, phase = 0; m < n; ++m) {
      lambda[k] += row[m] * cosine[phase];
      phase += k;
      if (phase >= n) phase -= n;
    }
    lambda[(n - k) % n] = lambda[k];
  }
  const double least = lambda.minCoeff(), most = lambda.cwiseAbs().maxCoeff();
  require_regular(least > 0 ? most / least : std::numeric_limits<double>::infinity());
  const double separation = lambda[n / 2], density = lambda.cwiseInverse().mean();
  return {1 / (separation * density), separation, density};
}

GroupError group_error(const Eigen::MatrixXd& gram, const data::FiniteGroup& group) {
  require_size(gram);
  const int order = group.order();
  if (gram.rows() != 2 * order) throw std::logic_error("a Gram matrix of another group's orbits");
  const std::vector<Eigen::Matrix2d> kappa = mean_over_group(gram, group);
  Eigen::Vector2d numerator = Eigen::Vector2d::Zero(), denominator = Eigen::Vector2d::Zero();
  double largest = 0, largest_inverse = 0;
  for (std::size_t r = 0; r < group.irreducible.size(); ++r) {
    const data::Representation& rho = group.irreducible[r];
    const Eigen::Index d = rho.dimension;
    const Eigen::MatrixXcd block = transform(kappa, rho);
    const Eigen::MatrixXcd inverse = inverse_of(block);
    if (!inverse.allFinite()) throw SingularGram(std::numeric_limits<double>::infinity());
    // Of a block-diagonal matrix the norm is that of its largest block.
    largest = std::max(largest, block.cwiseAbs().colwise().sum().maxCoeff());
    largest_inverse = std::max(largest_inverse, inverse.cwiseAbs().colwise().sum().maxCoeff());
    for (Eigen::Index a = 0; a < 2; ++a)
      denominator[a] += static_cast<double>(d) * inverse.block(a * d, a * d, d, d).trace().real();
    if (r == 0) numerator = inverse.real() * Eigen::Vector2d(1, -1);
  }
  require_regular(largest * largest_inverse);
  denominator /= order;
  return {numerator[0] / denominator[0], -numerator[1] / denominator[1]};
}

}  // namespace rgsweep::theory

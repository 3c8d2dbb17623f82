#include "rgsweep/theory/orbit_error.hpp"

#include <cmath>
#include <complex>
#include <cstdio>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>

#include <Eigen/LU>

#include "gram_functions.hpp"
#include "rgsweep/data/block_circulant.hpp"

namespace rgsweep::theory {

namespace {

std::string singular_text(double condition_number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", condition_number);
  return "the Gram matrix of the poses is singular (condition number " + std::string(text) +
         "): some poses are the same, or nearly so, to this kernel";
}

void require_size(const Eigen::MatrixXd& gram) {
  if (gram.size() == 0 || gram.cols() % 2 != 0 || data::circulant_blocks(gram) == 3 ||
      data::circulant_blocks(gram) > 4)
    throw std::logic_error(
        "the Gram matrix of two orbits has an even number of columns, and 1, 2 or 4 times as many rows");
}

double one_norm(const Eigen::MatrixXd& matrix) {
  return matrix.cwiseAbs().colwise().sum().maxCoeff();
}

void require_regular(double condition_number) {
  if (!(condition_number < max_condition_number)) throw SingularGram(condition_number);
}

void require_inverse(bool is_inverse) {
  if (!is_inverse) throw SingularGram(std::numeric_limits<double>::infinity());
}

Eigen::MatrixXd inverse_of(Eigen::MatrixXd block) {
  require_inverse(gram_loops::functions().invert(block.rows(), block.data()));
  return block;
}

/// The first columns of the inverse of a block-circulant matrix, from the inverses of its Fourier transforms.
Eigen::MatrixXd inverse_columns(const Eigen::MatrixXd& gram) {
  const Eigen::Index k = gram.cols(), blocks = data::circulant_blocks(gram);
  if (blocks == 1) return inverse_of(gram);
  Eigen::MatrixXd inverse(gram.rows(), k);
  const auto of_gram = [&](Eigen::Index block) { return gram.middleRows(block * k, k); };
  const auto to = [&](Eigen::Index block) { return inverse.middleRows(block * k, k); };
  if (blocks == 2) {
    const Eigen::MatrixXd even = inverse_of(of_gram(0) + of_gram(1)),
                          odd = inverse_of(of_gram(0) - of_gram(1));
    to(0) = (even + odd) / 2;
    to(1) = (even - odd) / 2;
    return inverse;
  }
  const Eigen::MatrixXd sum = of_gram(0) + of_gram(2), other = of_gram(1) + of_gram(3);
  const Eigen::MatrixXd even = inverse_of(sum + other), odd = inverse_of(sum - other);
  Eigen::MatrixXcd turning(k, k);
  turning.real() = of_gram(0) - of_gram(2);
  turning.imag() = of_gram(3) - of_gram(1);
  require_inverse(gram_loops::functions().invert_complex(k, turning.data()));
  to(0) = (even + odd) / 4 + turning.real() / 2;
  to(1) = (even - odd) / 4 - turning.imag() / 2;
  to(2) = (even + odd) / 4 - turning.real() / 2;
  to(3) = (even - odd) / 4 + turning.imag() / 2;
  return inverse;
}

/// Sum over the columns r of matrix(r + offset, r), rows modulo their number, at [offset].
Eigen::VectorXd wrapped_diagonals(const Eigen::MatrixXd& matrix, Eigen::Index first, Eigen::Index step) {
  const Eigen::Index n = matrix.rows();
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(n);
  for (Eigen::Index r = first; r < matrix.cols(); r += step) {
    sum.head(n - r) += matrix.col(r).tail(n - r);
    sum.tail(r) += matrix.col(r).head(r);
  }
  return sum;
}

/// kappa_ab(h) of all elements h in row 2 a + b: 4 x |G|.
Eigen::Matrix4Xd mean_over_group(const Eigen::MatrixXd& gram, const data::FiniteGroup& group) {
  const Eigen::Index order = group.order(), poses = gram.cols() / 2;
  Eigen::Matrix4Xd kappa = Eigen::Matrix4Xd::Zero(4, order);
  if (group.cyclic) {
    for (Eigen::Index a = 0; a < 2; ++a) {
      // Entry 2 h + b - a of the column of pose (a, g) is that of pose (b, g h).
      const Eigen::VectorXd sum = wrapped_diagonals(gram, a, 2);
      for (Eigen::Index h = 0; h < order; ++h)
        for (Eigen::Index b = 0; b < 2; ++b)
          kappa(2 * a + b, h) = sum[(2 * h + b - a + 2 * order) % (2 * order)];
    }
  } else {
    for (int g = 0; g < order; ++g)
      for (int h = 0; h < order; ++h)
        kappa.col(h) += gram.block<2, 2>(2 * group.product(g, h), 2 * g).reshaped();
  }
  return kappa / static_cast<double>(poses);
}

/// Khat(rho), 2 d x 2 d, class by class.
Eigen::MatrixXcd transform(const Eigen::Matrix4Xd& kappa, const data::Representation& rho) {
  const Eigen::Index d = rho.dimension;
  Eigen::MatrixXcd result = Eigen::MatrixXcd::Zero(2 * d, 2 * d);
  for (Eigen::Index h = 0; h < kappa.cols(); ++h)
    for (Eigen::Index a = 0; a < 2; ++a)
      for (Eigen::Index b = 0; b < 2; ++b)
        result.block(a * d, b * d, d, d) += kappa(2 * a + b, h) * rho.matrices[static_cast<std::size_t>(h)];
  return result;
}

/// What group_error() needs of the blocks Khat(rho) and their inverses.
struct BlockSums {
  Eigen::Vector2d numerator = Eigen::Vector2d::Zero(), denominator = Eigen::Vector2d::Zero();
  /// Of a block-diagonal matrix the norm is that of its largest block.
  double norm = 0, norm_of_inverse = 0;

  /// Without the library's hypot, which is slow and guards against numbers that a kernel does not have.
  template <class Block>
  static double one_norm_of(const Block& block) {
    return block.cwiseAbs2().cwiseSqrt().colwise().sum().maxCoeff();
  }

  template <class Block>
  void add(const Block& block, const Block& inverse, bool trivial) {
    require_inverse(inverse.allFinite());
    const Eigen::Index d = block.rows() / 2;
    norm = std::max(norm, one_norm_of(block));
    norm_of_inverse = std::max(norm_of_inverse, one_norm_of(inverse));
    for (Eigen::Index a = 0; a < 2; ++a)
      denominator[a] += static_cast<double>(d) * inverse.block(a * d, a * d, d, d).trace().real();
    if (trivial) numerator = inverse.real() * Eigen::Vector2d(1, -1);
  }
};

}  // namespace

SingularGram::SingularGram(double condition_number)
    : Error(singular_text(condition_number)), condition_number_(condition_number) {}

LeaveOneOut leave_one_out(const Eigen::MatrixXd& gram) {
  require_size(gram);
  const Eigen::Index n = gram.rows(), k = gram.cols();
  const Eigen::MatrixXd inverse = inverse_columns(gram);
  LeaveOneOut result{Eigen::VectorXd(n), one_norm(gram) * one_norm(inverse)};
  require_regular(result.condition_number);
  for (Eigen::Index i = 0; i < k; ++i) {
    // By column, which is row i, the labels counted from the one of pose i.
    const auto pairs = inverse.col(i).reshaped(2, n / 2).rowwise().sum();
    result.error[i] = (i % 2 == 0 ? pairs[0] - pairs[1] : pairs[1] - pairs[0]) / inverse(i, i);
  }
  for (Eigen::Index i = k; i < n; ++i) result.error[i] = result.error[i - k];
  return result;
}

SpectralError spectral_error(const Eigen::MatrixXd& gram) {
  require_size(gram);
  const Eigen::Index n = gram.rows();
  // Symmetric: of the first half and the second only one is needed, the middle is its own partner.
  const Eigen::VectorXd row = wrapped_diagonals(gram, 0, 1) / static_cast<double>(gram.cols());
  Eigen::VectorXd cosine(n);
  for (Eigen::Index m = 0; m <= n / 2; ++m)
    cosine[m] = cosine[(n - m) % n] =
        std::cos(2 * std::numbers::pi * static_cast<double>(m) / static_cast<double>(n));
  Eigen::VectorXd lambda(n);
  for (Eigen::Index k = 0; k <= n / 2; ++k) {
    double sum = 0;
    for (Eigen::Index m = 1, phase = k; m < n / 2; ++m) {
      sum += row[m] * cosine[phase];
      phase += k;
      if (phase >= n) phase -= n;
    }
    lambda[k] = lambda[(n - k) % n] = row[0] + 2 * sum + (k % 2 == 0 ? row[n / 2] : -row[n / 2]);
  }
  const double least = lambda.minCoeff(), most = lambda.cwiseAbs().maxCoeff();
  require_regular(least > 0 ? most / least : std::numeric_limits<double>::infinity());
  const double separation = lambda[n / 2], density = lambda.cwiseInverse().mean();
  return {1 / (separation * density), separation, density};
}

GroupError group_error(const Eigen::MatrixXd& gram, const data::FiniteGroup& group) {
  require_size(gram);
  const Eigen::Index order = group.order();
  if (gram.rows() != 2 * order || (!group.cyclic && gram.cols() != gram.rows()))
    throw std::logic_error("a Gram matrix of another group's orbits");
  const Eigen::Matrix4Xd kappa = mean_over_group(gram, group);
  BlockSums sums;
  const Eigen::Matrix4Xd real = kappa * group.characters_real, imag = kappa * group.characters_imag;
  for (Eigen::Index r = 0; r < real.cols(); ++r) {
    Eigen::Matrix2cd block;
    block.real() = real.col(r).reshaped(2, 2).transpose();
    block.imag() = imag.col(r).reshaped(2, 2).transpose();
    sums.add(block, Eigen::Matrix2cd(block.inverse()), r == 0);
  }
  for (const data::Representation& rho : group.irreducible) {
    if (rho.dimension == 1) continue;
    const Eigen::MatrixXcd block = transform(kappa, rho);
    sums.add(block, Eigen::MatrixXcd(block.inverse()), false);
  }
  require_regular(sums.norm * sums.norm_of_inverse);
  const Eigen::Vector2d denominator = sums.denominator / static_cast<double>(order);
  return {sums.numerator[0] / denominator[0], -sums.numerator[1] / denominator[1]};
}

}  // namespace rgsweep::theory

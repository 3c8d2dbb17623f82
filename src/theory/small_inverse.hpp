// The inverse of a symmetric or Hermitian positive definite matrix of up to 32 rows. For units of a variant
// only. Eigen's Cholesky decomposition, meant for large matrices, takes three times as long for these.
//   K = L L^*, X = L^-1, K^-1 = X^* X, each step a sum of whole columns that stays in registers:
//   L(:,j) = (K(:,j) - sum_{p<j} L(:,p) conj(L(j,p))) / L(j,j)
//   X(j,:) = (e_j - sum_{p<j} L(j,p) X(p,:)) / L(j,j)
//   K^-1(:,i) = sum_j conj(X(j,:)) X(j,i)
// Matrices are kept as columns of real parts, and of imaginary parts where there are any, padded with zeros
// to whole vectors. What a column of L holds above its diagonal is arbitrary and never used.
#pragma once

#include <array>
#include <cmath>
#include <complex>
#include <type_traits>

#include <Eigen/Core>

namespace rgsweep::theory::gram_loops::RGSWEEP_VARIANT {

using Packet = Eigen::internal::packet_traits<double>::type;
inline constexpr Eigen::Index lanes = Eigen::internal::unpacket_traits<Packet>::size;
inline constexpr Eigen::Index max_small = 32;

/// `vectors` vectors of real parts, and as many of imaginary parts.
template <int vectors, bool is_complex>
struct Column {
  static constexpr int parts = is_complex ? 2 : 1;
  static constexpr Eigen::Index size = vectors * lanes;
  Packet part[parts][vectors];

  [[gnu::always_inline]] void load(const double* column) {
    for (int c = 0; c < parts; ++c)
      for (int v = 0; v < vectors; ++v)
        part[c][v] = Eigen::internal::ploadu<Packet>(column + c * size + v * lanes);
  }
  [[gnu::always_inline]] void store(double* column, double scale) const {
    const Packet factor = Eigen::internal::pset1<Packet>(scale);
    for (int c = 0; c < parts; ++c)
      for (int v = 0; v < vectors; ++v)
        Eigen::internal::pstoreu(column + c * size + v * lanes, Eigen::internal::pmul(part[c][v], factor));
  }
  /// Adds column times (real + i imag), the column conjugated where sign is -1.
  [[gnu::always_inline]] void add(const double* column, double real, double imag, double sign) {
    using namespace Eigen::internal;
    const Packet re = pset1<Packet>(real);
    for (int v = 0; v < vectors; ++v) part[0][v] = pmadd(ploadu<Packet>(column + v * lanes), re, part[0][v]);
    if constexpr (is_complex) {
      const Packet im = pset1<Packet>(imag), re_of_im = pset1<Packet>(sign * real),
                   im_of_im = pset1<Packet>(-sign * imag);
      for (int v = 0; v < vectors; ++v) {
        const Packet x = ploadu<Packet>(column + v * lanes), y = ploadu<Packet>(column + size + v * lanes);
        part[0][v] = pmadd(y, im_of_im, part[0][v]);
        part[1][v] = pmadd(y, re_of_im, pmadd(x, im, part[1][v]));
      }
    }
  }
};

/// In place, of n <= vectors * lanes columns; false where K is not positive definite to rounding.
template <int vectors, bool is_complex>
bool invert_columns(Eigen::Index n, double* k) {
  using Columns = Column<vectors, is_complex>;
  constexpr Eigen::Index step = Columns::parts * Columns::size, imag = Columns::size;
  const auto imag_of = [&](const double* column, Eigen::Index i) {
    return is_complex ? column[imag + i] : 0.0;
  };
  std::array<double, max_small> inverse_root;
  alignas(64) std::array<double, static_cast<std::size_t>(step * Columns::size)> x;
  for (Eigen::Index j = 0; j < n; ++j) {
    Columns column;
    column.load(k + j * step);
    for (Eigen::Index p = 0; p < j; ++p) {
      const double* before = k + p * step;
      column.add(before, -before[j], imag_of(before, j), 1);
    }
    column.store(k + j * step, 1);
    const double pivot = k[j * step + j];
    if (!(pivot > 0) || !std::isfinite(pivot)) return false;
    inverse_root[static_cast<std::size_t>(j)] = 1 / std::sqrt(pivot);
    column.store(k + j * step, inverse_root[static_cast<std::size_t>(j)]);
  }
  for (Eigen::Index j = 0; j < n; ++j) {
    double* const row = x.data() + j * step;
    for (Eigen::Index i = 0; i < step; ++i) row[i] = i == j ? 1 : 0;
    Columns column;
    column.load(row);
    for (Eigen::Index p = 0; p < j; ++p) {
      const double* before = k + p * step;
      column.add(x.data() + p * step, -before[j], -imag_of(before, j), 1);
    }
    column.store(row, inverse_root[static_cast<std::size_t>(j)]);
  }
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index r = 0; r < step; ++r) k[i * step + r] = 0;
    Columns column;
    column.load(k + i * step);
    for (Eigen::Index j = i; j < n; ++j) {
      const double* row = x.data() + j * step;
      column.add(row, row[i], imag_of(row, i), -1);
    }
    column.store(k + i * step, 1);
  }
  return true;
}

/// As invert_columns(), of a matrix (n x n) whose lower triangle counts.
template <int vectors, class Scalar>
bool invert_small(Eigen::Index n, Scalar* matrix) {
  constexpr bool is_complex = !std::is_same_v<Scalar, double>;
  constexpr Eigen::Index size = vectors * lanes, step = is_complex ? 2 * size : size;
  alignas(64) std::array<double, static_cast<std::size_t>(step * size)> columns;
  for (Eigen::Index j = 0; j < n; ++j)
    for (Eigen::Index i = 0; i < size; ++i) {
      const bool inside = i >= j && i < n;
      columns[static_cast<std::size_t>(j * step + i)] = inside ? std::real(matrix[j * n + i]) : 0;
      if constexpr (is_complex)
        columns[static_cast<std::size_t>(j * step + size + i)] = inside ? std::imag(matrix[j * n + i]) : 0;
    }
  if (!invert_columns<vectors, is_complex>(n, columns.data())) return false;
  for (Eigen::Index j = 0; j < n; ++j)
    for (Eigen::Index i = j; i < n; ++i) {
      const double real = columns[static_cast<std::size_t>(j * step + i)];
      if constexpr (is_complex) {
        const double imag = i == j ? 0 : columns[static_cast<std::size_t>(j * step + size + i)];
        matrix[j * n + i] = {real, imag};
        matrix[i * n + j] = {real, -imag};
      } else {
        matrix[j * n + i] = matrix[i * n + j] = real;
      }
    }
  return true;
}

}  // namespace rgsweep::theory::gram_loops::RGSWEEP_VARIANT

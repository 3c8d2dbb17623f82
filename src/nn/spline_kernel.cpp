// Evaluation and moments of splines in blocks. The degree is a template argument: the powers of s are then
// unrolled.
#include "rgsweep/nn/spline_kernel.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <type_traits>

namespace rgsweep::nn {

namespace {

/// Arguments in a block: a multiple of every SIMD width.
constexpr Eigen::Index kBlock = 64;
/// Consecutive arguments go to different copies of the moments: a sum need not wait for the one before it.
constexpr Eigen::Index kCopies = 4;
/// Blocks whose moments are summed in Scalar; longer sums go on in double.
constexpr Eigen::Index kSummedBlocks = 16;

/// Moments of a piece stand at a power of 2, so that one SIMD operation adds to all of them.
constexpr Eigen::Index padded(Eigen::Index terms) {
  return terms <= 2 ? 2 : terms <= 4 ? 4 : 8;
}

/// Calls call(std::integral_constant<int, degree>).
template <class Call>
void with_degree(int degree, const Call& call) {
  static_assert(SplineBasis::kMaxDegree == 5);
  switch (degree) {
    case 1:
      return call(std::integral_constant<int, 1>());
    case 2:
      return call(std::integral_constant<int, 2>());
    case 3:
      return call(std::integral_constant<int, 3>());
    case 4:
      return call(std::integral_constant<int, 4>());
    case 5:
      return call(std::integral_constant<int, 5>());
    default:
      throw std::logic_error("SplineKernel: no such degree");
  }
}

template <class Scalar>
void locate_block(const Scalar* __restrict z, Scalar per_spacing, Scalar half, Scalar last,
                  std::int32_t* __restrict piece, Scalar* __restrict s) {
  for (Eigen::Index i = 0; i < kBlock; ++i) locate(z[i] * per_spacing + half, last, piece[i], s[i]);
}

/// The factors of s^r for each argument of a block.
template <class Scalar, int degree>
using Factors = Scalar[degree + 1][kBlock];

/// By a masked move for each piece, on whole vectors of arguments.
template <class Scalar, int degree>
void select(const Matrix<Scalar>& table, const std::int32_t* __restrict piece,
            Factors<Scalar, degree>& factors) {
  for (int r = 0; r <= degree; ++r) std::fill_n(factors[r], kBlock, table(r, 0));
  for (std::int32_t j = 1; j < table.cols(); ++j)
    for (int r = 0; r <= degree; ++r) {
      const Scalar factor = table(r, j);
      for (Eigen::Index i = 0; i < kBlock; ++i) factors[r][i] = piece[i] >= j ? factor : factors[r][i];
    }
}

/// By a load for each argument.
template <class Scalar, int degree>
void look_up(const Matrix<Scalar>& table, const std::int32_t* __restrict piece,
             Factors<Scalar, degree>& factors) {
  for (Eigen::Index i = 0; i < kBlock; ++i) {
    const Scalar* column = table.data() + piece[i] * (degree + 1);
    for (int r = 0; r <= degree; ++r) factors[r][i] = column[r];
  }
}

template <class Scalar, int degree>
void evaluate_block(const Factors<Scalar, degree>& factors, const Scalar* __restrict s, Scalar per_spacing,
                    Scalar* __restrict value, Scalar* __restrict slope) {
  for (Eigen::Index i = 0; i < kBlock; ++i) {
    Scalar sum = factors[degree][i], derivative = 0;
    for (int r = degree; r-- > 0;) {
      derivative = derivative * s[i] + sum;
      sum = sum * s[i] + factors[r][i];
    }
    value[i] = sum;
    slope[i] = derivative * per_spacing;
  }
}

/// Adds g s^r of a block's arguments to the copies of the moments, `copy` apart.
template <class Scalar, int degree>
void add_moments(const Scalar* __restrict g, const std::int32_t* __restrict piece, const Scalar* __restrict s,
                 Eigen::Index copy, Scalar* __restrict sums) {
  constexpr int width = padded(degree + 1);
  using Terms = Eigen::Array<Scalar, width, 1>;
  alignas(64) Scalar terms[kBlock][width];
  for (Eigen::Index i = 0; i < kBlock; ++i) {
    Scalar term = g[i];
    for (int r = 0; r < width; ++r, term *= s[i]) terms[i][r] = term;
  }
  for (Eigen::Index i = 0; i < kBlock; i += kCopies)
    for (Eigen::Index k = 0; k < kCopies; ++k)
      Eigen::Map<Terms>(sums + k * copy + piece[i + k] * width) += Eigen::Map<const Terms>(terms[i + k]);
}

}  // namespace

template <class Scalar>
SplineKernel<Scalar>::SplineKernel(const SplineBasis& basis, Eigen::Index batch, Eigen::Index units)
    : basis_(basis),
      arguments_(batch * units),
      c_(basis.coefficients()),
      P_(basis.degree() + 1, basis.pieces()),
      moments_(P_),
      table_(P_.rows(), P_.cols()) {
  const auto filled = static_cast<std::size_t>((arguments_ + kBlock - 1) / kBlock * kBlock);
  piece_.resize(filled);
  s_.resize(filled);
  sums_.resize(static_cast<std::size_t>(kCopies * padded(P_.rows()) * P_.cols()));
}

template <class Scalar>
void SplineKernel<Scalar>::forward(std::span<const Scalar> coefficients, Matrix<Scalar>& H,
                                   Matrix<Scalar>& D) {
  for (Eigen::Index k = 0; k < c_.size(); ++k)
    c_[k] = static_cast<double>(coefficients[static_cast<std::size_t>(k)]);
  basis_.expand(c_, P_);
  table_ = P_.template cast<Scalar>();
  with_degree(basis_.degree(), [&](auto degree) { evaluate<degree>(H.data(), D.data()); });
}

template <class Scalar>
template <int degree>
void SplineKernel<Scalar>::evaluate(Scalar* H, Scalar* D) {
  const auto per_spacing = static_cast<Scalar>(1 / basis_.spacing());
  const auto half = static_cast<Scalar>(basis_.intervals() / 2.0);
  const auto last = static_cast<Scalar>(basis_.pieces() - 1);
  // Up to here a masked move for every piece is cheaper than a load for every argument (measured).
  const bool few = static_cast<std::size_t>(table_.cols()) * sizeof(Scalar) <= 64;
  alignas(64) Factors<Scalar, degree> factors;
  const auto block = [&](Eigen::Index first, Scalar* h, Scalar* d) {
    std::int32_t* piece = piece_.data() + first;
    Scalar* s = s_.data() + first;
    locate_block(h, per_spacing, half, last, piece, s);
    if (few)
      select<Scalar, degree>(table_, piece, factors);
    else
      look_up<Scalar, degree>(table_, piece, factors);
    evaluate_block<Scalar, degree>(factors, s, per_spacing, h, d);
  };

  Eigen::Index first = 0;
  for (; first + kBlock <= arguments_; first += kBlock) block(first, H + first, D + first);
  if (first == arguments_) return;
  std::array<Scalar, kBlock> h{}, d{};
  std::copy(H + first, H + arguments_, h.begin());
  block(first, h.data(), d.data());
  std::copy_n(h.begin(), arguments_ - first, H + first);
  std::copy_n(d.begin(), arguments_ - first, D + first);
}

template <class Scalar>
void SplineKernel<Scalar>::coefficient_gradient(const Matrix<Scalar>& G, std::span<Scalar> gradient) {
  moments_.setZero();
  with_degree(basis_.degree(), [&](auto degree) { sum_moments<degree>(G.data()); });
  basis_.reduce(moments_, c_);
  for (Eigen::Index k = 0; k < c_.size(); ++k)
    gradient[static_cast<std::size_t>(k)] = static_cast<Scalar>(c_[k]);
}

template <class Scalar>
template <int degree>
void SplineKernel<Scalar>::sum_moments(const Scalar* G) {
  constexpr Eigen::Index width = padded(degree + 1);
  const Eigen::Index copy = width * P_.cols();
  Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic>> sums(sums_.data(), copy, kCopies);
  const auto block = [&](Eigen::Index first, const Scalar* g) {
    add_moments<Scalar, degree>(g, piece_.data() + first, s_.data() + first, copy, sums_.data());
  };

  for (Eigen::Index first = 0; first < arguments_;) {
    sums.setZero();
    const Eigen::Index end = std::min(arguments_, first + kSummedBlocks * kBlock);
    for (; first + kBlock <= end; first += kBlock) block(first, G + first);
    if (first < end) {
      std::array<Scalar, kBlock> g{};
      std::copy(G + first, G + end, g.begin());
      block(first, g.data());
      first = end;
    }
    for (Eigen::Index piece = 0; piece < moments_.cols(); ++piece)
      for (Eigen::Index r = 0; r <= degree; ++r)
        for (Eigen::Index k = 0; k < kCopies; ++k)
          moments_(r, piece) += static_cast<double>(sums(piece * width + r, k));
  }
}

template class SplineKernel<float>;
template class SplineKernel<double>;

}  // namespace rgsweep::nn

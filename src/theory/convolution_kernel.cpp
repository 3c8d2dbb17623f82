// Patches of one image are the columns of a matrix, so that the covariances of two images' positions are a
// product of two such matrices. That of gap is made in tiles that stay in the cache.
#include <algorithm>
#include <stdexcept>
#include <vector>

#include "activation_kernel.hpp"
#include "rgsweep/nn/trainer.hpp"
#include "rgsweep/theory/neural_kernel.hpp"

namespace rgsweep::theory {

namespace {

constexpr int side = 3, patch_size = side * side;
constexpr Eigen::Index tile = 16;

using Patches = Eigen::Matrix<double, patch_size, Eigen::Dynamic>;

Patches patches_of(const Eigen::VectorXd& image, int rows, int columns) {
  Patches patches(patch_size, image.size());
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column)
      for (int k = 0; k < patch_size; ++k) {
        const int r = (row + k / side - 1 + rows) % rows, c = (column + k % side - 1 + columns) % columns;
        patches(k, row * columns + column) = image[r * columns + c];
      }
  return patches;
}

/// Sums of K and of Kdot q12.
struct Sums {
  double value = 0;
  double tangent = 0;
};

/// q11(i) and q12[i] of `count` pairs; q22(i) of their second members.
template <class Second>
void add_pairs(double slope, Eigen::Index count, const double* q11, Second q22, const double* q12,
               Sums& sums) {
  const LeakyReluStep step(slope);
  // Several sums, so that the loop need not wait for one; always in the same order.
  constexpr Eigen::Index lanes = 16;
  double value[lanes] = {}, tangent[lanes] = {};
  Eigen::Index i = 0;
  for (; i + lanes <= count; i += lanes)
    for (Eigen::Index lane = 0; lane < lanes; ++lane) {
      double k, derivative;
      step(q11[i + lane], q22(i + lane), q12[i + lane], k, derivative);
      value[lane] += k;
      tangent[lane] += derivative * q12[i + lane];
    }
  for (; i < count; ++i) {
    double k, derivative;
    step(q11[i], q22(i), q12[i], k, derivative);
    value[0] += k;
    tangent[0] += derivative * q12[i];
  }
  for (Eigen::Index lane = 0; lane < lanes; ++lane) {
    sums.value += value[lane];
    sums.tangent += tangent[lane];
  }
}

}  // namespace

Eigen::MatrixXd convolution_gram(const Eigen::MatrixXd& inputs, int rows, int columns, Pooling pooling,
                                 const KernelOptions& options, const std::function<bool()>& should_stop) {
  const Eigen::Index n = inputs.cols(), pixels = inputs.rows();
  if (n == 0 || rows < 1 || columns < 1 || pixels != Eigen::Index{rows} * columns)
    throw std::logic_error("a convolution kernel of images of another shape");
  const double weight = options.weight_scale * options.weight_scale,
               bias = options.bias_scale * options.bias_scale;
  std::vector<Patches> patches;
  Eigen::MatrixXd variance(pixels, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    // Scaled so that products of patches are weight / patch_size times those of the pixels.
    patches.push_back(patches_of(inputs.col(i), rows, columns) * (options.weight_scale / side));
    variance.col(i) = (patches.back().colwise().squaredNorm().array() + bias).matrix().transpose();
  }
  Eigen::MatrixXd gram(n, n), q12(pixels, tile);
  for (Eigen::Index j = 0; j < n; ++j)
    for (Eigen::Index i = j; i < n; ++i) {
      if (should_stop && should_stop()) throw nn::TrainingStopped();
      const Patches &first = patches[static_cast<std::size_t>(i)],
                    &second = patches[static_cast<std::size_t>(j)];
      const double *q11 = variance.data() + i * pixels, *q22 = variance.data() + j * pixels;
      Sums sums;
      double pairs = static_cast<double>(pixels);
      if (pooling == Pooling::flatten) {
        q12.col(0) = (first.cwiseProduct(second).colwise().sum().array() + bias).matrix().transpose();
        add_pairs(
            options.slope, pixels, q11, [&](Eigen::Index p) { return q22[p]; }, q12.data(), sums);
      } else {
        pairs *= pairs;
        for (Eigen::Index begin = 0; begin < pixels; begin += tile) {
          const Eigen::Index width = std::min(tile, pixels - begin);
          q12.leftCols(width).noalias() = first.transpose() * second.middleCols(begin, width);
          q12.leftCols(width).array() += bias;
          for (Eigen::Index p = 0; p < width; ++p)
            add_pairs(
                options.slope, pixels, q11, [&](Eigen::Index) { return q22[begin + p]; },
                q12.data() + p * pixels, sums);
        }
      }
      const double q = weight * sums.value / pairs + bias;
      gram(i, j) = gram(j, i) = options.kind == KernelKind::ntk ? q + weight * sums.tangent / pairs : q;
    }
  return gram;
}

}  // namespace rgsweep::theory

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "rgsweep/core/rng.hpp"
#include "rgsweep/nn/trainer.hpp"
#include "rgsweep/theory/neural_kernel.hpp"

namespace rgsweep::theory {
namespace {

constexpr int rows = 4, columns = 5, pixels = rows * columns;

Eigen::MatrixXd normals(Eigen::Index size, Eigen::Index samples, std::uint64_t step) {
  Stream stream(6, Purpose::observable, step);
  Eigen::MatrixXd matrix(size, samples);
  stream.normal({matrix.data(), static_cast<std::size_t>(matrix.size())});
  return matrix;
}

/// Pixel k of the patch around a position.
double patch(const Eigen::VectorXd& image, int position, int k) {
  const int row = (position / columns + k / 3 - 1 + rows) % rows,
            column = (position % columns + k % 3 - 1 + columns) % columns;
  return image[row * columns + column];
}

double patch_product(const Eigen::VectorXd& x, int p, const Eigen::VectorXd& y, int q) {
  double sum = 0;
  for (int k = 0; k < 9; ++k) sum += patch(x, p, k) * patch(y, q, k);
  return sum;
}

TEST(ConvolutionKernel, IsTheMeanOverPositionsOfThePatchKernel) {
  const Eigen::MatrixXd x = normals(pixels, 4, 1);
  for (const Pooling pooling : {Pooling::flatten, Pooling::gap})
    for (const KernelKind kind : {KernelKind::ntk, KernelKind::nngp})
      for (const double slope : {0.0, 0.3}) {
        const KernelOptions options{kind, slope, 1.5, 0.6};
        const double w = 2.25, b = 0.36;
        const Eigen::MatrixXd gram = convolution_gram(x, rows, columns, pooling, options);
        for (Eigen::Index i = 0; i < 4; ++i)
          for (Eigen::Index j = 0; j < 4; ++j) {
            double value = 0, tangent = 0, count = 0;
            for (int p = 0; p < pixels; ++p)
              for (int q = 0; q < pixels; ++q) {
                if (pooling == Pooling::flatten && p != q) continue;
                const double q12 = w / 9 * patch_product(x.col(i), p, x.col(j), q) + b;
                const ActivationKernel k =
                    activation_kernel(slope, w / 9 * patch_product(x.col(i), p, x.col(i), p) + b,
                                      w / 9 * patch_product(x.col(j), q, x.col(j), q) + b, q12);
                value += k.value;
                tangent += k.derivative * q12;
                ++count;
              }
            const double nngp = w * value / count + b;
            EXPECT_NEAR(gram(i, j), kind == KernelKind::nngp ? nngp : nngp + w * tangent / count, 1e-7)
                << i << " " << j;
          }
      }
}

// Networks of C channels: f = W / sqrt(C P) sum_cp v_cp phi(z_cp) + b c for flatten, and the mean over
// positions with one v_c for gap. Means over networks are exact for every C.
TEST(ConvolutionKernel, IsTheMeanOverNetworks) {
  constexpr int channels = 6, networks = 1000;
  const Eigen::MatrixXd x = normals(pixels, 2, 2);
  const double slope = 0.2, weight = 1.2, bias = 0.5;
  for (const Pooling pooling : {Pooling::flatten, Pooling::gap}) {
    Eigen::Matrix2d mean_q = Eigen::Matrix2d::Zero(), mean_t = mean_q, square_q = mean_q, square_t = mean_q;
    for (int n = 0; n < networks; ++n) {
      Stream stream(7, Purpose::init, static_cast<std::uint64_t>(n));
      std::vector<double> filter(9 * channels), offset(channels),
          readout(static_cast<std::size_t>(channels * pixels));
      stream.normal(filter);
      stream.normal(offset);
      stream.normal(readout);
      const double constant = stream.normal();
      const double scale = pooling == Pooling::flatten ? weight / std::sqrt(1.0 * channels * pixels)
                                                       : weight / std::sqrt(1.0 * channels) / pixels;
      Eigen::Vector2d output = Eigen::Vector2d::Constant(bias * constant);
      // Derivatives: filter, offset and readout of each channel, and the constant.
      Eigen::MatrixXd gradient = Eigen::MatrixXd::Zero(2, channels * (10 + pixels) + 1);
      for (Eigen::Index i = 0; i < 2; ++i) {
        for (int c = 0; c < channels; ++c)
          for (int p = 0; p < pixels; ++p) {
            double z = bias * offset[static_cast<std::size_t>(c)];
            for (int k = 0; k < 9; ++k)
              z += weight / 3 * filter[static_cast<std::size_t>(9 * c + k)] * patch(x.col(i), p, k);
            const int place = pooling == Pooling::flatten ? p : 0;
            const double v = readout[static_cast<std::size_t>(c * pixels + place)];
            const double phi = z > 0 ? z : slope * z, prime = z > 0 ? 1 : slope;
            output[i] += scale * v * phi;
            const Eigen::Index first = Eigen::Index{c} * (10 + pixels);
            for (int k = 0; k < 9; ++k)
              gradient(i, first + k) += scale * v * prime * weight / 3 * patch(x.col(i), p, k);
            gradient(i, first + 9) += scale * v * prime * bias;
            gradient(i, first + 10 + place) += scale * phi;
          }
        gradient(i, gradient.cols() - 1) = bias;
      }
      const Eigen::Matrix2d q = output * output.transpose(), t = gradient * gradient.transpose();
      mean_q += q / networks;
      square_q += q.cwiseAbs2() / networks;
      mean_t += t / networks;
      square_t += t.cwiseAbs2() / networks;
    }
    const auto expect_mean = [&](const Eigen::Matrix2d& mean, const Eigen::Matrix2d& square,
                                 KernelKind kind) {
      const Eigen::MatrixXd gram = convolution_gram(x, rows, columns, pooling, {kind, slope, weight, bias});
      for (Eigen::Index i = 0; i < 4; ++i) {
        const double error = std::sqrt((square(i) - mean(i) * mean(i)) / networks);
        EXPECT_NEAR(mean(i), gram(i), 4 * error) << i;
        EXPECT_LT(error, 0.08 * gram.maxCoeff());
      }
    };
    expect_mean(mean_q, square_q, KernelKind::nngp);
    expect_mean(mean_t, square_t, KernelKind::ntk);
  }
}

TEST(ConvolutionKernel, PoolingDoesNotSeeShifts) {
  Eigen::MatrixXd x = normals(pixels, 2, 3);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column)
      x(row * columns + column, 1) = x(row * columns + (column + 2) % columns, 0);
  const Eigen::MatrixXd gap = convolution_gram(x, rows, columns, Pooling::gap, {}),
                        flat = convolution_gram(x, rows, columns, Pooling::flatten, {});
  EXPECT_NEAR(gap(0, 1), gap(0, 0), 1e-14);
  EXPECT_NEAR(gap(1, 1), gap(0, 0), 1e-14);
  EXPECT_LT(flat(0, 1), 0.95 * flat(0, 0));
}

TEST(ConvolutionKernel, StopsOnRequestAndKnowsItsShape) {
  const Eigen::MatrixXd x = normals(pixels, 4, 4);
  int asked = 0;
  EXPECT_THROW(convolution_gram(x, rows, columns, Pooling::gap, {}, [&] { return ++asked > 3; }),
               nn::TrainingStopped);
  EXPECT_EQ(asked, 4);
  EXPECT_THROW(convolution_gram(x, rows, columns + 1, Pooling::gap, {}), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::theory

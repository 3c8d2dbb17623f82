#include "rgsweep/theory/neural_kernel.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "activation_kernel.hpp"
#include "rgsweep/core/rng.hpp"
#include "rgsweep/math/gaussian_rule.hpp"

namespace rgsweep::theory {
namespace {

Eigen::MatrixXd normals(Eigen::Index rows, Eigen::Index columns, std::uint64_t step) {
  Stream stream(5, Purpose::observable, step);
  Eigen::MatrixXd matrix(rows, columns);
  stream.normal({matrix.data(), static_cast<std::size_t>(matrix.size())});
  return matrix;
}

double phi(double slope, double z) {
  return z > 0 ? z : slope * z;
}

double phi_prime(double slope, double z) {
  return z > 0 ? 1 : slope;
}

TEST(NeuralKernel, AnglesAreThoseOfTheLibrary) {
  for (int i = 0; i <= 20000; ++i) {
    const double angle = std::numbers::pi * i / 20000, s = std::sin(angle), c = std::cos(angle);
    EXPECT_NEAR(upper_angle(s, c), std::atan2(s, c), 5e-16 * std::atan2(s, c)) << angle;
  }
  for (const double tiny : {1e-300, 1e-20, 1e-9, 1e-4}) {
    EXPECT_NEAR(upper_angle(tiny, 1), std::atan(tiny), 5e-16 * tiny);
    EXPECT_NEAR(upper_angle(tiny, -1), std::atan2(tiny, -1), 5e-16);
  }
  EXPECT_EQ(upper_angle(0, 0), 0);
  EXPECT_EQ(upper_angle(0, 2), 0);
  EXPECT_EQ(upper_angle(0, -2), std::numbers::pi);
}

// E[phi(z) phi(z')] and E[phi'(z) phi'(z')] by quadrature in the plane, cut where z or z' vanishes.
TEST(NeuralKernel, ActivationKernelIsTheGaussianExpectation) {
  for (const double slope : {0.0, 0.3, 1.0, -0.5})
    for (const double correlation : {-0.99, -0.4, 0.0, 0.7, 0.999}) {
      const double s1 = 1.3, s2 = 0.4;
      Eigen::MatrixXd lines(2, 2);
      lines << s1, 0, s2 * correlation, s2 * std::sqrt(1 - correlation * correlation);
      const math::GaussianRule rule = math::piecewise_gaussian_rule(lines, Eigen::Vector2d::Zero());
      double value = 0, derivative = 0;
      for (Eigen::Index i = 0; i < rule.weights.size(); ++i) {
        const Eigen::Vector2d z = lines * rule.nodes.row(i).transpose();
        value += rule.weights[i] * phi(slope, z[0]) * phi(slope, z[1]);
        derivative += rule.weights[i] * phi_prime(slope, z[0]) * phi_prime(slope, z[1]);
      }
      const ActivationKernel kernel = activation_kernel(slope, s1 * s1, s2 * s2, correlation * s1 * s2);
      EXPECT_NEAR(kernel.value, value, 1e-12) << slope << " " << correlation;
      EXPECT_NEAR(kernel.derivative, derivative, 1e-12) << slope << " " << correlation;
    }
}

/// The recursion entry by entry.
double entry_by_recursion(const Eigen::VectorXd& x, const Eigen::VectorXd& y, int depth,
                          const KernelOptions& o) {
  const double w = o.weight_scale * o.weight_scale, b = o.bias_scale * o.bias_scale;
  const auto d = static_cast<double>(x.size());
  double q11 = w * x.dot(x) / d + b, q22 = w * y.dot(y) / d + b, q12 = w * x.dot(y) / d + b, theta = q12;
  for (int l = 0; l < depth; ++l) {
    const ActivationKernel k = activation_kernel(o.slope, q11, q22, q12);
    q11 = w * activation_kernel(o.slope, q11, q11, q11).value + b;
    q22 = w * activation_kernel(o.slope, q22, q22, q22).value + b;
    q12 = w * k.value + b;
    theta = q12 + w * k.derivative * theta;
  }
  return o.kind == KernelKind::ntk ? theta : q12;
}

TEST(NeuralKernel, GramMatricesFollowTheRecursion) {
  Eigen::MatrixXd inputs = normals(7, 40, 1);
  inputs.col(3) = -2 * inputs.col(2);
  inputs.col(5) = inputs.col(4) * (1 + 1e-9);
  inputs.col(6).setZero();
  for (const KernelKind kind : {KernelKind::ntk, KernelKind::nngp})
    for (const double slope : {0.0, 0.2, 1.0})
      for (const int depth : {1, 2, 6}) {
        const KernelOptions options{kind, slope, 1.4, 0.3};
        const Eigen::MatrixXd gram = mlp_gram(inputs, depth, options);
        EXPECT_EQ(gram, gram.transpose());
        for (Eigen::Index i = 0; i < 40; ++i)
          for (Eigen::Index j = 0; j < 40; ++j) {
            const double expected = entry_by_recursion(inputs.col(i), inputs.col(j), depth, options);
            // The square root makes of 1e-16 an angle of 1e-8 between parallel inputs.
            const bool parallel = i == j || (std::min(i, j) == 4 && std::max(i, j) == 5);
            EXPECT_NEAR(gram(i, j), expected, (parallel ? 1e-7 : 1e-12) * gram.maxCoeff()) << i << " " << j;
          }
      }
}

TEST(NeuralKernel, LinearNetworksHaveLinearKernels) {
  const Eigen::MatrixXd inputs = normals(5, 6, 2), products = inputs.transpose() * inputs / 5;
  const Eigen::MatrixXd nngp = mlp_gram(inputs, 2, {KernelKind::nngp, 1, 1, 0}),
                        ntk = mlp_gram(inputs, 2, {KernelKind::ntk, 1, 1, 0});
  EXPECT_LT((nngp - products).cwiseAbs().maxCoeff(), 1e-14);
  EXPECT_LT((ntk - 3 * products).cwiseAbs().maxCoeff(), 1e-13);
}

// Mean over random networks of f f' and of the tangent kernel sum of products of derivatives, at a width
// where the corrections of finite width are below the error of the mean.
TEST(NeuralKernel, IsTheMeanOverWideNetworks) {
  constexpr Eigen::Index width = 128, inputs_size = 3, networks = 1500;
  constexpr int depth = 2;
  const Eigen::MatrixXd x = normals(inputs_size, 3, 3);
  const KernelOptions scales{KernelKind::ntk, 0.2, 1.3, 0.4};
  const auto root = [](Eigen::Index n) { return std::sqrt(static_cast<double>(n)); };
  Eigen::Matrix3d mean_q = Eigen::Matrix3d::Zero(), mean_t = mean_q, square_q = mean_q, square_t = mean_q;
  for (Eigen::Index k = 0; k < networks; ++k) {
    const auto draw = [&](Eigen::Index rows, Eigen::Index columns, int what) {
      return normals(rows, columns, static_cast<std::uint64_t>(1000 + 10 * k + what));
    };
    // Layers' inputs h, and derivatives of f with respect to pre-activations.
    std::vector<Eigen::MatrixXd> weights{draw(width, inputs_size, 0), draw(width, width, 1),
                                         draw(1, width, 2)};
    std::vector<Eigen::MatrixXd> h{x}, z;
    for (int l = 0; l <= depth; ++l) {
      const auto i = static_cast<std::size_t>(l);
      const Eigen::VectorXd bias = draw(weights[i].rows(), 1, 3 + l);
      z.emplace_back(((scales.weight_scale / root(h[i].rows())) * weights[i] * h[i]).colwise() +
                     scales.bias_scale * bias);
      h.emplace_back(z[i].unaryExpr([&](double value) { return phi(scales.slope, value); }));
    }
    Eigen::MatrixXd delta = Eigen::MatrixXd::Ones(1, 3);
    Eigen::Matrix3d tangent = Eigen::Matrix3d::Zero();
    for (int l = depth; l >= 0; --l) {
      const auto i = static_cast<std::size_t>(l);
      const double w = scales.weight_scale / root(h[i].rows());
      const Eigen::Matrix3d from_weights = w * w * h[i].transpose() * h[i];
      tangent.array() += (delta.transpose() * delta).array() *
                         (from_weights.array() + scales.bias_scale * scales.bias_scale);
      if (l > 0)
        delta = (w * weights[i].transpose() * delta).cwiseProduct(z[i - 1].unaryExpr([&](double value) {
          return phi_prime(scales.slope, value);
        }));
    }
    const Eigen::Matrix3d outputs = z.back().transpose() * z.back();
    mean_q += outputs / networks;
    square_q += outputs.cwiseAbs2() / networks;
    mean_t += tangent / networks;
    square_t += tangent.cwiseAbs2() / networks;
  }
  const auto expect_mean = [&](const Eigen::Matrix3d& mean, const Eigen::Matrix3d& square, KernelKind kind,
                               double precision) {
    KernelOptions options = scales;
    options.kind = kind;
    const Eigen::MatrixXd gram = mlp_gram(x, depth, options);
    for (Eigen::Index i = 0; i < 9; ++i) {
      const double error = std::sqrt((square(i) - mean(i) * mean(i)) / networks);
      EXPECT_NEAR(mean(i), gram(i), 4 * error) << i;
      EXPECT_LT(error, precision * gram.maxCoeff());
    }
  };
  expect_mean(mean_q, square_q, KernelKind::nngp, 0.04);
  expect_mean(mean_t, square_t, KernelKind::ntk, 0.02);
}

TEST(NeuralKernel, RbfIsAFunctionOfDistance) {
  const Eigen::MatrixXd x = normals(4, 5, 4), gram = rbf_gram(x, 0.7);
  for (Eigen::Index i = 0; i < 5; ++i)
    for (Eigen::Index j = 0; j < 5; ++j)
      EXPECT_NEAR(gram(i, j), std::exp(-0.49 * (x.col(i) - x.col(j)).squaredNorm()), 1e-14);
}

TEST(NeuralKernel, NothingHasNoKernel) {
  EXPECT_THROW(mlp_gram(Eigen::MatrixXd(3, 0), 1, {}), std::logic_error);
  EXPECT_THROW(mlp_gram(Eigen::MatrixXd::Ones(3, 2), 0, {}), std::logic_error);
  EXPECT_THROW(rbf_gram(Eigen::MatrixXd(0, 0), 1), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::theory

#include "rgsweep/theory/neural_kernel.hpp"

#include <stdexcept>

#include "activation_kernel.hpp"
#include "rgsweep/data/inner_products.hpp"

namespace rgsweep::theory {

namespace {

/// q and t of `count` pairs, the first members' variances q11 and the second's q22, after an activation and a
/// dense layer.
void next_layer(const KernelOptions& options, Eigen::Index count, const double* q11, double q22, double* q,
                double* t) {
  const LeakyReluStep step(options.slope);
  const double weight = options.weight_scale * options.weight_scale,
               bias = options.bias_scale * options.bias_scale;
  for (Eigen::Index i = 0; i < count; ++i) {
    double value, derivative;
    step(q11[i], q22, q[i], value, derivative);
    q[i] = weight * value + bias;
    t[i] = q[i] + weight * derivative * t[i];
  }
}

}  // namespace

ActivationKernel activation_kernel(double slope, double q11, double q22, double q12) {
  const double square = q11 * q22 - q12 * q12, sine = std::sqrt(square > 0 ? square : 0.0);
  const double kink = (1 - slope) * (1 - slope) / (2 * std::numbers::pi);
  const double derivative = (1 + slope * slope) / 2 - kink * std::atan2(sine, q12);
  return {kink * sine + derivative * q12, derivative};
}

Eigen::MatrixXd mlp_gram(const Eigen::MatrixXd& inputs, int depth, const KernelOptions& options) {
  return mlp_gram_of_products(data::inner_products(inputs), inputs.rows(), depth, options);
}

Eigen::MatrixXd mlp_gram_of_products(const Eigen::MatrixXd& products, Eigen::Index inputs, int depth,
                                     const KernelOptions& options) {
  if (products.size() == 0 || inputs == 0 || depth < 1)
    throw std::logic_error("the kernel of no network or no samples");
  const double weight = options.weight_scale * options.weight_scale,
               bias = options.bias_scale * options.bias_scale, half = (1 + options.slope * options.slope) / 2;
  const Eigen::Index n = products.cols();
  Eigen::MatrixXd q = (products.array() * (weight / static_cast<double>(inputs)) + bias).matrix();
  // Variances and diagonal of Theta, layer by layer: theta = 0 there.
  Eigen::MatrixXd variance(n, depth + 1);
  variance.col(0) = q.diagonal();
  Eigen::VectorXd tangent = q.diagonal();
  for (Eigen::Index l = 0; l < depth; ++l) {
    variance.col(l + 1) = (variance.col(l).array() * (weight * half) + bias).matrix();
    tangent = variance.col(l + 1) + weight * half * tangent;
  }
  Eigen::MatrixXd gram(n, n);
  Eigen::VectorXd t(n);
  for (Eigen::Index j = 0; j < n; ++j) {
    const Eigen::Index below = n - j - 1;
    double* const column = q.data() + j * n + j + 1;
    Eigen::Map<Eigen::VectorXd>(t.data(), below) = q.col(j).tail(below);
    for (Eigen::Index l = 0; l < depth; ++l)
      next_layer(options, below, variance.data() + l * n + j + 1, variance(j, l), column, t.data());
    gram(j, j) = options.kind == KernelKind::ntk ? tangent[j] : variance(j, depth);
    if (options.kind == KernelKind::ntk)
      gram.col(j).tail(below) = t.head(below);
    else
      gram.col(j).tail(below) = q.col(j).tail(below);
  }
  gram.triangularView<Eigen::StrictlyUpper>() = gram.transpose();
  return gram;
}

Eigen::MatrixXd rbf_gram(const Eigen::MatrixXd& inputs, double scale) {
  return rbf_gram_of_products(data::inner_products(inputs), scale);
}

Eigen::MatrixXd rbf_gram_of_products(const Eigen::MatrixXd& products, double scale) {
  if (products.size() == 0) throw std::logic_error("the kernel of no samples");
  const Eigen::VectorXd squares = products.diagonal();
  const auto distances = ((-2 * products).colwise() + squares).rowwise() + squares.transpose();
  return (-scale * scale * distances.array().max(0)).exp().matrix();
}

}  // namespace rgsweep::theory

#include "rgsweep/theory/neural_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "gram_functions.hpp"
#include "rgsweep/data/block_circulant.hpp"
#include "rgsweep/data/inner_products.hpp"

namespace rgsweep::theory {

namespace {

/// Entries of a block-circulant Gram matrix of n rows and k columns that differ from each other, collected so
/// that loops over them are long.
class Entries {
 public:
  Entries(const gram_loops::Layers& layers, KernelKind kind, const Eigen::VectorXd& variance,
          Eigen::MatrixXd& gram)
      : layers_(layers), kind_(kind), variance_(variance), gram_(gram) {}

  /// Rows `first` to `end` of block `block` in this column, whose covariances are in `gram`.
  void add(Eigen::Index block, Eigen::Index column, Eigen::Index first, Eigen::Index end) {
    const Eigen::Index k = gram_.cols();
    while (first < end) {
      if (count_ == most) flush();
      const Eigen::Index taken = std::min(end - first, most - count_);
      q11_.segment(count_, taken) = variance_.segment(first, taken);
      q22_.segment(count_, taken).setConstant(variance_[column]);
      q12_.segment(count_, taken) = gram_.col(column).segment(block * k + first, taken);
      theta_.segment(count_, taken) = q12_.segment(count_, taken);
      runs_.push_back({block, column, first, taken});
      count_ += taken;
      first += taken;
    }
  }

  /// Writes the kernels of what has been added to the matrix.
  void flush() {
    if (count_ == 0) return;
    gram_loops::functions().layers(layers_, count_, q11_.data(), q22_.data(), q12_.data(), theta_.data());
    const Eigen::Index k = gram_.cols(), n = gram_.rows();
    const double* value = kind_ == KernelKind::ntk ? theta_.data() : q12_.data();
    for (const Run& run : runs_) {
      // K(block k + i, column) = K((blocks - block) k + column, i).
      double* mirrored = gram_.data() + (n - run.block * k) % n + run.column + run.first * n;
      double* entry = gram_.data() + run.block * k + run.first + run.column * n;
      for (Eigen::Index i = 0; i < run.count; ++i, mirrored += n) *mirrored = entry[i] = *value++;
    }
    runs_.clear();
    count_ = 0;
  }

 private:
  /// Four arrays of this length stay in the nearest cache.
  static constexpr Eigen::Index most = 1024;
  using Array = Eigen::Array<double, most, 1>;
  struct Run {
    Eigen::Index block, column, first, count;
  };

  gram_loops::Layers layers_;
  KernelKind kind_;
  const Eigen::VectorXd& variance_;
  Eigen::MatrixXd& gram_;
  Array q11_, q22_, q12_, theta_;
  std::vector<Run> runs_;
  Eigen::Index count_ = 0;
};

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
  const Eigen::Index blocks = data::circulant_blocks(products), k = products.cols();
  Eigen::MatrixXd gram = (products.array() * (weight / static_cast<double>(inputs)) + bias).matrix();
  const Eigen::VectorXd variance = gram.diagonal();
  Entries entries({depth, options.slope, weight, bias}, options.kind, variance, gram);
  for (Eigen::Index block = 0; 2 * block <= blocks; ++block)
    for (Eigen::Index column = 0; column < k; ++column) {
      // The first block and the one half way round are symmetric.
      const bool symmetric = 2 * block % blocks == 0;
      entries.add(block, column, symmetric ? column + (block == 0 ? 1 : 0) : 0, k);
    }
  entries.flush();
  // On the diagonal the angle is 0.
  Eigen::VectorXd q = variance, theta = variance;
  for (int layer = 0; layer < depth; ++layer) {
    q = (q.array() * (weight * half) + bias).matrix();
    theta = q + weight * half * theta;
  }
  gram.diagonal() = options.kind == KernelKind::ntk ? theta : q;
  return gram;
}

Eigen::MatrixXd rbf_gram(const Eigen::MatrixXd& inputs, double scale) {
  return rbf_gram_of_products(data::inner_products(inputs), scale);
}

Eigen::MatrixXd rbf_gram_of_products(const Eigen::MatrixXd& products, double scale) {
  if (products.size() == 0) throw std::logic_error("the kernel of no samples");
  const Eigen::VectorXd squares = products.diagonal(),
                        all = squares.replicate(data::circulant_blocks(products), 1);
  const auto distances = ((-2 * products).colwise() + all).rowwise() + squares.transpose();
  return (-scale * scale * distances.array().max(0)).exp().matrix();
}

}  // namespace rgsweep::theory

#include "measurement.hpp"

#include <cmath>
#include <limits>

#include <Eigen/Cholesky>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/hash.hpp"
#include "tiles.hpp"

namespace rgsweep::experiment {

namespace {

/// Calls visit(x) for tiles that make up all inputs of one stream.
template <class Visit>
void for_each_input_tile(const InputSource& inputs, Stream stream, Visit visit) {
  for_each_tile(inputs.samples, inputs.should_stop, [&](std::size_t, std::size_t count) {
    visit(data::draw_inputs(inputs.distribution, inputs.map.block, count, stream));
  });
}

double ratio(double part, double whole) {
  return std::isfinite(part) && std::isfinite(whole) && whole > 0 ? part / whole
                                                                  : std::numeric_limits<double>::quiet_NaN();
}

/// Moments of (1, x, f) that the best affine fit of f needs, gathered tile by tile. The products are plain
/// dot products: Eigen's blocked ones sum in an order that depends on the size of the processor's caches.
class AffineFit {
 public:
  explicit AffineFit(int block) : products_(Eigen::MatrixXd::Zero(block + 2, block + 2)) {}

  void add(const data::Inputs& x, const Eigen::ArrayXd& f) {
    Eigen::MatrixXd rows(x.rows(), x.cols() + 2);
    rows.col(0).setOnes();
    rows.middleCols(1, x.cols()) = x.matrix();
    rows.rightCols(1) = f.matrix();
    products_ += rows.transpose().lazyProduct(rows);
  }

  /// Residual variance / variance of f; NaN for a constant f.
  double unexplained() const {
    const Eigen::Index n = products_.rows() - 1;
    const double samples = products_(0, 0);
    const Eigen::VectorXd mean = products_.row(0).transpose() / samples;
    const Eigen::MatrixXd covariance = products_ / samples - mean * mean.transpose();
    const double variance = covariance(n, n);
    if (!(variance > 0) || !std::isfinite(variance)) return std::numeric_limits<double>::quiet_NaN();
    const Eigen::VectorXd cross = covariance.block(1, n, n - 1, 1);
    const Eigen::VectorXd fit = covariance.block(1, 1, n - 1, n - 1).ldlt().solve(cross);
    const double share = 1 - fit.dot(cross) / variance;
    return share < 0 ? 0 : share;  // rounding of an exact fit; NaN stays NaN
  }

 private:
  Eigen::MatrixXd products_;
};

}  // namespace

TestResult measure_test(const nn::ReferenceNetwork& network, const Eigen::VectorXd& theta,
                        const InputSource& inputs) {
  TestResult result{inputs.distribution, 0, {}};
  const Stream stream(inputs.stream_key, Purpose::test_sample, hash(inputs.distribution.text()));
  for_each_input_tile(inputs, stream, [&](const data::Inputs& x) {
    const Eigen::ArrayXd f = network.output(theta, x);
    result.mse += (f - inputs.map.target(x)).square().sum();
    result.output.add({f.data(), static_cast<std::size_t>(f.size())});
  });
  result.mse /= static_cast<double>(inputs.samples);
  return result;
}

SymmetryResult measure_symmetry(const nn::ReferenceNetwork& network, const Eigen::VectorXd& theta,
                                const InputSource& inputs) {
  const int block = inputs.map.block;
  double power = 0, even = 0, exchanged = 0;
  AffineFit fit(block);
  const Stream stream(inputs.stream_key, Purpose::observable, hash("symmetry"));
  for_each_input_tile(inputs, stream, [&](const data::Inputs& x) {
    const Eigen::ArrayXd f = network.output(theta, x);
    power += f.square().sum();
    even += ((f + network.output(theta, -x)) / 2).square().sum();
    data::Inputs swapped = x;
    for (int i = 0; i < block; ++i)
      for (int j = i + 1; j < block; ++j) {
        swapped.col(i).swap(swapped.col(j));
        exchanged += (f - network.output(theta, swapped)).square().sum();
        swapped.col(i).swap(swapped.col(j));
      }
    fit.add(x, f);
  });
  const double transpositions = block * (block - 1) / 2.0;
  return {ratio(even, power), ratio(exchanged, 4 * transpositions * power), fit.unexplained()};
}

std::optional<nn::Layout> layout_under(const Parameters& point, std::string_view symmetry) {
  try {
    return nn::make_layout(point, symmetry);
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

double symmetry_distance(const nn::Layout& layout, const nn::Layout& symmetric,
                         const Eigen::VectorXd& theta) {
  double distance = 0, total = 0;
  for (std::size_t l = 0; l + 1 < layout.layers.size(); ++l) {
    const Eigen::MatrixXd w = layout.weight(theta, l);
    distance += (w - symmetric.layers[l].weight.project(w)).squaredNorm();
    total += w.squaredNorm();
  }
  return distance / total;
}

double order_parameter(const nn::Layout& layout, const Eigen::VectorXd& theta) {
  if (layout.depth() != 1) return std::numeric_limits<double>::quiet_NaN();
  const Eigen::ArrayXd norms = layout.weight(theta, 0).rowwise().norm().array();
  const Eigen::ArrayXd readout = layout.weight(theta, 1).row(0).transpose().array();
  return (readout * norms).sum() / (readout.abs() * norms).sum();
}

}  // namespace rgsweep::experiment

#include "rgsweep/nn/throughput.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "kernel_functions.hpp"
#include "rgsweep/core/rng.hpp"

namespace rgsweep::nn {

namespace {

/// Seconds of the shorter of two runs: long against the clock's resolution, short against the time that the
/// operating system lets a process run.
constexpr double kShortRun = 1e-3;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double free_entries(const TyingPattern& pattern) {
  double count = 0;
  for (int row = 0; row < pattern.rows(); ++row)
    for (int col = 0; col < pattern.cols(); ++col) count += pattern.label(row, col) != TyingPattern::kZero;
  return count;
}

class FixedBatch : public BatchSource {
 public:
  void fill(std::uint64_t /*step*/, Eigen::Ref<Eigen::ArrayXXd> X, Eigen::Ref<Eigen::ArrayXd> y) override {
    Stream stream(1, Purpose::train_sample, 0);
    for (Eigen::Index col = 0; col < X.cols(); ++col)
      stream.normal({X.col(col).data(), static_cast<std::size_t>(X.rows())});
    y = X.rowwise().mean();
  }
  bool constant() const override { return true; }
};

}  // namespace

double needed_operations(const Layout& layout, std::int64_t batch) {
  double products = 0;
  for (std::size_t l = 0; l < layout.layers.size(); ++l)
    products += (l == 0 ? 2 : 3) * free_entries(layout.layers[l].weight);
  return 2 * products * static_cast<double>(batch);
}

template <class Scalar>
double peak_rate(std::size_t variant) {
  const kernel::Functions<Scalar>& code = kernel::functions<Scalar>(variant);
  double best = 0;
  for (int i = 0; i < 20; ++i) {
    constexpr kernel::Index kRounds = 100000;
    const Clock::time_point start = Clock::now();
    const double operations = code.multiply_adds(kRounds);
    best = std::max(best, operations / seconds_since(start));
  }
  return best;
}

template double peak_rate<float>(std::size_t);
template double peak_rate<double>(std::size_t);

double step_seconds(const Layout& layout, const Activation& activation, TrainingOptions options, int tries) {
  FixedBatch source;
  return step_seconds(layout, activation, std::move(options), tries, source);
}

double step_seconds(const Layout& layout, const Activation& activation, TrainingOptions options, int tries,
                    BatchSource& source) {
  Stream stream(2, Purpose::init, 0);
  Vector<double> theta(static_cast<Eigen::Index>(layout.parameters()));
  stream.normal({theta.data(), layout.parameters()});
  theta *= 0.1;
  const auto run = [&](std::uint64_t number) {
    options.steps = number;
    const Clock::time_point start = Clock::now();
    train(layout, activation, options, theta, source, {}, {}, {});
    return seconds_since(start);
  };

  std::uint64_t steps = 50;
  while (run(steps) < kShortRun) steps *= 2;
  double shorter = std::numeric_limits<double>::infinity(), longer = shorter;
  for (int i = 0; i < tries; ++i) {
    shorter = std::min(shorter, run(steps));
    longer = std::min(longer, run(2 * steps));
  }
  return (longer - shorter) / static_cast<double>(steps);
}

}  // namespace rgsweep::nn

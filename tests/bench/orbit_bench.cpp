// Time of one point of the orbit experiment and of its parts, NTK of depth 3 on rotated synthetic images of
// 28 x 28 pixels, by the number of poses: in the table `microseconds`, the least of many measurements.
// orbit_numpy.py measures the same in numpy beside it.
#include <algorithm>
#include <chrono>
#include <limits>

#include <benchmark/benchmark.h>

#include "rgsweep/data/orbit.hpp"
#include "rgsweep/theory/neural_kernel.hpp"
#include "rgsweep/theory/orbit_error.hpp"

namespace rgsweep {
namespace {

constexpr int depth = 3;

struct Setup {
  std::shared_ptr<const data::ImageSet> images = data::image_set(data::synthetic_images);
  std::shared_ptr<const data::Orbit> orbit;

  explicit Setup(std::int64_t poses)
      : orbit(data::make_orbit("rotations", images->shape(), static_cast<int>(poses))) {}
  Eigen::MatrixXd products(std::uint64_t pair) const {
    const data::ImagePair drawn = data::draw_pair(*images, 0, pair);
    return orbit->interleaved_products(images->image(drawn.a), images->image(drawn.b));
  }
  Eigen::MatrixXd gram(const Eigen::MatrixXd& of) const {
    return theory::mlp_gram_of_products(of, images->shape().pixels(), depth, {});
  }
};

template <class Work>
void measure(benchmark::State& state, Work work) {
  using Clock = std::chrono::steady_clock;
  double least = std::numeric_limits<double>::infinity();
  std::uint64_t pair = 0;
  for (auto _ : state) {
    const auto start = Clock::now();
    work(pair++);
    least = std::min(least, std::chrono::duration<double>(Clock::now() - start).count());
  }
  state.counters["microseconds"] = least * 1e6;
}

void make_products(benchmark::State& state) {
  const Setup setup(state.range(0));
  measure(state, [&](std::uint64_t pair) { benchmark::DoNotOptimize(setup.products(pair).sum()); });
}

void make_gram(benchmark::State& state) {
  const Setup setup(state.range(0));
  const Eigen::MatrixXd products = setup.products(0);
  measure(state, [&](std::uint64_t) { benchmark::DoNotOptimize(setup.gram(products).sum()); });
}

void errors_of(const Eigen::MatrixXd& gram, const data::FiniteGroup& group) {
  benchmark::DoNotOptimize(theory::leave_one_out(gram).error.sum());
  benchmark::DoNotOptimize(theory::spectral_error(gram).error);
  benchmark::DoNotOptimize(theory::group_error(gram, group).a);
}

void leave_one_out(benchmark::State& state) {
  const Setup setup(state.range(0));
  const Eigen::MatrixXd gram = setup.gram(setup.products(0));
  measure(state, [&](std::uint64_t) { benchmark::DoNotOptimize(theory::leave_one_out(gram).error.sum()); });
}

void group_error(benchmark::State& state) {
  const Setup setup(state.range(0));
  const Eigen::MatrixXd gram = setup.gram(setup.products(0));
  measure(state, [&](std::uint64_t) {
    benchmark::DoNotOptimize(theory::group_error(gram, setup.orbit->group()).a);
  });
}

void spectral_error(benchmark::State& state) {
  const Setup setup(state.range(0));
  const Eigen::MatrixXd gram = setup.gram(setup.products(0));
  measure(state, [&](std::uint64_t) { benchmark::DoNotOptimize(theory::spectral_error(gram).error); });
}

void point(benchmark::State& state) {
  const Setup setup(state.range(0));
  measure(state,
          [&](std::uint64_t pair) { errors_of(setup.gram(setup.products(pair)), setup.orbit->group()); });
}

/// Another point on the same images, whose products are kept.
void next_point(benchmark::State& state) {
  const Setup setup(state.range(0));
  const Eigen::MatrixXd products = setup.products(0);
  measure(state, [&](std::uint64_t) { errors_of(setup.gram(products), setup.orbit->group()); });
}

BENCHMARK(make_products)->Arg(8)->Arg(32)->Arg(64);
BENCHMARK(make_gram)->Arg(8)->Arg(32)->Arg(64);
BENCHMARK(leave_one_out)->Arg(8)->Arg(32)->Arg(64);
BENCHMARK(spectral_error)->Arg(8)->Arg(32)->Arg(64);
BENCHMARK(group_error)->Arg(8)->Arg(32)->Arg(64);
BENCHMARK(point)->Arg(8)->Arg(32)->Arg(64);
BENCHMARK(next_point)->Arg(8)->Arg(32)->Arg(64);

}  // namespace
}  // namespace rgsweep

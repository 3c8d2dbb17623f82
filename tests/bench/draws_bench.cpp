// Time of a draw: blocks of Philox and vectorised transforms beside the plain way, which makes one block of
// words at a time and calls the mathematical library for each pair of normals; and of a whole training batch
// of 256 samples on two sites, targets included. In the table ns_per_draw, the least of many measurements,
// and for normals speedup: the plain way's time, measured just before, divided by this one's.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <type_traits>
#include <vector>

#include <Random123/philox.h>
#include <benchmark/benchmark.h>

#include "batch_source.hpp"
#include "rgsweep/core/rng.hpp"
#include "rgsweep/data/distribution.hpp"

namespace rgsweep {
namespace {

/// Words by Random123's own function, Box-Muller by the library's log, sin and cos.
class PlainStream {
 public:
  PlainStream(std::uint64_t key, std::uint64_t step)
      : key_{{static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)}},
        counter_{{0, 2, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32)}} {}

  double normal() {
    has_spare_ = !has_spare_;
    if (!has_spare_) return spare_;
    const double radius = std::sqrt(-2 * std::log(uniform()));
    const double angle = 2 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    return radius * std::cos(angle);
  }

 private:
  double uniform() {
    const std::uint32_t high = word();
    return open_unit(join_words(high, word()));
  }
  std::uint32_t word() {
    if (next_ == 4) {
      words_ = philox4x32(counter_, key_);
      ++counter_.v[0];
      next_ = 0;
    }
    return words_.v[next_++];
  }

  philox4x32_key_t key_;
  philox4x32_ctr_t counter_, words_{};
  unsigned next_ = 4;
  double spare_ = 0;
  bool has_spare_ = false;
};

template <class Scalar>
void draw_plainly(std::uint64_t step, std::vector<Scalar>& out) {
  PlainStream stream(1, step);
  for (Scalar& x : out) x = static_cast<Scalar>(stream.normal());
  benchmark::DoNotOptimize(out.data());
}

/// Seconds of one call, the least of some.
template <class Draw>
double least_seconds(Draw draw) {
  using Clock = std::chrono::steady_clock;
  double least = std::numeric_limits<double>::infinity();
  std::uint64_t step = 0;
  for (int i = 0; i < 20; ++i) {
    const auto start = Clock::now();
    int calls = 0;
    double passed = 0;
    do {
      draw(step++);
      ++calls;
      passed = std::chrono::duration<double>(Clock::now() - start).count();
    } while (passed < 1e-3);
    least = std::min(least, passed / calls);
  }
  return least;
}

void report(benchmark::State& state, double seconds) {
  state.counters["ns_per_draw"] = seconds * 1e9 / static_cast<double>(state.range(0));
}

template <class Scalar>
void plain_normal(benchmark::State& state) {
  std::vector<Scalar> out(static_cast<std::size_t>(state.range(0)));
  std::uint64_t step = 0;
  for (auto _ : state) draw_plainly(step++, out);
  report(state, least_seconds([&](std::uint64_t s) { draw_plainly(s, out); }));
}

template <class Scalar>
void draws(benchmark::State& state, const std::string& text) {
  const data::Distribution distribution = data::parse_distribution(text);
  std::vector<Scalar> out(static_cast<std::size_t>(state.range(0)));
  const auto draw = [&](std::uint64_t step) {
    Stream stream(1, Purpose::train_sample, step);
    distribution.sample(stream, std::span<Scalar>(out));
    benchmark::DoNotOptimize(out.data());
  };
  const double plain = least_seconds([&](std::uint64_t step) { draw_plainly(step, out); });
  std::uint64_t step = 0;
  for (auto _ : state) draw(step++);
  const double seconds = least_seconds(draw);
  report(state, seconds);
  if (text == "gaussian") state.counters["speedup"] = plain / seconds;
}

template <class Scalar>
void fresh_batch(benchmark::State& state) {
  const data::RgMap map{2};
  experiment::FreshSamples source(data::parse_distribution("gaussian"), map, 1);
  Eigen::Array<Scalar, Eigen::Dynamic, Eigen::Dynamic> x(state.range(0) / map.block, map.block);
  Eigen::Array<Scalar, Eigen::Dynamic, 1> y(x.rows());
  const auto fill = [&](std::uint64_t step) {
    if constexpr (std::is_same_v<Scalar, float>)
      source.fill_float(step, x, y);
    else
      source.fill(step, x, y);
    benchmark::DoNotOptimize(y.data());
  };
  std::uint64_t step = 0;
  for (auto _ : state) fill(step++);
  report(state, least_seconds(fill));
}

constexpr std::int64_t kBatch = 512, kTestSet = 131072;

BENCHMARK(plain_normal<double>)->Arg(kBatch)->Arg(kTestSet);
BENCHMARK(plain_normal<float>)->Arg(kBatch)->Arg(kTestSet);
BENCHMARK(fresh_batch<double>)->Arg(kBatch);
BENCHMARK(fresh_batch<float>)->Arg(kBatch);

const bool registered = [] {
  for (const data::DistributionEntry& entry : data::distributions()) {
    const std::string text(entry.name);
    for (const std::int64_t size : {kBatch, kTestSet}) {
      benchmark::RegisterBenchmark((text + "<double>").c_str(), draws<double>, text)->Arg(size);
      benchmark::RegisterBenchmark((text + "<float>").c_str(), draws<float>, text)->Arg(size);
    }
  }
  return true;
}();

}  // namespace
}  // namespace rgsweep

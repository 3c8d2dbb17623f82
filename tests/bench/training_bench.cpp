// Time of a training step on a fixed batch of 256 samples, for networks of some shapes: in the table
// us_per_step, the least of many measurements, and fraction, that of the measured peak rate of multiply-adds
// which the operations that the algorithm needs are (rgsweep/nn/throughput.hpp). For steps that draw fresh
// samples over_fixed, their time divided by that of a step on fixed data, measured in turns with it. The rest
// is Google Benchmark's own.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include <benchmark/benchmark.h>

#include "batch_source.hpp"
#include "rgsweep/experiment/keys.hpp"
#include "rgsweep/nn/throughput.hpp"

namespace rgsweep::nn {
namespace {

struct Case {
  std::string name;
  std::vector<std::pair<std::string, std::string>> keys;
};

template <class Scalar>
double peak() {
  static const double rate = peak_rate<Scalar>();
  return rate;
}

void step(benchmark::State& state, const Case& shape) {
  Parameters point(experiment::spec_keys());
  for (const auto& [key, value] : shape.keys) point.set(key, value);
  point.complete();
  const Layout layout = make_layout(point);
  const Activation activation = make_activation(point);
  TrainingOptions options = TrainingOptions::from(point);
  options.learning_rate = 1e-6;
  const bool single = options.precision == Precision::float32;
  double seconds = 0;
  for (auto _ : state) seconds = step_seconds(layout, activation, options, 40);
  state.counters["us_per_step"] = seconds * 1e6;
  state.counters["fraction"] =
      needed_operations(layout, options.batch) / seconds / (single ? peak<float>() : peak<double>());
}

/// The three products of a matrix of weights between two layers by Eigen, alone: what a step would be made of
/// that leaves them to a library. To be compiled with RGSWEEP_NATIVE, since only the kernels have variants.
void eigen_products(benchmark::State& state) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Index width = state.range(0), batch = 256;
  const Rows W = Rows::Random(width, width), H = Rows::Random(width, batch), D = Rows::Random(width, batch);
  Rows Z(width, batch), G(width, batch), dW(width, width);
  Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 4 << 20);  // as the program does
  double least = std::numeric_limits<double>::infinity();
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    Z.noalias() = W * H;
    G.noalias() = W.transpose() * D;
    dW.noalias() = D * H.transpose();
    benchmark::DoNotOptimize(dW.data());
    least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  state.counters["us_per_step"] = least * 1e6;
  state.counters["fraction"] = 6 * static_cast<double>(width * width * batch) / least / peak<float>();
}
BENCHMARK(eigen_products)->Arg(32)->Arg(64)->Arg(128)->Arg(256);

void fresh_step(benchmark::State& state, const Case& shape) {
  Parameters point(experiment::spec_keys());
  for (const auto& [key, value] : shape.keys) point.set(key, value);
  point.set("task.train_samples", "0");
  point.complete();
  const Layout layout = make_layout(point);
  const Activation activation = make_activation(point);
  TrainingOptions options = TrainingOptions::from(point);
  options.learning_rate = 1e-6;
  const auto source = experiment::make_batch_source(point, static_cast<std::size_t>(options.batch), 1);
  double fresh = std::numeric_limits<double>::infinity(), fixed = fresh;
  for (auto _ : state)
    for (int turn = 0; turn < 10; ++turn) {
      fixed = std::min(fixed, step_seconds(layout, activation, options, 4));
      fresh = std::min(fresh, step_seconds(layout, activation, options, 4, *source));
    }
  state.counters["us_per_step"] = fresh * 1e6;
  state.counters["over_fixed"] = fresh / fixed;
}

const bool registered = [] {
  std::vector<Case> cases;
  const auto add = [&](const std::string& name, std::vector<std::pair<std::string, std::string>> keys) {
    keys.emplace_back("training.batch", "256");
    cases.push_back({name, keys});
  };
  for (const char* width : {"2", "4", "8", "16", "32", "64", "128", "256"})
    add("leaky_relu/width:" + std::string(width), {{"model.width", width}});
  for (const char* kind : {"quadratic", "tanh", "spline"})
    for (const char* width : {"2", "16", "64"})
      add(std::string(kind) + "/width:" + width, {{"model.width", width}, {"activation.kind", kind}});
  for (const char* depth : {"2", "3"})
    for (const char* width : {"8", "16", "32", "64", "128", "256"})
      add("leaky_relu/depth:" + std::string(depth) + "/width:" + width,
          {{"model.width", width}, {"model.depth", depth}});
  for (const char* optimizer : {"momentum", "adam"})
    add(std::string(optimizer) + "/width:16", {{"model.width", "16"}, {"training.optimizer", optimizer}});
  add("adam/depth:2/width:32", {{"model.width", "32"}, {"model.depth", "2"}, {"training.optimizer", "adam"}});
  add("spline/depth:2/width:32",
      {{"model.width", "32"}, {"model.depth", "2"}, {"activation.kind", "spline"}});
  add("gnn/depth:2/features:16", {{"model.architecture", "gnn"},
                                  {"model.graph", "pair"},
                                  {"model.features", "16"},
                                  {"model.depth", "2"}});
  for (const char* symmetry : {"exchange", "full"})
    add(std::string(symmetry) + "/width:16", {{"model.width", "16"}, {"model.symmetry", symmetry}});
  add("bias/width:16", {{"model.width", "16"}, {"model.bias", "all"}});
  for (const char* width : {"2", "16", "64"})
    add("float64/width:" + std::string(width), {{"model.width", width}, {"training.precision", "float64"}});
  for (const Case& shape : cases)
    benchmark::RegisterBenchmark(shape.name.c_str(), step, shape)->Iterations(1);
  for (const char* width : {"2", "16", "64"})
    benchmark::RegisterBenchmark(
        ("fresh/width:" + std::string(width)).c_str(), fresh_step,
        Case{"", {{"model.width", width}, {"training.batch", "256"}, {"task.train", "gaussian"}}})
        ->Iterations(1);
  return true;
}();

}  // namespace
}  // namespace rgsweep::nn

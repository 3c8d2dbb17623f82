// Time of a training step on a fixed batch of 256 samples, for networks of some shapes: in the table
// us_per_step, the least of many measurements, and fraction, that of the measured peak rate of multiply-adds
// which the operations that the algorithm needs are (rgsweep/nn/throughput.hpp). The rest is Google
// Benchmark's own.
#include <cstdint>
#include <string>

#include <benchmark/benchmark.h>

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
  return true;
}();

}  // namespace
}  // namespace rgsweep::nn

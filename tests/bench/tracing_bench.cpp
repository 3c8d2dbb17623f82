// What tracing the cumulants of layers costs beside the training: 20,000 steps of a network of 16 hidden
// units a layer (gnn on three sites: 15) on batches of 256, and its 20 checkpoints. In the table, all of one
// run and in CPU time of one thread:
//   training_ms        the training alone
//   measured_percent   of it, for the k-statistics at all checkpoints
//   checkpoints        those that trace.theory = on gives theory to
//   theory_percent     of the training, for truth and closures at these; predicted_percent is cost.cpp's
//   traced_percent     all traces together; theory_ms is of truth and closures at one checkpoint
#include <algorithm>
#include <ctime>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "batch_source.hpp"
#include "cost.hpp"
#include "layer_cumulants.hpp"
#include "rgsweep/experiment/keys.hpp"
#include "rgsweep/nn/initializer.hpp"

namespace rgsweep::experiment {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kCheckpoints = 20;

double cpu_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// CPU seconds of one call, the least of three.
template <class Work>
double least_seconds(Work work) {
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 3; ++i) {
    const double start = cpu_seconds();
    work();
    least = std::min(least, cpu_seconds() - start);
  }
  return least;
}

Parameters point_with(const Settings& settings) {
  Parameters point(spec_keys());
  for (const auto& [key, text] : settings) point.set(key, text);
  point.set("trace.theory", "on");
  point.set("training.steps", "20000");
  point.set("training.learning_rate", "0.01");
  point.complete();
  return point;
}

/// The training alone; the weights at its checkpoints, where `thetas` is given.
void train(const Parameters& point, std::vector<Eigen::VectorXd>* thetas) {
  const nn::Layout layout = nn::make_layout(point);
  const nn::TrainingOptions options = nn::TrainingOptions::from(point);
  const auto source = make_batch_source(point, static_cast<std::size_t>(options.batch), 1);
  const auto steps = thetas != nullptr ? nn::log_spaced_checkpoints(options.steps, kCheckpoints)
                                       : std::vector<std::uint64_t>{};
  nn::train(layout, nn::make_activation(point), options, nn::initial_parameters(layout, point, 1), *source,
            steps, [&](const nn::Checkpoint& at) { thetas->push_back(at.theta); }, {});
}

void tracing(benchmark::State& state, const Settings& settings) {
  const Parameters point = point_with(settings);
  const nn::Layout layout = nn::make_layout(point);
  for (auto _ : state) {
    std::vector<Eigen::VectorXd> thetas;
    train(point, &thetas);
    const double training = least_seconds([&] { train(point, nullptr); });
    const LayerTracer tracer(point, layout, 1);
    const auto trace = [&](const std::vector<bool>& theory) {
      return least_seconds([&] {
        for (std::size_t i = 0; i < thetas.size(); ++i)
          benchmark::DoNotOptimize(tracer(thetas[i], theory[i]).numbers.data());
      });
    };
    const std::vector<bool> chosen = theory_checkpoints(point, thetas.size());
    const double measured = trace(std::vector<bool>(thetas.size(), false)), all = trace(chosen);
    const auto count = static_cast<double>(std::count(chosen.begin(), chosen.end(), true));
    state.counters["training_ms"] = 1e3 * training;
    state.counters["measured_percent"] = 100 * measured / training;
    state.counters["checkpoints"] = count;
    state.counters["theory_percent"] = 100 * (all - measured) / training;
    state.counters["traced_percent"] = 100 * all / training;
    state.counters["theory_ms"] = 1e3 * (all - measured) / count;
    const TheorySeconds predicted = theory_seconds(point);
    state.counters["predicted_percent"] =
        100 * count * (has_truth(point) ? predicted.truth + predicted.closures : predicted.closures) /
        training_seconds(point);
  }
}

const bool registered = [] {
  for (const char* architecture : {"mlp", "gnn"})
    for (const char* kind : {"leaky_relu", "quadratic", "tanh", "spline"})
      for (const char* depth : {"1", "2"})
        for (const char* block : {"2", "3"}) {
          const std::string name =
              std::string(architecture) + "/" + kind + "/depth:" + depth + "/block:" + block;
          const Settings settings = {{"model.architecture", architecture},
                                     {"model.width", "16"},
                                     {"model.features", block == std::string("2") ? "8" : "5"},
                                     {"activation.kind", kind},
                                     {"activation.alpha", "0.1"},
                                     {"model.depth", depth},
                                     {"task.block", block}};
          benchmark::RegisterBenchmark(name.c_str(), tracing, settings)
              ->Iterations(1)
              ->Unit(benchmark::kMillisecond);
        }
  return true;
}();

}  // namespace
}  // namespace rgsweep::experiment

// The measurements of `rgsweep bench`.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <queue>
#include <utility>

#include <stdlib.h>

#include "bench.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/rng.hpp"
#include "rgsweep/experiment/experiment.hpp"
#include "rgsweep/experiment/keys.hpp"
#include "rgsweep/nn/throughput.hpp"
#include "rgsweep/schedule/class_source.hpp"
#include "rgsweep/schedule/controller.hpp"
#include "rgsweep/store/results.hpp"
#include "rgsweep/store/status.hpp"

namespace rgsweep::cli {

namespace {

using Clock = std::chrono::steady_clock;
using Keys = std::vector<std::pair<std::string, std::string>>;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Parameters point_of(const Keys& keys) {
  Parameters point(experiment::spec_keys());
  for (const auto& [key, value] : keys) point.set(key, value);
  point.complete();
  return point;
}

std::vector<Keys> kernel_cases() {
  std::vector<Keys> cases;
  for (const char* width : {"2", "4", "8", "16", "32", "64", "128"})
    cases.push_back({{"model.width", width}});
  for (const char* kind : {"quadratic", "tanh", "spline"})
    for (const char* width : {"2", "16", "64"})
      cases.push_back({{"model.width", width}, {"activation.kind", kind}});
  for (const char* width : {"16", "32", "64", "128"})
    cases.push_back({{"model.width", width}, {"model.depth", "2"}});
  for (const char* optimizer : {"momentum", "adam"})
    cases.push_back({{"model.width", "16"}, {"training.optimizer", optimizer}});
  cases.push_back({{"model.width", "32"}, {"model.depth", "2"}, {"training.optimizer", "adam"}});
  cases.push_back({{"model.width", "32"}, {"model.depth", "2"}, {"activation.kind", "spline"}});
  cases.push_back({{"model.architecture", "gnn"}, {"model.features", "16"}, {"model.depth", "2"}});
  for (const char* width : {"2", "16", "64"})
    cases.push_back({{"model.width", width}, {"training.precision", "float64"}});
  return cases;
}

KernelFigure measure_kernel(const Keys& keys) {
  const Parameters point = point_of(keys);
  const nn::Layout layout = nn::make_layout(point);
  nn::TrainingOptions options = nn::TrainingOptions::from(point);
  options.batch = 256;
  options.learning_rate = 1e-6;
  const bool gnn = point.text("model.architecture") == "gnn";
  KernelFigure figure{point.text("activation.kind"),
                      point.text("model.architecture"),
                      point.integer("model.depth"),
                      point.integer(gnn ? "model.features" : "model.width"),
                      options.optimizer,
                      point.text("training.precision")};
  static const double peak32 = nn::peak_rate<float>(), peak64 = nn::peak_rate<double>();
  figure.step_seconds = nn::step_seconds(layout, nn::make_activation(point), options, 20);
  figure.peak_fraction = nn::needed_operations(layout, options.batch) / figure.step_seconds /
                         (options.precision == nn::Precision::float32 ? peak32 : peak64);
  return figure;
}

/// As a sweep of such points has it: without the columns of keys that it does not use.
Schema schema_of(const Parameters& point) {
  experiment::Extents extents;
  extents.include(point);
  const KeyTable& keys = experiment::spec_keys();
  const Schema whole = experiment::result_schema(keys, extents);
  std::vector<Column> columns = whole.columns();
  for (std::size_t key = 0; key < keys.size(); ++key)
    if (point[key].index() == 0)
      std::erase_if(columns, [&](const Column& column) { return column.name == keys.column(key); });
  return {whole.dimensions(), std::move(columns)};
}

/// A row with numbers as different as results are.
Row sample_row(const Schema& schema, std::uint64_t id) {
  Row row = schema.missing();
  row.point_id = id;
  Stream stream(id, Purpose::observable, 0);
  for (std::size_t c = 0; c < schema.columns().size(); ++c)
    if (const Column& column = schema.columns()[c]; column.type == ColumnType::real && !column.parameter)
      stream.uniform(std::span(row.numbers).subspan(schema.offset(c), schema.size(c)));
  schema.value(row, "status") = static_cast<double>(Status::done);
  schema.text(row, "host") = "host";
  return row;
}

/// Workers that finish what they are given in virtual time, and the real time that the controller takes.
class ControllerBench {
 public:
  ControllerBench(double task_seconds, int workers, std::uint64_t points)
      : task_seconds_(task_seconds),
        points_(points),
        row_(sample_row(schema_of(point_of({})), 1)),
        source_(
            {{task_seconds, 0, points}}, {}, [](std::uint64_t i) { return i; },
            [](std::uint64_t) { return false; }),
        controller_(source_, {}, workers, [](schedule::Result&&) {}) {
    for (int worker = 0; worker < workers; ++worker) send(worker, {.wants_more = true}, 0);
  }

  double seconds_per_point() {
    while (!due_.empty()) {
      const auto [time, worker] = due_.top();
      due_.pop();
      std::vector<schedule::Task> tasks = std::move(running_[worker]);
      running_.erase(worker);
      schedule::Message report{.wants_more = true};
      for (const schedule::Task& task : tasks)
        report.results.push_back({task, task_seconds_, static_cast<std::uint32_t>(worker), row_});
      send(worker, report, time);
    }
    return busy_ / static_cast<double>(points_);
  }

 private:
  void send(int worker, const schedule::Message& report, double now) {
    const std::vector<std::byte> bytes = schedule::encode(report);
    const Clock::time_point start = Clock::now();
    std::vector<std::pair<int, std::vector<std::byte>>> replies;
    for (const schedule::Envelope& reply : controller_.handle({worker, schedule::decode(bytes)}, now))
      replies.emplace_back(reply.peer, schedule::encode(reply.message));
    busy_ += seconds_since(start);
    for (const auto& [peer, reply] : replies)
      if (schedule::Message message = schedule::decode(reply); message.kind == schedule::MessageKind::work) {
        due_.emplace(now + task_seconds_ * static_cast<double>(message.tasks.size()), peer);
        running_[peer] = std::move(message.tasks);
      }
  }

  double task_seconds_;
  std::uint64_t points_;
  Row row_;
  schedule::ClassSource source_;
  schedule::Controller controller_;
  std::map<int, std::vector<schedule::Task>> running_;
  using Due = std::pair<double, int>;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  double busy_ = 0;
};

/// A folder that goes away again.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rgsweep-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw StoreError("cannot make the folder " + name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

StoreFigure measure_store(const std::string& experiment, std::uint64_t points) {
  const TemporaryFolder folder;
  const std::filesystem::path output = folder.path() / "bench.h5";
  const Schema schema = schema_of(point_of({{"sweep.experiment", experiment}}));
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < points; ++i) rows.push_back(sample_row(schema, i * 0x9e3779b97f4a7c15ULL));
  StoreFigure figure{.experiment = experiment, .points = points};
  Clock::time_point start = Clock::now();
  {
    store::ResultsStore results(output, schema, {});
    for (Row& row : rows) {
      results.append(std::move(row));
      results.flush_if_due();
    }
    results.finish();
  }
  figure.seconds_per_point = seconds_since(start) / static_cast<double>(points);
  figure.bytes_per_point =
      static_cast<double>(std::filesystem::file_size(output)) / static_cast<double>(points);
  start = Clock::now();
  store::status(output);
  figure.status_seconds = seconds_since(start);
  return figure;
}

}  // namespace

std::vector<KernelFigure> bench_kernel() {
  std::vector<KernelFigure> figures;
  for (const Keys& keys : kernel_cases()) figures.push_back(measure_kernel(keys));
  return figures;
}

std::vector<SchedulerFigure> bench_scheduler() {
  std::vector<SchedulerFigure> figures;
  constexpr int workers = 256;
  for (const double task_seconds : {0.001, 0.01, 0.1, 1.0}) {
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 3; ++i)
      least = std::min(least, ControllerBench(task_seconds, workers, 40000).seconds_per_point());
    figures.push_back({task_seconds, least, task_seconds / least});
  }
  return figures;
}

std::vector<StoreFigure> bench_store() {
  return {measure_store("null", 100000), measure_store("rg", 20000)};
}

}  // namespace rgsweep::cli

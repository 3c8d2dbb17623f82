// The measurements of `rgsweep bench`.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include <stdlib.h>

#include "bench.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/rng.hpp"
#include "rgsweep/experiment/experiment.hpp"
#include "rgsweep/experiment/keys.hpp"
#include "rgsweep/nn/throughput.hpp"
#include "rgsweep/schedule/class_source.hpp"
#include "rgsweep/schedule/simulation.hpp"
#include "rgsweep/schedule/worker.hpp"
#include "rgsweep/store/results.hpp"
#include "rgsweep/store/status.hpp"

namespace rgsweep::cli {

namespace {

using Keys = std::vector<std::pair<std::string, std::string>>;

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

KernelFigure measure_kernel(const Keys& keys, const PeakRates& peak) {
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
  figure.step_seconds = nn::step_seconds(layout, nn::make_activation(point), options, 20);
  figure.peak_fraction = nn::needed_operations(layout, options.batch) / figure.step_seconds /
                         (options.precision == nn::Precision::float32 ? peak.float32 : peak.float64);
  return figure;
}

/// Without the columns of keys that such points do not use. A sweep drops whole sections only, and has a few
/// more columns in which nothing stands.
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

constexpr double latency_seconds = 5e-5;  // of a message between nodes, roughly
constexpr int cost_classes = 40;

/// Cost classes of `each` points, a hundredfold apart, evenly in the logarithm, with this mean.
std::vector<schedule::CostClass> hundredfold(double mean, std::uint64_t each) {
  std::vector<schedule::CostClass> classes;
  double sum = 0;
  for (int k = 0; k < cost_classes; ++k) {
    const double seconds = std::pow(100.0, static_cast<double>(k) / (cost_classes - 1));
    classes.push_back({seconds, static_cast<std::uint64_t>(k) * each, each});
    sum += seconds;
  }
  for (schedule::CostClass& c : classes) c.predicted_seconds *= mean * cost_classes / sum;
  return classes;
}

SchedulerFigure measure_scheduler(double task_seconds, int ranks) {
  constexpr std::uint64_t least_each = 500;
  const std::uint64_t each = std::max(static_cast<std::uint64_t>(ranks), least_each);
  const std::vector<schedule::CostClass> classes = hundredfold(task_seconds, each);
  const Row row = sample_row(schema_of(point_of({})), 1);
  schedule::ClassSource source(
      classes, {}, [](std::uint64_t i) { return i; }, [](std::uint64_t) { return false; });
  schedule::Controller controller(source, {}, ranks, [](schedule::Result&&) {});
  schedule::Simulation simulation(controller, ranks, latency_seconds,
                                  [&](std::uint64_t i) { return classes[i / each].predicted_seconds; });
  simulation.serve_by([&](schedule::Envelope&& in, double now, double& seconds) {
    for (schedule::Result& result : in.message.results) result.row = row;
    const std::vector<std::byte> bytes = schedule::encode(in.message);
    const double start = schedule::steady_seconds();
    std::vector<schedule::Envelope> answers = controller.handle({in.peer, schedule::decode(bytes)}, now);
    for (const schedule::Envelope& answer : answers) schedule::encode(answer.message);
    seconds = schedule::steady_seconds() - start;
    return answers;
  });
  simulation.run();
  const std::uint64_t points = each * cost_classes;
  const double per_point = simulation.master_busy_seconds() / static_cast<double>(points);
  return {task_seconds, ranks, points, per_point, simulation.idle_share(), task_seconds / per_point};
}

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
  double start = schedule::steady_seconds();
  {
    store::ResultsStore results(output, schema, {});
    for (const Row& row : rows) {
      results.append(row);
      results.flush_if_due();
    }
    results.finish();
  }
  figure.seconds_per_point = (schedule::steady_seconds() - start) / static_cast<double>(points);
  figure.bytes_per_point =
      static_cast<double>(std::filesystem::file_size(output)) / static_cast<double>(points);
  start = schedule::steady_seconds();
  store::status(output);
  figure.status_seconds = schedule::steady_seconds() - start;
  return figure;
}

}  // namespace

PeakRates measure_peak_rates() {
  return {nn::peak_rate<float>(), nn::peak_rate<double>()};
}

std::vector<KernelFigure> bench_kernel(const PeakRates& peak) {
  std::vector<KernelFigure> figures;
  for (const Keys& keys : kernel_cases()) figures.push_back(measure_kernel(keys, peak));
  return figures;
}

std::vector<SchedulerFigure> bench_scheduler() {
  std::vector<SchedulerFigure> figures;
  for (const double task_seconds : {0.001, 0.01, 0.1, 1.0})
    for (const int ranks : {8, 64, 1024, 16384}) figures.push_back(measure_scheduler(task_seconds, ranks));
  return figures;
}

std::vector<StoreFigure> bench_store() {
  return {measure_store("null", 100000), measure_store("rg", 20000)};
}

}  // namespace rgsweep::cli

#include "rgsweep/experiment/experiment.hpp"

#include <algorithm>
#include <chrono>
#include <new>

#include <Eigen/Core>

#include "cost.hpp"
#include "layer_columns.hpp"
#include "null.hpp"
#include "orbit.hpp"
#include "rg.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/core/registry.hpp"
#include "rgsweep/nn/architecture.hpp"
#include "rgsweep/nn/trainer.hpp"
#include "weights.hpp"

namespace rgsweep::experiment {

namespace {

template <class T>
void add_unique(std::vector<T>& list, const T& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

const ExperimentEntry& entry_of(const Parameters& point) {
  return lookup(experiments(), point.text("sweep.experiment"), "experiment");
}

std::vector<Column> parameter_columns(const KeyTable& keys) {
  std::vector<Column> columns;
  for (const Key& key : keys.keys()) {
    if (!key.identity) continue;
    const ColumnType type = key.type == ValueType::text   ? ColumnType::text
                            : key.type == ValueType::real ? ColumnType::real
                                                          : ColumnType::integer;
    columns.push_back({.name = key.column(),
                       .type = type,
                       .units = key.units,
                       .long_name = key.summary,
                       .parameter = true});
  }
  return columns;
}

void append_common_columns(std::vector<Column>& columns) {
  columns.push_back({.name = "status",
                     .type = ColumnType::flag,
                     .long_name = "outcome of the point",
                     .flag_meanings = status_names()});
  columns.push_back(
      {.name = "message", .type = ColumnType::text, .long_name = "what went wrong at this point"});
  columns.push_back(
      {.name = "wall_seconds", .units = "s", .long_name = "wall time of the point", .reproducible = false});
  columns.push_back({.name = "worker_rank",
                     .type = ColumnType::integer,
                     .long_name = "MPI rank that ran the point",
                     .reproducible = false});
  columns.push_back({.name = "host",
                     .type = ColumnType::text,
                     .long_name = "machine that ran the point",
                     .reproducible = false});
}

/// All that a column may be over, beside the points.
std::vector<Dimension> dimensions_of(const Extents& extents) {
  return {
      {.name = "test",
       .size = extents.tests.size(),
       .labels = extents.tests,
       .long_name = "distribution of the test inputs"},
      {.name = "order", .size = extents.orders, .first = 1, .long_name = "order of the cumulant"},
      {.name = "checkpoint", .size = extents.checkpoints, .long_name = "number of the checkpoint"},
      {.name = "flow_step",
       .size = extents.flow_steps,
       .first = 1,
       .long_name = "times that the map has been applied"},
      {.name = "layer",
       .size = extents.layers,
       .first = 1,
       .long_name = "layer of the network; the output is layer model_depth + 1"},
      {.name = "closure",
       .size = extents.closures.size(),
       .labels = extents.closures,
       .long_name = "prediction, as the column layer_cumulant_ and its name"},
      {.name = "parameter",
       .size = extents.parameters,
       .long_name = "place in the list of a network's numbers"},
  };
}

bool is_over(const Column& column, const Dimension& dimension) {
  return std::find(column.dimensions.begin(), column.dimensions.end(), dimension.name) !=
         column.dimensions.end();
}

bool has_extent(const Column& column, const std::vector<Dimension>& dimensions) {
  return std::none_of(dimensions.begin(), dimensions.end(), [&](const Dimension& dimension) {
    return dimension.size == 0 && is_over(column, dimension);
  });
}

/// result_schema() puts the parameter columns first, in the order of the keys; some that no point uses may be
/// missing.
void fill_parameters(const Parameters& point, const Schema& schema, Row& row) {
  const KeyTable& keys = point.table();
  std::size_t column = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!keys[i].identity) continue;
    if (schema.columns()[column].name != keys.column(i)) continue;
    const std::size_t at = schema.offset(column++);
    if (const auto* text = std::get_if<std::string>(&point[i])) row.texts[at] = *text;
    if (const auto* real = std::get_if<double>(&point[i])) row.numbers[at] = *real;
    if (const auto* integer = std::get_if<std::int64_t>(&point[i]))
      row.numbers[at] = static_cast<double>(*integer);
  }
}

/// The keys that nn::check_network() reads.
std::vector<std::string> network_keys() {
  std::vector<std::string> keys = {"model.architecture", "model.symmetry", "task.block"};
  for (const nn::Architecture& entry : nn::architectures())
    for (const std::string& key : entry.keys) add_unique(keys, key);
  return keys;
}

/// Eigen chooses the blocks of large products, and with them the order of their sums, by the sizes of the
/// processor's caches. Fixed sizes make results a matter of the instruction set alone.
void fix_product_blocks() {
  Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 4 << 20);
}

/// stream_key() of a point whose identity is known already: to make it costs as much as a whole `null` point.
std::uint64_t stream_key(const Parameters& point, std::uint64_t point_id) {
  if (!point.has("sweep.pairing") || point.text("sweep.pairing") == "independent") return point_id;
  return hash("paired seed=" + std::to_string(point.integer("sweep.seed")));
}

}  // namespace

std::span<const ExperimentEntry> experiments() {
  static const ExperimentEntry table[] = {
      {"rg", "train a network on one renormalisation step and test it", rg_columns, has_rg_column, run_rg,
       predicted_rg_seconds, nn::check_network, network_keys, weights_count},
      {"orbit", "ask whether a network can learn a symmetry from poses of two images", orbit_columns,
       [](const Column&, const Extents&) { return true; }, run_orbit, predicted_orbit_seconds, check_orbit,
       checked_orbit_keys, [](const Parameters&) { return std::size_t{0}; }},
      {"null", "do nothing, to measure the engine itself", null_columns,
       [](const Column&, const Extents&) { return true; }, run_null, predicted_null_seconds,
       [](const Parameters&) {}, [] { return std::vector<std::string>(); },
       [](const Parameters&) { return std::size_t{0}; }},
  };
  return table;
}

std::uint64_t stream_key(const Parameters& point) {
  return stream_key(point, point.point_id());
}

void Extents::include(const Parameters& point) {
  add_unique(experiments, point.text("sweep.experiment"));
  if (point.has("task.test"))
    for (const std::string& test : split(point.text("task.test"), ',')) add_unique(tests, test);
  if (point.has("trace.orders"))
    orders = std::max(orders, static_cast<std::size_t>(point.integer("trace.orders")));
  if (point.has("trace.checkpoints"))
    checkpoints = std::max(checkpoints, static_cast<std::size_t>(point.integer("trace.checkpoints")));
  if (point.has("trace.flow_steps"))
    flow_steps = std::max(flow_steps, static_cast<std::size_t>(point.integer("trace.flow_steps")));
  if (point.has("model.depth"))
    layers = std::max(layers, static_cast<std::size_t>(point.integer("model.depth")) + 1);
  if (point.has("trace.theory"))
    for (const std::string& closure : closure_labels(point)) add_unique(closures, closure);
  if (save_weights) parameters = std::max(parameters, entry_of(point).weights(point));
}

Schema result_schema(const KeyTable& keys, const Extents& extents) {
  std::vector<Dimension> dimensions = dimensions_of(extents);
  std::vector<Column> columns = parameter_columns(keys);
  append_common_columns(columns);
  for (const std::string& name : extents.experiments) {
    const ExperimentEntry& entry = lookup(experiments(), name, "experiment");
    for (Column& column : entry.columns())
      if (has_extent(column, dimensions) && entry.has_column(column, extents) &&
          std::none_of(columns.begin(), columns.end(),
                       [&](const Column& c) { return c.name == column.name; }))
        columns.push_back(std::move(column));
  }
  std::erase_if(dimensions, [&](const Dimension& dimension) {
    return std::none_of(columns.begin(), columns.end(),
                        [&](const Column& column) { return is_over(column, dimension); });
  });
  return {std::move(dimensions), std::move(columns)};
}

Row run_point(const Parameters& point, const Schema& schema, const Context& context) {
  fix_product_blocks();
  const auto start = std::chrono::steady_clock::now();
  Row row = schema.missing();
  const std::uint64_t point_id = point.point_id();
  row.point_id = point_id;
  fill_parameters(point, schema, row);
  schema.value(row, "status") = static_cast<double>(Status::done);
  const auto fail = [&](const std::string& message) { row = failed_row(point, schema, message); };
  try {
    entry_of(point).run(point, stream_key(point, point_id), schema, context, row);
  } catch (const nn::TrainingStopped&) {
    throw;
  } catch (const std::bad_alloc&) {
    fail("out of memory");
  } catch (const std::exception& error) {
    fail(error.what());
  }
  schema.value(row, "wall_seconds") =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return row;
}

void check_point(const Parameters& point) {
  entry_of(point).check(point);
}

std::vector<std::string> checked_keys() {
  std::vector<std::string> keys = {"sweep.experiment"};
  for (const ExperimentEntry& entry : experiments())
    for (const std::string& key : entry.checked_keys()) add_unique(keys, key);
  return keys;
}

Row failed_row(const Parameters& point, const Schema& schema, const std::string& message) {
  Row row = schema.missing();
  row.point_id = point.point_id();
  fill_parameters(point, schema, row);
  schema.value(row, "status") = static_cast<double>(Status::failed);
  schema.text(row, "message") = message;
  return row;
}

double predicted_seconds(const Parameters& point) {
  return entry_of(point).predicted_seconds(point);
}

}  // namespace rgsweep::experiment

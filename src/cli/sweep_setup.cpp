#include "sweep_setup.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "rgsweep/core/error.hpp"
#include "rgsweep/experiment/experiment.hpp"
#include "rgsweep/experiment/keys.hpp"
#include "rgsweep/sweep/combinations.hpp"

namespace rgsweep::cli {

namespace {

std::string read_file(const std::string& path) {
  const auto refuse = [&](const std::string& why) {
    return UsageError(path + ": cannot read the sweep file: " + why);
  };
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw refuse("it is a folder");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw refuse(std::strerror(errno));
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) throw refuse(std::strerror(errno));
  return text.str();
}

/// Combinations that are checked before a sweep starts, at a microsecond each. Of more than these the
/// impossible ones may show only when their turn comes, as failed points.
constexpr std::uint64_t most_checks = std::uint64_t{1} << 20;
/// Numbers that one network may have to be saved: a row is in memory several times on its way to the file.
constexpr std::size_t most_saved_numbers = std::size_t{1} << 21;

std::vector<std::size_t> places_of(const KeyTable& table, const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) places.push_back(table.index(name));
  return places;
}

void check_points(const sweep::Spec& spec, const sweep::Grid& grid) {
  const std::vector<std::size_t> keys = places_of(grid.table(), experiment::checked_keys());
  const std::vector<const sweep::Box*> boxes = sweep::distinct_boxes(grid, keys);
  const std::uint64_t checks = std::max<std::uint64_t>(most_checks / boxes.size(), 1);
  try {
    for (const sweep::Box* box : boxes)
      sweep::for_each_combination(grid, *box, keys, checks, experiment::check_point);
  } catch (const UsageError& error) {
    throw UsageError(spec.source + ": " + error.what() + " ('exclude' drops points that cannot be)");
  }
}

/// The keys that fix the extents of the columns are no axes, so each box has one value of each. Only the size
/// of networks varies within a box; it does not shrink when a number grows.
Schema schema_of(const sweep::Grid& grid, bool save_weights) {
  const KeyTable& table = grid.table();
  const std::vector<std::size_t> kinds =
      places_of(table, {"sweep.experiment", "model.architecture", "activation.kind"});
  std::vector<std::size_t> keys =
      places_of(table, {"sweep.experiment", "model.architecture", "model.depth", "task.test", "trace.orders",
                        "trace.checkpoints", "trace.flow_steps", "trace.theory"});
  if (save_weights)
    for (std::size_t key = 0; key < table.size(); ++key)
      if (table[key].name.starts_with("model.") || table[key].name.starts_with("activation.") ||
          table[key].name == "task.block")
        keys.push_back(key);
  experiment::Extents extents;
  extents.save_weights = save_weights;
  for (const sweep::Box* box : sweep::distinct_boxes(grid, keys))
    sweep::for_each_combination(grid, *box, kinds, most_checks,
                                [&](const Parameters& point) { extents.include(point); });
  if (extents.parameters > most_saved_numbers)
    throw UsageError("--save-weights: the largest network of this sweep has " +
                     std::to_string(extents.parameters) + " numbers; allowed: at most " +
                     std::to_string(most_saved_numbers));
  return experiment::result_schema(table, extents);
}

/// Without the columns of sections of which no point of the sweep uses any key, which are those of other
/// experiments: texts cost more than all else of a row.
Schema without_unused(const Schema& schema, const sweep::Grid& grid) {
  const KeyTable& table = grid.table();
  const auto section = [](const Key& key) { return key.name.substr(0, key.name.find('.')); };
  std::set<std::string> used;
  for (std::size_t key = 0; key < table.size(); ++key)
    if (std::any_of(grid.boxes().begin(), grid.boxes().end(),
                    [&](const sweep::Box& box) { return box.sets[key] != sweep::unused_set; }))
      used.insert(section(table.keys()[key]));
  std::set<std::string> unused;
  for (std::size_t key = 0; key < table.size(); ++key)
    if (!used.contains(section(table.keys()[key]))) unused.insert(table.column(key));
  std::vector<Column> columns = schema.columns();
  std::erase_if(columns,
                [&](const Column& column) { return column.parameter && unused.contains(column.name); });
  return {schema.dimensions(), std::move(columns)};
}

}  // namespace

SweepSetup read_sweep(const std::string& path, const sweep::Overrides& overrides, const Team& team,
                      bool save_weights) {
  const std::string text = team.on_root([&] { return read_file(path); });
  sweep::Spec spec = sweep::parse_spec(experiment::spec_keys(), text, path, overrides);
  sweep::Grid grid = sweep::Grid::build(experiment::spec_keys(), spec);
  check_points(spec, grid);
  Schema schema = without_unused(schema_of(grid, save_weights), grid);
  return {std::move(spec), std::move(grid), std::move(schema)};
}

sweep::CostOrder cost_order(const sweep::Grid& grid) {
  return {grid, experiment::predicted_seconds};
}

}  // namespace rgsweep::cli

#include "sweep_setup.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "rgsweep/core/error.hpp"
#include "rgsweep/experiment/experiment.hpp"
#include "rgsweep/experiment/keys.hpp"

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

/// The keys that fix the extents of the columns are no axes, so each block of the grid has one value of each
/// and the first point of every box shows them all.
Schema schema_of(const sweep::Grid& grid) {
  static constexpr const char* fixed[] = {"task.test", "trace.orders", "trace.checkpoints"};
  static constexpr const char* experiment_key = "sweep.experiment";
  std::vector<std::size_t> keys = {grid.table().index(experiment_key)};
  for (const char* key : fixed) keys.push_back(grid.table().index(key));
  experiment::Extents extents;
  std::set<std::vector<sweep::SetId>> seen;
  for (const sweep::Box& box : grid.boxes()) {
    std::vector<sweep::SetId> sets;
    for (const std::size_t key : keys) sets.push_back(box.sets[key]);
    if (seen.insert(sets).second) extents.include(grid.at(box.first));
  }
  return experiment::result_schema(grid.table(), extents);
}

}  // namespace

SweepSetup read_sweep(const std::string& path, const sweep::Overrides& overrides, const Team& team) {
  const std::string text = team.on_root([&] { return read_file(path); });
  sweep::Spec spec = sweep::parse_spec(experiment::spec_keys(), text, path, overrides);
  sweep::Grid grid = sweep::Grid::build(experiment::spec_keys(), spec);
  Schema schema = schema_of(grid);
  return {std::move(spec), std::move(grid), std::move(schema)};
}

sweep::CostOrder cost_order(const sweep::Grid& grid) {
  return {grid, experiment::predicted_seconds};
}

}  // namespace rgsweep::cli

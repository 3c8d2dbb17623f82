#include "refine.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "rgsweep/analysis/axis.hpp"
#include "rgsweep/analysis/curve.hpp"
#include "rgsweep/analysis/refinement.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/store/segment.hpp"
#include "rgsweep/store/status.hpp"

namespace rgsweep::cli {

namespace {

const std::string axis_key = "activation.slope", seed_key = "sweep.seed", test_key = "task.test";

/// Every point is looked up, and its row read.
constexpr std::uint64_t most_points = std::uint64_t{1} << 22;

std::size_t wanted(const sweep::Spec& spec) {
  return static_cast<std::size_t>(std::get<std::int64_t>(spec.scalar("sweep.refine")));
}

bool holds_all(const sweep::Grid& grid, const RunOptions& options) {
  if (!std::filesystem::exists(options.output)) return false;
  const std::vector<store::PointStatus> known = store::point_statuses({options.output});
  for (std::uint64_t index = 0; index < grid.size(); ++index) {
    const std::uint64_t wanted_id = grid.at(index).point_id();
    const auto found = std::lower_bound(
        known.begin(), known.end(), wanted_id,
        [](const store::PointStatus& point, std::uint64_t id) { return point.point_id < id; });
    if (found == known.end() || found->point_id != wanted_id) return false;
    if (found->status == Status::pending || (options.retry_failed && found->status == Status::failed))
      return false;
  }
  return true;
}

/// The parameters of a curve's points, seed and slope apart.
Parameters parameters_of(const KeyTable& table, const analysis::Curves& curves,
                         const analysis::Curve& curve) {
  Parameters parameters(table);
  for (std::size_t key = 0; key < table.size(); ++key)
    for (std::size_t p = 0; p < curves.parameters.size(); ++p)
      if (table[key].identity && table.column(key) == curves.parameters[p].name)
        parameters.set(key, curve.parameters[p]);
  return parameters;
}

/// Leaves the members that the grid has: neither those of an earlier refinement nor of another grid.
void keep_grid(const sweep::Grid& grid, Parameters parameters, analysis::Curve& curve) {
  const std::size_t axis = grid.table().index(axis_key), seed = grid.table().index(seed_key);
  for (analysis::Ensemble& ensemble : curve.ensembles) {
    parameters.set(axis, Value(ensemble.x));
    analysis::Ensemble kept{.x = ensemble.x, .units = ensemble.units};
    kept.test_mse.resize(ensemble.test_mse.size());
    for (std::size_t i = 0; i < ensemble.size(); ++i) {
      parameters.set(seed, Value(ensemble.seeds[i]));
      if (!grid.index_of(parameters)) continue;
      kept.seeds.push_back(ensemble.seeds[i]);
      for (std::size_t t = 0; t < kept.test_mse.size(); ++t)
        kept.test_mse[t].push_back(ensemble.test_mse[t][i]);
    }
    ensemble = std::move(kept);
  }
  std::erase_if(curve.ensembles, [](const analysis::Ensemble& e) { return e.size() == 0; });
}

std::size_t first_test(const Parameters& parameters, const analysis::Curves& curves) {
  const std::vector<std::string> names = split(parameters.text(test_key), ',');
  const auto found = std::find(curves.tests.begin(), curves.tests.end(), names.at(0));
  if (found == curves.tests.end()) throw StoreError("the results lack the test distribution " + names.at(0));
  return static_cast<std::size_t>(found - curves.tests.begin());
}

std::string paragraph(const Parameters& parameters, const std::vector<double>& slopes,
                      const analysis::Curve& curve) {
  const KeyTable& table = parameters.table();
  std::string text;
  for (std::size_t key = 0; key < table.size(); ++key)
    if (table[key].identity && parameters[key].index() != 0)
      text += table[key].name + "\t" + canonical_text(parameters[key]) + "\n";
  std::vector<std::string> slopes_line{axis_key}, seeds_line{seed_key};
  for (const double slope : slopes) slopes_line.push_back(canonical_text(Value(slope)));
  std::set<std::int64_t> seeds;
  for (const analysis::Ensemble& ensemble : curve.ensembles)
    seeds.insert(ensemble.seeds.begin(), ensemble.seeds.end());
  for (const std::int64_t seed : seeds) seeds_line.push_back(canonical_text(Value(seed)));
  return text + join(slopes_line, "\t") + "\n" + join(seeds_line, "\t") + "\n\n";
}

/// Lines up to the next empty one, as one block of the grid.
sweep::Block block_of(const KeyTable& table, const std::vector<std::string>& lines) {
  sweep::Block block;
  for (const std::string& line : lines) {
    const std::vector<std::string> words = split(line, '\t');
    const std::size_t key = table.index(words.at(0));
    sweep::Axis& axis = block.own.axes[key];
    for (std::size_t i = 1; i < words.size(); ++i) axis.values.push_back(table[key].parse(words[i]));
  }
  return block;
}

}  // namespace

void check_refinement(const SweepSetup& setup, const RunOptions& options) {
  if (wanted(setup.spec) == 0) return;
  const auto refuse = [&](const std::string& why) {
    return UsageError(setup.spec.source + ": sweep.refine: " + why);
  };
  if (setup.grid.values(setup.grid.table().index(axis_key)).size() < 3)
    throw refuse("it adds slopes between those of the sweep; allowed: with several values of " + axis_key);
  if (options.shard.count > 1)
    throw refuse(
        "a shard does not know the whole curves; run the shards with --sweep.refine 0, merge them, and run "
        "the sweep on "
        "the merged file");
  if (setup.grid.size() > most_points)
    throw refuse("allowed: for at most " + std::to_string(most_points) + " points");
}

std::string refinement(const SweepSetup& setup, const RunOptions& options) {
  const std::size_t count = wanted(setup.spec);
  if (count == 0 || !holds_all(setup.grid, options)) return "";
  const KeyTable& table = setup.grid.table();
  const store::SegmentReader results(options.output);
  analysis::Curves curves = analysis::read_curves(results, axis_key, table);
  const double threshold = std::get<double>(setup.spec.scalar("sweep.refine_below"));
  std::string text;
  for (analysis::Curve& curve : curves.curves) {
    const Parameters parameters = parameters_of(table, curves, curve);
    keep_grid(setup.grid, parameters, curve);
    if (curve.ensembles.empty()) continue;
    const std::vector<double> slopes = analysis::refined_places(
        curve, first_test(parameters, curves), threshold, analysis::linear_end(curves.axis.name), count);
    if (!slopes.empty()) text += paragraph(parameters, slopes, curve);
  }
  return text;
}

SweepSetup refined_setup(const SweepSetup& setup, const std::string& points) {
  const KeyTable& table = setup.grid.table();
  // Rules and axes for all blocks would hold for the added ones too: each old block gets them as its own.
  sweep::Spec grown = setup.spec;
  grown.shared = {};
  for (sweep::Block& block : grown.blocks) {
    sweep::Settings own = setup.spec.shared;
    for (const auto& [key, axis] : block.own.axes) own.axes[key] = axis;
    own.zips.insert(own.zips.end(), block.own.zips.begin(), block.own.zips.end());
    own.excludes.insert(own.excludes.end(), block.own.excludes.begin(), block.own.excludes.end());
    block.own = std::move(own);
  }
  const sweep::Settings outside = grown.blocks.front().own;
  std::vector<std::string> lines;
  for (const std::string& line : split(points, '\n')) {
    if (!line.empty()) {
      lines.push_back(line);
    } else if (!lines.empty()) {
      sweep::Block block = block_of(table, std::exchange(lines, {}));
      // Keys outside the identity, such as the name, as everywhere in the grid.
      for (const auto& [key, axis] : outside.axes)
        if (!table[key].identity) block.own.axes[key] = axis;
      grown.blocks.push_back(std::move(block));
    }
  }
  return {setup.spec, sweep::Grid::build(table, grown), setup.schema};
}

}  // namespace rgsweep::cli

// `rgsweep plan`: what a sweep would run, how long that is predicted to take, and how it divides into shards.
#include <algorithm>
#include <cstdio>
#include <iostream>

#include "command.hpp"
#include "json.hpp"
#include "progress.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/sweep/describe.hpp"
#include "sweep_setup.hpp"

namespace rgsweep::cli {

namespace po = boost::program_options;

namespace {

/// Rows of the shard table that are printed; --json has them all.
constexpr std::size_t shown_shards = 16;

struct ShardRow {
  std::uint64_t index, points;
  double seconds;
};

std::vector<ShardRow> shard_table(const sweep::CostOrder& order, std::uint64_t shards) {
  std::vector<ShardRow> rows;
  const std::vector<double> seconds = sweep::shard_seconds(order, shards);
  for (std::uint64_t i = 1; i <= shards; ++i)
    rows.push_back({i, sweep::shard_size(order.size(), {i, shards}), seconds[i - 1]});
  return rows;
}

std::string hours_text(double seconds) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3g", seconds / 3600);
  return buffer;
}

std::string axis_text(const sweep::PlanAxis& axis) {
  const std::string values =
      axis.listed() ? join(axis.values, ", ") : axis.values.front() + " ... " + axis.values.back();
  return axis.key + ": " + std::to_string(axis.count) + " (" + values + ")";
}

void print_text(const sweep::Plan& plan, double seconds, const std::vector<ShardRow>& shards,
                std::uint64_t refine) {
  std::cout << plan.source << " (spec " << hex(plan.spec_hash) << ")\n";
  std::cout << "axes:\n";
  for (const sweep::PlanAxis& axis : plan.axes) std::cout << "  " << axis_text(axis) << "\n";
  std::cout << "blocks:\n";
  for (const sweep::PlanBlock& block : plan.blocks) {
    std::cout << "  " << (block.name.empty() ? "(all)" : block.name) << ": " << block.points << " points\n";
    if (plan.blocks.size() > 1)
      for (const sweep::PlanAxis& axis : block.axes) std::cout << "    " << axis_text(axis) << "\n";
  }
  std::cout << "points: " << plan.points << " (" << plan.duplicates_removed << " duplicates removed, "
            << plan.excluded << " excluded)\n";
  std::cout << "predicted: " << hours_text(seconds) << " core-hours (" << duration_text(seconds)
            << " on one core)\n";
  if (refine > 0)
    std::cout << "refine: then up to " << refine << " more slopes for each curve, with its seeds\n";
  if (shards.size() <= 1) return;
  std::cout << "shard   points   core-hours\n";
  for (std::size_t i = 0; i < std::min(shards.size(), shown_shards); ++i) {
    char line[80];
    std::snprintf(line, sizeof line, "%5llu  %7llu   %10s\n",
                  static_cast<unsigned long long>(shards[i].index),
                  static_cast<unsigned long long>(shards[i].points), hours_text(shards[i].seconds).c_str());
    std::cout << line;
  }
  if (shards.size() > shown_shards)
    std::cout << "  ... " << shards.size() << " shards; --json lists them all\n";
}

void axes_json(Json& json, const std::vector<sweep::PlanAxis>& axes) {
  json.key("axes").begin_list();
  for (const sweep::PlanAxis& axis : axes) {
    json.begin_object().field("key", std::string_view(axis.key)).field("count", axis.count);
    json.key(axis.listed() ? "values" : "first_and_last").begin_list();
    for (const std::string& value : axis.values) json.value(std::string_view(value));
    json.end_list().end_object();
  }
  json.end_list();
}

/// Slopes that a run adds to a curve at most.
std::uint64_t refined_slopes(const SweepSetup& setup) {
  return static_cast<std::uint64_t>(std::get<std::int64_t>(setup.spec.scalar("sweep.refine")));
}

void print_json(const sweep::Plan& plan, double seconds, const std::vector<ShardRow>& shards,
                std::uint64_t refine) {
  Json json;
  json.begin_object();
  json.field("source", std::string_view(plan.source))
      .field("spec_hash", std::string_view(hex(plan.spec_hash)));
  axes_json(json, plan.axes);
  json.key("blocks").begin_list();
  for (const sweep::PlanBlock& block : plan.blocks) {
    json.begin_object().field("name", std::string_view(block.name)).field("points", block.points);
    axes_json(json, block.axes);
    json.end_object();
  }
  json.end_list();
  json.field("points", plan.points)
      .field("duplicates_removed", plan.duplicates_removed)
      .field("excluded", plan.excluded)
      .field("refine", refine)
      .field("core_hours", seconds / 3600);
  json.key("shards").begin_list();
  for (const ShardRow& shard : shards)
    json.begin_object()
        .field("shard", shard.index)
        .field("points", shard.points)
        .field("core_hours", shard.seconds / 3600)
        .end_object();
  json.end_list().end_object();
  std::cout << json.text() << "\n";
}

std::uint64_t shard_count(const std::string& text) {
  try {
    const std::int64_t count = std::get<std::int64_t>(parse_value(ValueType::integer, text));
    if (count >= 1 && static_cast<std::uint64_t>(count) <= sweep::shard_limit)
      return static_cast<std::uint64_t>(count);
  } catch (const UsageError&) {
  }
  throw UsageError("--shards " + text + ": allowed: integer in [1, " + std::to_string(sweep::shard_limit) +
                   "]");
}

}  // namespace

int plan_command(const Arguments& arguments, Team& team) {
  po::options_description options;
  options.add_options()("shards", po::value<std::string>()->value_name("N")->default_value("1"),
                        "show the division into N shards")("json", "machine-readable");
  const Parsed parsed = parse("plan", arguments, options, 1, 1, true);
  if (parsed.help) return Exit::complete;
  const std::uint64_t shards = shard_count(parsed.options["shards"].as<std::string>());
  const SweepSetup setup = read_sweep(parsed.words[0], parsed.overrides, team);
  const sweep::Plan plan = sweep::make_plan(setup.grid.table(), setup.spec, setup.grid);
  const sweep::CostOrder order = cost_order(setup.grid);
  const std::uint64_t refine = refined_slopes(setup);
  const std::vector<ShardRow> table = shard_table(order, shards);
  if (parsed.options.count("json") != 0)
    print_json(plan, order.total_seconds(), table, refine);
  else
    print_text(plan, order.total_seconds(), table, refine);
  return Exit::complete;
}

}  // namespace rgsweep::cli

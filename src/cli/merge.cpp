// `rgsweep merge`: the union of results files, above all of the shards of one sweep.
#include "rgsweep/store/merge.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include "command.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/store/segment.hpp"
#include "rgsweep/sweep/order.hpp"
#include "version.hpp"

namespace rgsweep::cli {

namespace {

namespace fs = std::filesystem;

bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return a.lexically_normal() == b.lexically_normal() || fs::equivalent(a, b, error);
}

bool among(const std::vector<std::string>& paths, const std::string& path) {
  return std::any_of(paths.begin(), paths.end(),
                     [&](const std::string& other) { return same_file(path, other); });
}

/// The results to unite and what is known about their sweeps.
struct Inputs {
  std::vector<std::string> names;  ///< each once
  store::Attributes first;
  std::map<std::string, std::int64_t> sweeps;               ///< spec hash to points of the whole grid
  std::map<std::uint64_t, std::set<std::uint64_t>> shards;  ///< number of shards to those that are there
};

Inputs look_at(const std::vector<std::string>& given) {
  Inputs inputs;
  for (const std::string& name : given) {
    if (among(inputs.names, name)) continue;
    const std::vector<fs::path> found = store::sources(name);
    if (found.empty()) throw StoreError(name + ": there are no results");
    const store::Attributes attributes = store::SegmentReader(found.front(), false).attributes();
    if (inputs.first.empty()) inputs.first = attributes;
    const std::string version = store::text_of(attributes, "program_version"),
                      hash = store::text_of(attributes, "spec_hash");
    const std::string first_version = store::text_of(inputs.first, "program_version");
    if (version != first_version)
      std::cerr << "rgsweep: warning: " << name << " was written by version " << version << ", "
                << given.front() << " by " << first_version << "\n";
    if (hash != store::text_of(inputs.first, "spec_hash"))
      std::cerr << "rgsweep: warning: " << name << " belongs to another sweep than " << given.front() << "\n";
    std::int64_t& points = inputs.sweeps[hash];
    points = std::max(points, store::integer_of(attributes, "grid_points"));
    inputs.names.push_back(name);
    if (const std::string shard = store::text_of(attributes, "shard"); !shard.empty()) {
      const sweep::Shard part = sweep::Shard::parse(shard);
      inputs.shards[part.count].insert(part.index);
    }
  }
  return inputs;
}

/// "2/5, 4/5": the shards that are not among the inputs, where all are shards of one division.
std::string missing_shards(const Inputs& inputs) {
  constexpr std::size_t most_listed = 20;
  if (inputs.sweeps.size() != 1 || inputs.shards.size() != 1) return "";
  const auto& [count, there] = *inputs.shards.begin();
  std::vector<std::string> missing;
  for (std::uint64_t i = 1; i <= count && missing.size() <= most_listed; ++i)
    if (!there.contains(i)) missing.push_back(std::to_string(i) + "/" + std::to_string(count));
  if (missing.size() > most_listed) missing.back() = "...";
  return join(missing, ", ");
}

/// The output must not hold results that the inputs do not hold.
void check_output(const std::string& out, const std::vector<std::string>& inputs) {
  if (out.empty()) throw UsageError("merge needs a name for the output");
  std::error_code error;
  if (fs::is_directory(out, error)) throw UsageError(out + ": is a folder");
  if (store::sources(out).empty()) return;
  if (!among(inputs, out))
    throw UsageError(out +
                     ": results exist already; name it among the inputs to merge with them, or move it away");
}

}  // namespace

int merge_command(const Arguments& arguments, Team&) {
  const Parsed parsed = parse("merge", arguments, {}, 2, arguments.size());
  if (parsed.help) return Exit::complete;
  const std::string& out = parsed.words[0];
  const std::vector<std::string> given(parsed.words.begin() + 1, parsed.words.end());
  check_output(out, given);
  const Inputs inputs = look_at(given);

  std::int64_t expected = 0;
  for (const auto& [hash, points] : inputs.sweeps) expected += points;
  store::Attributes attributes = inputs.first;
  attributes["shard"] = "1/1";
  attributes["grid_points"] = attributes["shard_points"] = expected;
  attributes["other_points"] = std::int64_t{0};
  attributes["merged_from"] = join(inputs.names, " ");
  attributes["merge_time"] = now_text();
  const auto rows = static_cast<std::int64_t>(
      store::merge_outputs(out, {inputs.names.begin(), inputs.names.end()}, attributes));

  std::cout << out << ": " << rows << " points from " << inputs.names.size() << " files";
  // Grids of different sweeps may overlap: only one grid says how many points there should be.
  if (inputs.sweeps.size() == 1 && rows < expected)
    std::cout << "; " << expected - rows << " of " << expected << " are missing";
  if (const std::string shards = missing_shards(inputs); !shards.empty())
    std::cout << "; shards " << shards << " are not among the files";
  std::cout << "\n";
  return Exit::complete;
}

}  // namespace rgsweep::cli

// The table of shards for people and as JSON.
#include <array>
#include <cstdio>
#include <string_view>

#include "json.hpp"
#include "progress.hpp"
#include "shard_table.hpp"

namespace rgsweep::cli {

namespace {

std::string_view name_of(ShardState state) {
  constexpr std::array<std::string_view, 6> names{"absent",  "complete", "running",
                                                  "stopped", "damaged",  "outdated"};
  return names[static_cast<std::size_t>(state)];
}

std::string rate_text(double rate) {
  if (rate <= 0) return "-";
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), rate < 100 ? "%.3g" : "%.0f", rate);
  return buffer.data();
}

std::string time_text(const std::optional<double>& seconds) {
  return seconds ? duration_text(*seconds) : "-";
}

std::string line(const std::string& shard, std::uint64_t points, std::uint64_t finished,
                 std::uint64_t diverged, std::uint64_t failed, const std::string& rate,
                 const std::string& left, const std::string& state) {
  std::array<char, 256> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%7s %10s %10llu %9llu %8llu %9s %15s  ", shard.c_str(),
                points > 0 ? std::to_string(points).c_str() : "-", static_cast<unsigned long long>(finished),
                static_cast<unsigned long long>(diverged), static_cast<unsigned long long>(failed),
                rate.c_str(), left.c_str());
  return buffer.data() + state + "\n";
}

Json& number_or_null(Json& json, std::string_view name, const std::optional<double>& number) {
  json.key(name);
  return number ? json.value(*number) : json.null();
}

}  // namespace

std::string table_text(const ShardTable& table) {
  std::string text = table.folder.string() + ": ";
  if (!table.sweep.empty()) text += "sweep '" + table.sweep + "', ";
  text += std::to_string(table.rows.size()) + " shards\n";
  text += "  shard     points   finished  diverged   failed  points/s            left  state\n";
  for (const ShardRow& row : table.rows) {
    std::string state(name_of(row.state));
    if (!row.host.empty()) state += " on " + row.host;
    if (!row.problem.empty()) state += ": " + row.problem;
    text += line(std::to_string(row.shard), row.points, row.finished, row.diverged, row.failed,
                 rate_text(row.rate), time_text(row.seconds_left), state);
  }
  const std::string unfinished = table.unfinished();
  text += line("all", table.points, table.finished, table.diverged, table.failed, rate_text(table.rate),
               time_text(table.seconds_left), unfinished.empty() ? "complete" : "");
  if (unfinished.empty()) return text;
  text += "unfinished: " + unfinished + "\n";
  if (table.core_seconds)
    text += "left to do: " + duration_text(*table.core_seconds) + " of one core, as predicted\n";
  return text;
}

std::string table_json(const ShardTable& table) {
  Json json;
  json.begin_object()
      .field("folder", std::string_view(table.folder.native()))
      .field("sweep", std::string_view(table.sweep))
      .field("shards", static_cast<std::uint64_t>(table.rows.size()))
      .field("points", table.points)
      .field("finished", table.finished)
      .field("diverged", table.diverged)
      .field("failed", table.failed)
      .field("complete", table.complete())
      .field("unfinished", std::string_view(table.unfinished()))
      .field("points_per_second", table.rate);
  number_or_null(json, "core_seconds_left", table.core_seconds);
  number_or_null(json, "seconds_left", table.seconds_left);
  json.key("table").begin_list();
  for (const ShardRow& row : table.rows) {
    json.begin_object()
        .field("shard", row.shard)
        .field("state", name_of(row.state))
        .field("points", row.points)
        .field("finished", row.finished)
        .field("diverged", row.diverged)
        .field("failed", row.failed)
        .field("points_per_second", row.rate);
    number_or_null(json, "seconds_left", row.seconds_left);
    json.field("host", std::string_view(row.host)).field("problem", std::string_view(row.problem));
    json.end_object();
  }
  return json.end_list().end_object().text();
}

}  // namespace rgsweep::cli

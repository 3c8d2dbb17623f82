// `rgsweep status`: how many points of its sweep a results file holds, and who is writing it; of a folder of
// shards, the same in one table.
#include "rgsweep/store/status.hpp"

#include <filesystem>
#include <iostream>

#include "command.hpp"
#include "json.hpp"
#include "rgsweep/core/error.hpp"
#include "shard_table.hpp"

namespace rgsweep::cli {

namespace po = boost::program_options;

namespace {

void owner_json(Json& json, const std::vector<store::Owner>& owner) {
  json.key("owner");
  if (owner.empty()) {
    json.null();
    return;
  }
  json.begin_object()
      .field("host", std::string_view(owner.front().host))
      .field("pid", static_cast<std::uint64_t>(owner.front().pid))
      .field("start", std::string_view(owner.front().start))
      .field("alive", owner.front().alive)
      .end_object();
}

void print_json(const std::string& path, const store::StatusReport& report, const Share& share,
                bool complete) {
  Json json;
  json.begin_object()
      .field("file", std::string_view(path))
      .field("sweep", std::string_view(store::text_of(report.attributes, "title")))
      .field("shard", std::string_view(store::text_of(report.attributes, "shard")))
      .field("points", share.total)
      .field("finished", share.finished)
      .field("others", share.others)
      .field("done", report.done)
      .field("diverged", report.diverged)
      .field("failed", report.failed)
      .field("complete", complete)
      .field("segments", static_cast<std::uint64_t>(report.segments))
      .field("saved", static_cast<std::uint64_t>(report.saved));
  json.key("damaged").begin_list();
  for (const std::string& message : report.damaged) json.value(std::string_view(message));
  json.end_list();
  owner_json(json, report.owner);
  std::cout << json.end_object().text() << "\n";
}

void print_text(const std::string& path, const store::StatusReport& report, const Share& share,
                bool complete) {
  const std::string shard = store::text_of(report.attributes, "shard");
  const std::string sweep = store::text_of(report.attributes, "title");
  std::cout << path << ": " << (sweep.empty() ? "" : "sweep '" + sweep + "', ")
            << (shard.empty() || shard == "1/1" ? "" : "shard " + shard + ", ") << share.finished << " of "
            << (share.total > 0 ? std::to_string(share.total) : "an unknown number of")
            << " points finished\n";
  if (share.others > 0)
    std::cout << "  " << share.others << " points more that are not in its present grid\n";
  std::cout << "  done " << report.done << ", diverged " << report.diverged << ", failed " << report.failed
            << "\n";
  if (complete)
    std::cout << "  complete\n";
  else
    std::cout << "  not complete; " << report.segments << " segments beside it\n";
  if (report.saved > 0)
    std::cout << "  " << report.saved
              << " points stopped in the middle of their training; they go on from there\n";
  for (const store::Owner& owner : report.owner)
    std::cout << "  " << (owner.alive ? "being written" : "last written") << " by process " << owner.pid
              << " on " << owner.host << " since " << owner.start << "\n";
  for (const std::string& message : report.damaged) std::cout << "  damaged: " << message << "\n";
}

}  // namespace

int status_command(const Arguments& arguments, Team&) {
  po::options_description options;
  options.add_options()("json", "machine-readable");
  const Parsed parsed = parse("status", arguments, options, 1, 1);
  if (parsed.help) return Exit::complete;
  const std::string& path = parsed.words[0];
  const bool as_json = parsed.options.count("json") != 0;
  if (std::error_code error; std::filesystem::is_directory(path, error)) {
    const ShardTable table = read_shard_table(path);
    std::cout << (as_json ? table_json(table) + "\n" : table_text(table));
    return Exit::complete;
  }
  const store::StatusReport report = store::status(path);
  const bool nothing = report.attributes.empty() && report.owner.empty();
  if (nothing && !report.damaged.empty()) throw StoreError(report.damaged.front());
  const Share share = share_of(report);
  const bool complete = is_complete(report, share);
  if (as_json)
    print_json(path, report, share, complete);
  else
    print_text(path, report, share, complete);
  return Exit::complete;
}

}  // namespace rgsweep::cli

// `rgsweep status`: how many points of its sweep a results file holds, and who is writing it.
#include "rgsweep/store/status.hpp"

#include <algorithm>
#include <iostream>

#include "command.hpp"
#include "json.hpp"

namespace rgsweep::cli {

namespace po = boost::program_options;

namespace {

std::uint64_t whole_number(const store::Attributes& attributes, const std::string& name) {
  const auto found = attributes.find(name);
  if (found == attributes.end()) return 0;
  const auto* number = std::get_if<std::int64_t>(&found->second);
  return number != nullptr && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

std::string text_of(const store::Attributes& attributes, const std::string& name) {
  const auto found = attributes.find(name);
  const auto* text = found != attributes.end() ? std::get_if<std::string>(&found->second) : nullptr;
  return text != nullptr ? *text : "";
}

}  // namespace

int status_command(const Arguments& arguments, Team&) {
  po::options_description options;
  options.add_options()("json", "machine-readable");
  const Parsed parsed = parse("status", arguments, options, 1, 1);
  if (parsed.help) return Exit::complete;
  const std::string& path = parsed.words[0];
  const store::StatusReport report = store::status(path);
  const std::uint64_t total = whole_number(report.attributes, "shard_points");
  const std::uint64_t finished = report.done + report.diverged + report.failed;
  const std::string shard = text_of(report.attributes, "shard"), sweep = text_of(report.attributes, "title");
  if (parsed.options.count("json") != 0) {
    Json json;
    json.begin_object()
        .field("file", std::string_view(path))
        .field("sweep", std::string_view(sweep))
        .field("shard", std::string_view(shard))
        .field("points", total)
        .field("finished", finished)
        .field("done", report.done)
        .field("diverged", report.diverged)
        .field("failed", report.failed)
        .field("complete", report.complete)
        .field("segments", static_cast<std::uint64_t>(report.segments));
    json.key("damaged").begin_list();
    for (const std::string& message : report.damaged) json.value(std::string_view(message));
    json.end_list().key("owner");
    if (report.owner.empty()) {
      json.begin_list().end_list();
    } else {
      const store::Owner& owner = report.owner.front();
      json.begin_object()
          .field("host", std::string_view(owner.host))
          .field("pid", static_cast<std::uint64_t>(owner.pid))
          .field("start", std::string_view(owner.start))
          .field("alive", owner.alive)
          .end_object();
    }
    std::cout << json.end_object().text() << "\n";
    return Exit::complete;
  }
  std::cout << path << ": " << (sweep.empty() ? "" : "sweep '" + sweep + "', ")
            << (shard.empty() || shard == "1/1" ? "" : "shard " + shard + ", ") << finished << " of " << total
            << " points finished\n";
  std::cout << "  done " << report.done << ", diverged " << report.diverged << ", failed " << report.failed
            << "\n";
  std::cout << "  "
            << (report.complete ? "complete"
                                : std::to_string(report.segments) + " segments beside it, to be continued")
            << "\n";
  for (const store::Owner& owner : report.owner)
    std::cout << "  " << (owner.alive ? "being written" : "last written") << " by process " << owner.pid
              << " on " << owner.host << " since " << owner.start << "\n";
  for (const std::string& message : report.damaged) std::cout << "  damaged: " << message << "\n";
  return Exit::complete;
}

}  // namespace rgsweep::cli

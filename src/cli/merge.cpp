// `rgsweep merge`: the union of results files, above all of the shards of one sweep.
#include "rgsweep/store/merge.hpp"

#include <algorithm>
#include <iostream>

#include "command.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/store/segment.hpp"
#include "version.hpp"

namespace rgsweep::cli {

namespace {

std::string text_of(const store::Attributes& attributes, const std::string& name) {
  const auto found = attributes.find(name);
  const auto* text = found != attributes.end() ? std::get_if<std::string>(&found->second) : nullptr;
  return text != nullptr ? *text : "";
}

std::int64_t number_of(const store::Attributes& attributes, const std::string& name) {
  const auto found = attributes.find(name);
  const auto* number = found != attributes.end() ? std::get_if<std::int64_t>(&found->second) : nullptr;
  return number != nullptr ? *number : 0;
}

/// The whole grid's share of attributes from those of one input.
store::Attributes merged_attributes(const store::Attributes& first, const std::vector<std::string>& inputs) {
  store::Attributes attributes = first;
  attributes["shard"] = "1/1";
  attributes["shard_points"] = number_of(first, "grid_points");
  attributes["merged_from"] = join(inputs, " ");
  attributes["merge_time"] = now_text();
  return attributes;
}

}  // namespace

int merge_command(const Arguments& arguments, Team&) {
  const Parsed parsed = parse("merge", arguments, {}, 2, arguments.size());
  if (parsed.help) return Exit::complete;
  const std::string& out = parsed.words[0];
  const std::vector<std::string> inputs(parsed.words.begin() + 1, parsed.words.end());

  // A shard that was stopped early has its points in segments beside it.
  std::vector<std::filesystem::path> files;
  store::Attributes first;
  for (const std::string& input : inputs) {
    const std::vector<std::filesystem::path> found = store::sources(input);
    if (found.empty()) throw StoreError(input + ": there are no results");
    const store::Attributes attributes = store::SegmentReader(found.front(), false).attributes();
    if (first.empty()) first = attributes;
    if (text_of(attributes, "program_version") != text_of(first, "program_version"))
      std::cerr << "warning: " << input << " was written by version "
                << text_of(attributes, "program_version") << ", " << inputs.front() << " by "
                << text_of(first, "program_version") << "\n";
    if (text_of(attributes, "spec_hash") != text_of(first, "spec_hash"))
      std::cerr << "warning: " << input << " belongs to another sweep than " << inputs.front() << "\n";
    files.insert(files.end(), found.begin(), found.end());
  }
  if (!store::sources(out).empty() && std::find(inputs.begin(), inputs.end(), out) == inputs.end())
    throw UsageError(out +
                     ": results exist already; name it among the inputs to merge with them, or move it away");

  const std::uint64_t rows = store::merge(out, files, merged_attributes(first, inputs));
  std::cout << out << ": " << rows << " points from " << inputs.size() << " files";
  const auto expected = static_cast<std::uint64_t>(number_of(first, "grid_points"));
  if (rows < expected)
    std::cout << "; " << expected - rows << " of the sweep's " << expected << " are missing";
  std::cout << "\n";
  return Exit::complete;
}

}  // namespace rgsweep::cli

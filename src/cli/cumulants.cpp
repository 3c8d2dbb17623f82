// `rgsweep cumulants`: the cumulants of one point's layers at one checkpoint, measured, exact and predicted.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>

#include "command.hpp"
#include "json.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/core/value.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/segment.hpp"
#include "table_text.hpp"

namespace rgsweep::cli {

namespace po = boost::program_options;

namespace {

const std::string prefix = "layer_cumulant";

/// A row of a results file, with the file's schema.
struct Found {
  Schema schema;
  Row row;
};

std::uint64_t wanted_point(const std::string& file, const po::variables_map& given) {
  if (given.count("point") == 0)
    throw UsageError("cumulants needs --point ID; the column point_id of " + file + " has the ids");
  const std::string text = given["point"].as<std::string>();
  try {
    return parse_hex(text);
  } catch (const UsageError&) {
    throw UsageError("--point " + text + ": allowed: the 16 hex digits of a point_id");
  }
}

/// Looks in the file and in the segments of a sweep that is not finished.
Found find_point(const std::string& file, std::uint64_t point) {
  const std::vector<std::filesystem::path> sources = store::sources(file);
  if (sources.empty()) throw StoreError(file + ": there are no results");
  std::uint64_t points = 0;
  for (const std::filesystem::path& source : sources) {
    const store::SegmentReader reader(source, false);
    const std::vector<std::uint64_t> ids = reader.point_ids();
    points += ids.size();
    const auto found = std::lower_bound(ids.begin(), ids.end(), point);
    if (found == ids.end() || *found != point) continue;
    std::vector<Row> rows;
    reader.read(static_cast<std::uint64_t>(found - ids.begin()), 1, rows);
    return {reader.schema(), std::move(rows.front())};
  }
  throw UsageError("--point " + hex(point) + ": not among the " + std::to_string(points) + " points of " +
                   file);
}

/// The cumulants of a point at one checkpoint, by the names of their columns.
class Checkpoint {
 public:
  Checkpoint(const Found& found, std::size_t number) : found_(found), number_(number) {}

  std::size_t layers() const { return found_.schema.dimension("layer").size; }
  std::size_t orders() const { return found_.schema.dimension("order").size; }
  const std::vector<std::string>& closures() const {
    static const std::vector<std::string> none;
    return has("_error") ? found_.schema.dimension("closure").labels : none;
  }

  /// layer_cumulant + name; NaN without such a column. `layer` counts from 0, `order` from 1.
  double value(const std::string& name, const std::string& side, std::size_t layer, std::size_t order) const {
    if (!has(name)) return std::nan("");
    return found_.schema.values(found_.row,
                                prefix + name + side)[(number_ * layers() + layer) * orders() + order - 1];
  }
  /// layer_cumulant_error.
  double error(std::size_t closure, const std::string& side, std::size_t layer, std::size_t order) const {
    const std::size_t place = (number_ * closures().size() + closure) * layers() + layer;
    return found_.schema.values(found_.row, prefix + "_error" + side)[place * orders() + order - 1];
  }
  /// Whether any closure predicts anything here.
  bool has_theory() const {
    const auto predicted = [&](const std::string& closure) {
      return std::isfinite(value("_" + closure, "", 0, 2));
    };
    return std::any_of(closures().begin(), closures().end(), predicted);
  }
  bool has_truth() const { return std::isfinite(value("_truth", "", 0, 2)); }

 private:
  bool has(const std::string& name) const { return found_.schema.has(prefix + name); }

  const Found& found_;
  std::size_t number_;
};

/// Checkpoints that the point has reached.
std::size_t checkpoints_of(const Found& found) {
  const auto steps = found.schema.values(found.row, "checkpoint_step");
  return static_cast<std::size_t>(
      std::count_if(steps.begin(), steps.end(), [](double step) { return step >= 0; }));
}

std::size_t wanted_checkpoint(const po::variables_map& given, std::size_t count) {
  if (given.count("checkpoint") == 0) return count - 1;
  const std::string text = given["checkpoint"].as<std::string>();
  try {
    const auto number = std::get<std::int64_t>(parse_value(ValueType::integer, text));
    if (number >= 0 && static_cast<std::size_t>(number) < count) return static_cast<std::size_t>(number);
  } catch (const UsageError&) {
  }
  throw UsageError("--checkpoint " + text + ": allowed: 0 to " + std::to_string(count - 1) +
                   ", the checkpoints of this point");
}

/// What is printed of one layer, side and order.
struct Line {
  std::size_t layer, order;  ///< both from 1
  std::string side;          ///< "" or "_post"
};

/// Only what was measured or predicted.
std::vector<Line> lines_of(const Checkpoint& at) {
  std::vector<Line> lines;
  for (std::size_t layer = 0; layer < at.layers(); ++layer)
    for (const char* side : {"", "_post"})
      for (std::size_t order = 1; order <= at.orders(); ++order)
        if (std::isfinite(at.value("", side, layer, order)) ||
            std::isfinite(at.value("_truth", side, layer, order)))
          lines.push_back({layer + 1, order, side});
  return lines;
}

/// The closures of this point: of a graph network those that name the nodes, and no others.
std::vector<std::size_t> own_closures(const Checkpoint& at) {
  const std::vector<std::string>& labels = at.closures();
  const auto predicted = [&](std::size_t c) { return std::isfinite(at.value("_" + labels[c], "", 0, 2)); };
  std::vector<std::size_t> result;
  for (std::size_t c = 0; c < labels.size(); ++c) {
    const auto joint = std::find(labels.begin(), labels.end(), labels[c] + "_joint");
    if (joint != labels.end() && predicted(static_cast<std::size_t>(joint - labels.begin()))) continue;
    if (predicted(c)) result.push_back(c);
  }
  return result;
}

void print_text(const Checkpoint& at, const std::string& heading, std::int64_t depth) {
  const std::vector<std::size_t> closures = own_closures(at);
  std::cout << heading << "\n";
  std::vector<std::string> head = {"layer", "activation", "order", "measured", "+-"};
  if (at.has_truth()) head.emplace_back("truth");
  for (const std::size_t c : closures) {
    head.push_back(at.closures()[c]);
    head.emplace_back("error");
  }
  Table table = {head};
  for (const Line& line : lines_of(at)) {
    const std::size_t layer = line.layer - 1;
    const bool output = static_cast<std::int64_t>(line.layer) > depth;
    std::vector<std::string> row = {output ? "output" : std::to_string(line.layer),
                                    output              ? "-"
                                    : line.side.empty() ? "before"
                                                        : "after",
                                    std::to_string(line.order),
                                    brief_text(at.value("", line.side, layer, line.order), 4),
                                    brief_text(at.value("_standard_error", line.side, layer, line.order), 2)};
    if (at.has_truth()) row.push_back(brief_text(at.value("_truth", line.side, layer, line.order), 5));
    for (const std::size_t c : closures) {
      row.push_back(brief_text(at.value("_" + at.closures()[c], line.side, layer, line.order), 5));
      row.push_back(brief_text(at.error(c, line.side, layer, line.order), 2));
    }
    table.push_back(std::move(row));
  }
  print_table(table);
}

void print_json(const Checkpoint& at, const std::string& file, const Found& found, std::size_t number,
                double step) {
  Json json;
  json.begin_object()
      .field("file", std::string_view(file))
      .field("point", std::string_view(hex(found.row.point_id)))
      .field("checkpoint", static_cast<std::uint64_t>(number))
      .field("step", step)
      .field("theory", at.has_theory());
  json.key("reference");
  if (at.has_theory())
    json.value(at.has_truth() ? "truth" : "measured");
  else
    json.null();
  json.key("cumulants").begin_list();
  const std::vector<std::size_t> closures = own_closures(at);
  for (const Line& line : lines_of(at)) {
    const auto value = [&](const std::string& name) {
      return at.value(name, line.side, line.layer - 1, line.order);
    };
    json.begin_object()
        .field("layer", static_cast<std::uint64_t>(line.layer))
        .field("activation", line.side.empty() ? "before" : "after")
        .field("order", static_cast<std::uint64_t>(line.order))
        .field("measured", value(""))
        .field("standard_error", value("_standard_error"));
    if (at.has_truth()) json.field("truth", value("_truth")).field("truth_error", value("_truth_error"));
    for (const std::size_t c : closures) json.field(at.closures()[c], value("_" + at.closures()[c]));
    json.key("error").begin_object();
    for (const std::size_t c : closures)
      json.field(at.closures()[c], at.error(c, line.side, line.layer - 1, line.order));
    json.end_object().end_object();
  }
  std::cout << json.end_list().end_object().text() << "\n";
}

/// Says why there are no predictions, if so.
void explain(const Found& found, const Checkpoint& at, std::size_t count) {
  if (at.has_theory()) return;
  std::vector<std::string> with_theory;
  for (std::size_t c = 0; c < count; ++c)
    if (Checkpoint(found, c).has_theory()) with_theory.push_back(std::to_string(c));
  if (!with_theory.empty())
    std::cerr << "rgsweep: this checkpoint has no theory; those that have it: " << join(with_theory, ", ")
              << "\n";
  else if (found.schema.has("trace_theory") && found.schema.text(found.row, "trace_theory") == "on")
    std::cerr << "rgsweep: theory takes too long for this network: only measured cumulants\n";
  else
    std::cerr << "rgsweep: this point ran without trace.theory = on: only measured cumulants\n";
}

po::options_description cumulants_options() {
  po::options_description options;
  const auto text = [] { return po::value<std::string>(); };
  options.add_options()("point", text()->value_name("ID"), "the point, by its point_id")(
      "checkpoint", text()->value_name("N"), "checkpoint 0, 1, ...; the last without it")("json",
                                                                                          "machine-readable");
  return options;
}

}  // namespace

int cumulants_command(const Arguments& arguments, Team&) {
  const Parsed parsed = parse("cumulants", arguments, cumulants_options(), 1, 1);
  if (parsed.help) return Exit::complete;
  const std::string& file = parsed.words[0];
  const Found found = find_point(file, wanted_point(file, parsed.options));
  if (!found.schema.has(prefix) || !found.schema.has("checkpoint_step"))
    throw StoreError(file + ": no cumulants of layers here: it has no networks, or is older than they are");
  const std::size_t count = checkpoints_of(found);
  const std::string name = "point " + hex(found.row.point_id);
  if (count == 0) throw StoreError(file + ": " + name + " has no checkpoints; its column status says why");
  const std::size_t number = wanted_checkpoint(parsed.options, count);
  const Checkpoint at(found, number);
  if (lines_of(at).empty())
    throw StoreError(file + ": " + name + " has no cumulants of layers: it was run before there were any");
  const double step = found.schema.values(found.row, "checkpoint_step")[number];
  if (parsed.options.count("json") != 0) {
    print_json(at, file, found, number, step);
  } else {
    std::string heading = name + ", checkpoint " + std::to_string(number) + ", step " + canonical_text(step);
    if (at.has_theory())
      heading += std::string("; errors relative to what is ") + (at.has_truth() ? "exact" : "measured");
    print_text(at, heading, static_cast<std::int64_t>(found.schema.values(found.row, "model_depth")[0]));
  }
  explain(found, at, count);
  return Exit::complete;
}

}  // namespace rgsweep::cli

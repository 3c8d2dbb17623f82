#include "shard_table.hpp"

#include <algorithm>
#include <memory>
#include <regex>
#include <set>

#include "rgsweep/core/error.hpp"
#include "rgsweep/experiment/keys.hpp"
#include "sweep_setup.hpp"

namespace rgsweep::cli {

namespace {

namespace fs = std::filesystem;

/// Predicted core-seconds of a division's shards, and of their first points.
class Prediction {
 public:
  Prediction(const Prediction&) = delete;  // the order points to the grid
  Prediction& operator=(const Prediction&) = delete;
  /// Throws UsageError when the text is not a sweep of this version's grammar.
  Prediction(const std::string& effective_text, const std::string& source, std::uint64_t shards)
      : spec_(sweep::parse_spec(experiment::spec_keys(), effective_text, source)),
        grid_(sweep::Grid::build(experiment::spec_keys(), spec_)),
        order_(cost_order(grid_)),
        shards_(shards),
        shard_seconds_(sweep::shard_seconds(order_, shards)) {
    for (const sweep::CostClass& c : order_.classes()) {
      before_.push_back(sum_);
      sum_ += c.seconds * static_cast<double>(c.count);
    }
  }

  std::uint64_t points() const { return grid_.size(); }
  double of_shard(std::uint64_t shard) const { return shard_seconds_[shard - 1]; }

  /// Of the shard's first `count` points. They are spread evenly over the grid's first count * N.
  double of_first(std::uint64_t shard, std::uint64_t count) const {
    if (count == 0) return 0;
    if (count >= sweep::shard_size(points(), {shard, shards_})) return of_shard(shard);
    const std::uint64_t ordinal = count * shards_;
    if (ordinal >= points()) return of_shard(shard);
    const std::size_t c = order_.class_of(ordinal);
    const sweep::CostClass& in = order_.classes()[c];
    return (before_[c] + in.seconds * static_cast<double>(ordinal - in.first)) / static_cast<double>(shards_);
  }

 private:
  sweep::Spec spec_;
  sweep::Grid grid_;
  sweep::CostOrder order_;
  std::uint64_t shards_;
  std::vector<double> shard_seconds_;
  std::vector<double> before_;  ///< by class: predicted seconds of all points before it
  double sum_ = 0;
};

/// The division of a folder's shards, and which of them have files.
struct Listing {
  std::uint64_t shards = 0;
  std::set<std::uint64_t> there;
};

Listing list_shards(const fs::path& folder) {
  static const std::regex pattern(R"(shard-(\d{1,7})-of-(\d{1,7})\.h5(\.parts)?)");
  Listing listing;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::smatch parts;
    if (!std::regex_match(name, parts, pattern)) continue;
    const std::uint64_t shard = std::stoull(parts[1]), shards = std::stoull(parts[2]);
    if (shard < 1 || shard > shards || shards > sweep::shard_limit) continue;
    if (listing.shards != 0 && listing.shards != shards)
      throw StoreError(folder.string() + ": holds shards of two divisions, " +
                       std::to_string(listing.shards) + " and " + std::to_string(shards));
    listing.shards = shards;
    listing.there.insert(shard);
  }
  if (error) throw StoreError(folder.string() + ": cannot read the folder: " + error.message());
  if (listing.shards == 0) throw StoreError(folder.string() + ": there is no shard-I-of-N.h5");
  return listing;
}

ShardState state_of(const store::StatusReport& report, const Share& share) {
  if (!report.owner.empty() && report.owner.front().alive) return ShardState::running;
  if (!report.damaged.empty()) return ShardState::damaged;
  return is_complete(report, share) ? ShardState::complete : ShardState::stopped;
}

/// What the table needs of a shard's file besides its row.
struct Measured {
  double seconds = 0;  ///< of all its finished points
  std::int64_t ranks = 1;
  std::string sweep;  ///< hash of its spec
};

/// `newest`: the attributes of the run that was started last.
void read_shard(const fs::path& file, ShardRow& row, Measured& measured, store::Attributes& newest) {
  try {
    const store::StatusReport report = store::status(file, false);
    const Share share = share_of(report);
    row.state = state_of(report, share);
    row.points = share.total;
    row.finished = share.finished;
    row.diverged = report.diverged;
    row.failed = report.failed;
    if (row.state == ShardState::running) row.host = report.owner.front().host;
    if (!report.damaged.empty()) row.problem = report.damaged.front();
    measured = {report.wall_seconds, std::max<std::int64_t>(1, store::integer_of(report.attributes, "ranks")),
                store::text_of(report.attributes, "spec_hash")};
    const auto all = static_cast<double>(report.done + report.diverged + report.failed);
    if (report.wall_seconds > 0) row.rate = all * static_cast<double>(measured.ranks) / report.wall_seconds;
    if (store::text_of(report.attributes, "start_time") >= store::text_of(newest, "start_time"))
      newest = report.attributes;
  } catch (const StoreError& error) {
    row.problem = error.what();
  }
}

/// Null for a sweep that this version cannot read: the table does without.
std::unique_ptr<const Prediction> prediction_of(const store::Attributes& attributes, std::uint64_t shards) {
  const std::string text = store::text_of(attributes, "spec_effective");
  if (text.empty()) return nullptr;  // no shard has finished a point yet
  try {
    return std::make_unique<const Prediction>(text, store::text_of(attributes, "spec_source"), shards);
  } catch (const UsageError&) {
    return nullptr;
  }
}

void predict(ShardTable& table, const std::vector<Measured>& measured, const Prediction& prediction) {
  double took = 0, predicted = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    took += measured[i].seconds;
    predicted += prediction.of_first(table.rows[i].shard, table.rows[i].finished);
  }
  const double correction = took > 0 && predicted > 0 ? took / predicted : 1;
  double left = 0, ranks = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    ShardRow& row = table.rows[i];
    if (row.points == 0) row.points = sweep::shard_size(prediction.points(), {row.shard, table.rows.size()});
    const double seconds =
        std::max(0.0, prediction.of_shard(row.shard) - prediction.of_first(row.shard, row.finished)) *
        correction;
    left += seconds;
    if (row.state != ShardState::running) continue;
    row.seconds_left = seconds / static_cast<double>(measured[i].ranks);
    ranks += static_cast<double>(measured[i].ranks);
  }
  table.core_seconds = left;
  if (ranks > 0) table.seconds_left = left / ranks;
}

}  // namespace

Share share_of(const store::StatusReport& report) {
  const auto number = [&](const char* name) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, store::integer_of(report.attributes, name)));
  };
  const std::uint64_t finished = report.done + report.diverged + report.failed;
  const std::uint64_t others = std::min(number("other_points"), finished);
  return {number("shard_points"), finished - others, others};
}

bool is_complete(const store::StatusReport& report, const Share& share) {
  return report.complete && share.finished >= share.total;
}

std::string ranges_text(const std::vector<std::uint64_t>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    text += (text.empty() ? "" : ",") + std::to_string(numbers[i]);
    if (last > i) text += "-" + std::to_string(numbers[last]);
    i = last + 1;
  }
  return text;
}

std::string ShardTable::unfinished() const {
  std::vector<std::uint64_t> numbers;
  for (const ShardRow& row : rows)
    if (row.state != ShardState::complete) numbers.push_back(row.shard);
  return ranges_text(numbers);
}

ShardTable read_shard_table(const fs::path& folder) {
  const Listing listing = list_shards(folder);
  ShardTable table;
  table.folder = folder;
  table.rows.resize(listing.shards);
  std::vector<Measured> measured(listing.shards);
  store::Attributes attributes;
  for (std::uint64_t shard = 1; shard <= listing.shards; ++shard) {
    ShardRow& row = table.rows[shard - 1];
    row.shard = shard;
    if (!listing.there.contains(shard)) continue;
    const std::string name =
        "shard-" + std::to_string(shard) + "-of-" + std::to_string(listing.shards) + ".h5";
    read_shard(folder / name, row, measured[shard - 1], attributes);
  }
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    if (table.rows[i].state == ShardState::complete &&
        measured[i].sweep != store::text_of(attributes, "spec_hash"))
      table.rows[i].state = ShardState::outdated;
  table.sweep = store::text_of(attributes, "title");
  if (const std::unique_ptr<const Prediction> prediction = prediction_of(attributes, listing.shards))
    predict(table, measured, *prediction);
  for (const ShardRow& row : table.rows) {
    table.points += row.points;
    table.finished += row.finished;
    table.diverged += row.diverged;
    table.failed += row.failed;
    if (row.state == ShardState::running) table.rate += row.rate;
  }
  return table;
}

}  // namespace rgsweep::cli

#include "master.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <system_error>

#include "command.hpp"
#include "kernel_variants.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/value.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/status.hpp"
#include "saved_weights.hpp"

namespace rgsweep::cli {

namespace {

/// Up to here looking at every point once, a microsecond each, costs less than it saves.
constexpr std::uint64_t scan_limit = std::uint64_t{1} << 22;

void count(Tally& tally, Status status) {
  ++tally.done;
  if (status == Status::diverged) ++tally.diverged;
  if (status == Status::failed) ++tally.failed;
}

store::Attributes attributes_of(const SweepSetup& setup, const RunOptions& options,
                                const Machines& machines) {
  store::Attributes attributes = provenance(setup, machines);
  attributes["shard"] = options.shard_text;
  attributes["shard_points"] = static_cast<std::int64_t>(sweep::shard_size(setup.grid.size(), options.shard));
  return attributes;
}

std::vector<schedule::CostClass> classes_of(const sweep::CostOrder& order) {
  // The schedule divides by predictions; a class that is predicted to take no time still takes some.
  constexpr double shortest = 1e-9;
  std::vector<schedule::CostClass> classes;
  for (const sweep::CostClass& c : order.classes())
    classes.push_back({std::max(c.seconds, shortest), c.first, c.count});
  return classes;
}

}  // namespace

FinishedPoints::FinishedPoints(const sweep::Grid& grid, const sweep::CostOrder& order,
                               const RunOptions& options)
    : grid_(&grid) {
  const sweep::Shard& shard = options.shard;
  tally_.total = sweep::shard_size(grid.size(), shard);
  std::vector<store::PointStatus> known = store::point_statuses(store::sources(options.output));
  std::erase_if(known, [&](const store::PointStatus& point) {
    return point.status == Status::pending || (options.retry_failed && point.status == Status::failed);
  });
  if (known.empty()) return;
  if (tally_.total > scan_limit || grid.size() > 64 * scan_limit) {
    for (const store::PointStatus& point : known) {
      ids_.push_back(point.point_id);
      count(tally_, point.status);
    }
    return;
  }
  bits_.resize(grid.size());
  const auto before = [](const store::PointStatus& point, std::uint64_t id) { return point.point_id < id; };
  for (std::uint64_t i = 0; i < tally_.total; ++i) {
    const std::uint64_t index = order.index(shard.ordinal(i));
    const std::uint64_t id = grid.at(index).point_id();
    const auto found = std::lower_bound(known.begin(), known.end(), id, before);
    if (found == known.end() || found->point_id != id) continue;
    bits_[index] = true;
    count(tally_, found->status);
  }
  others_ = known.size() - tally_.done;
}

bool FinishedPoints::contains(std::uint64_t index) const {
  if (!bits_.empty()) return bits_[index];
  return !ids_.empty() && std::binary_search(ids_.begin(), ids_.end(), grid_->at(index).point_id());
}

double silence_seconds(const Team& team) {
  if (!team.survives_losses()) return std::numeric_limits<double>::infinity();
  const char* text = std::getenv("RGSWEEP_SILENCE_SECONDS");
  return text != nullptr ? std::get<double>(parse_value(ValueType::real, text)) : 60.0;
}

Master::Master(const SweepSetup& setup, const RunOptions& options, const Machines& machines, double silence)
    : setup_(setup),
      options_(options),
      workers_(static_cast<int>(machines.hosts.size())),
      progress_(options.quiet),
      order_(cost_order(setup.grid)),
      store_(options.output, setup.schema, attributes_of(setup, options, machines),
             {options.flush_seconds, options.fresh,
              [this](const std::string& text) { progress_.message(text); }}),
      finished_(setup.grid, order_, options),
      tally_(finished_.tally()),
      start_(schedule::steady_seconds()),
      status_offset_(setup.schema.offset(setup.schema.index("status"))) {
  source_ = std::make_unique<schedule::ClassSource>(
      classes_of(order_), schedule::Stride{options.shard.index - 1, options.shard.count},
      [this](std::uint64_t ordinal) { return order_.index(ordinal); },
      [this](std::uint64_t index) { return finished_.contains(index); }, tally_.done);
  controller_ = std::make_unique<schedule::Controller>(
      *source_, schedule::Policy{.silence_seconds = silence}, workers_,
      [this](schedule::Result&& r) { accept(std::move(r)); },
      schedule::Shelf{[this](schedule::Saved&& saved) {
                        store_.save_state(setup_.grid.at(saved.index).point_id(), saved.state);
                      },
                      [this](std::uint64_t index) { return saved_state(index); }});
  announce(machines);
}

void Master::announce(const Machines& machines) {
  if (const std::uint64_t bare =
          options_.save_weights ? done_without_weights(store::sources(options_.output)) : 0)
    progress_.message("warning: " + std::to_string(bare) + " finished points of " + options_.output +
                      " have no weights, being from a run without --save-weights; none is trained again");
  const std::string variants = all_variants(store::sources(options_.output), distinct(machines.variants));
  store_.set_attribute("kernel_variant", variants);
  if (const std::string warning = variant_warning(variants); !warning.empty()) progress_.message(warning);
  if (options_.quiet) return;
  if (tally_.done > 0)
    progress_.message("continuing: " + std::to_string(tally_.done) + " of " + std::to_string(tally_.total) +
                      " points are already there");
  if (finished_.others() > 0)
    progress_.message(std::to_string(finished_.others()) + " points of " + options_.output +
                      " are outside this grid; they are kept");
}

void Master::accept(schedule::Result&& result) {
  count(tally_, static_cast<Status>(static_cast<int>(result.row.numbers[status_offset_])));
  ++tally_.ran;
  ran_seconds_ += result.measured_seconds;
  store_.append(result.row);
}

schedule::SavedState Master::saved_state(std::uint64_t index) {
  if (!store_.has_saved_states()) return {};
  try {
    return store_.saved_state(setup_.grid.at(index).point_id());
  } catch (const StoreError& error) {
    progress_.message(std::string(error.what()) + "; the point is trained from its start");
    return {};
  }
}

void Master::tick(double now) {
  const double before = schedule::steady_seconds();
  store_.flush_if_due();
  writing_seconds_ += schedule::steady_seconds() - before;
  warn_of_losses();
  // What is being run is as far from its end as from its start, on average, and a point's mean time is known.
  const double mean = tally_.ran > 0 ? ran_seconds_ / static_cast<double>(tally_.ran) : 0;
  const double running = mean * static_cast<double>(controller_->outstanding()) / 2;
  progress_.show(tally_, source_->remaining_seconds() + running, workers_, now);
}

void Master::warn_of_losses() {
  std::vector<int> lost = controller_->lost();
  if (lost == lost_) return;
  const auto known = [](const std::vector<int>& ranks, int rank) {
    return std::binary_search(ranks.begin(), ranks.end(), rank);
  };
  for (const int rank : lost)
    if (!known(lost_, rank))
      progress_.message("rank " + std::to_string(rank) + " is silent; its points are run by others");
  for (const int rank : lost_)
    if (!known(lost, rank)) progress_.message("rank " + std::to_string(rank) + " is back");
  lost_ = std::move(lost);
}

void Master::tell_of_writing() {
  std::error_code error;
  const auto bytes = static_cast<double>(std::filesystem::file_size(options_.output, error));
  const double points = static_cast<double>(tally_.done + finished_.others());
  if (options_.quiet || error || tally_.ran == 0) return;
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(),
                ": %.4g MB, %.0f bytes a point; writing took %.2g s, %.2g %% of the run", bytes * 1e-6,
                bytes / points, writing_seconds_,
                100 * writing_seconds_ / (schedule::steady_seconds() - start_));
  progress_.message(options_.output + text.data());
}

int Master::finish(schedule::Ending ending) {
  store_.set_attribute("end_time", now_text());
  store_.set_attribute("other_points", static_cast<std::int64_t>(finished_.others()));
  if (ending == schedule::Ending::complete) {
    const double before = schedule::steady_seconds();
    store_.finish();
    writing_seconds_ += schedule::steady_seconds() - before;
    progress_.finish(tally_, schedule::steady_seconds());
    tell_of_writing();
    if (tally_.total == 0)
      progress_.message("shard " + options_.shard_text + " has no points: there are more shards than points");
    if (tally_.failed > 0)
      progress_.message(std::to_string(tally_.failed) + " points failed; the column `message` says why");
    return tally_.failed > 0 ? Exit::some_failed : Exit::complete;
  }
  store_.flush();
  progress_.message("stopped early: " + std::to_string(tally_.done) + " of " + std::to_string(tally_.total) +
                    " points are done; the same command continues");
  return Exit::stopped_early;
}

void Master::rescue() noexcept {
  try {
    store_.flush();
  } catch (const std::exception&) {
    // The error that led here is the one to report.
  }
}

}  // namespace rgsweep::cli

#include "rgsweep/store/results.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "claim.hpp"
#include "compaction.hpp"
#include "duplicates.hpp"
#include "file_system.hpp"
#include "layout_names.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/segment.hpp"
#include "rgsweep/store/status.hpp"
#include "row_block.hpp"
#include "saved_states.hpp"
#include "segment_writer.hpp"
#include "trailer.hpp"

namespace rgsweep::store {
namespace {

using Path = std::filesystem::path;

/// Rows in memory are bounded by this as well as by time.
constexpr std::size_t most_buffered_bytes = std::size_t{32} << 20;

/// The sign of life must come well within owner.hpp's silence_seconds, however rarely rows are flushed.
constexpr std::chrono::seconds touch_interval{10};

/// The attributes that describe the sweep.
Attributes spec_of(Attributes attributes) {
  std::erase_if(attributes, [](const auto& entry) { return !entry.first.starts_with("spec"); });
  return attributes;
}

}  // namespace

class ResultsStore::State {
 public:
  State(Path path, Schema schema, Attributes attributes, Options options)
      : path_(std::move(path)),
        schema_(std::move(schema)),
        attributes_(std::move(attributes)),
        options_(std::move(options)),
        claim_(path_, options_.fresh) {
    claim_.check();
    remove_leftovers();
    for (const Path& file : sources(path_)) examine(file);
    segments_.emplace(claim_.parts());
    states_.emplace(claim_.parts());
  }

  std::vector<std::uint64_t> finished(bool only_failed) const {
    std::vector<std::uint64_t> ids;
    for (const PointStatus& point : point_statuses(sources(path_)))
      if (point.status == Status::failed || (!only_failed && point.status != Status::pending))
        ids.push_back(point.point_id);
    return ids;
  }

  void append(const Row& row) {
    buffer_.append(row);
    full_ = buffer_.bytes() >= most_buffered_bytes;
  }

  void flush_if_due(Clock::time_point now) {
    if (now - last_touch_ >= touch_interval) {
      claim_.touch();
      last_touch_ = now;
    }
    const bool due = std::chrono::duration<double>(now - last_flush_).count() >= options_.flush_seconds;
    if (!due && !full_) return;
    flush();
    last_flush_ = now;
  }

  void flush() {
    if (buffer_.empty()) return;
    claim_.check();
    const std::vector<std::uint32_t> places = settled();
    segments_->write(schema_, buffer_, places, attributes_, allowed_);
    forget_buffer(places);
    segments_->compact(schema_, attributes_, allowed_);
  }

  void finish() {
    if (sources(path_).empty() && !buffer_.empty()) publish_buffer();
    flush();
    claim_.check();
    const bool current = segments_->empty() && files::exists(path_) &&
                         spec_of(SegmentReader(path_, false).attributes()) == spec_of(attributes_);
    if (!current) merge(path_, sources(path_), attributes_, {.base = schema_, .allowed = allowed_});
    segments_->remove_all(allowed_);
    states_->remove_all();
    claim_.give_up();
    files::sync_folder(files::folder_of(path_));
  }

  void save_state(std::uint64_t point, std::span<const std::byte> state) {
    states_->save(point, state, allowed_);
  }

  std::vector<std::byte> saved_state(std::uint64_t point) {
    try {
      return states_->load(point);
    } catch (const DamagedFile& damage) {
      set_aside(states_->path(point), damage.what(), "it is trained from its start");
      states_->forget(point);
      return {};
    }
  }

  bool has_saved_states() const { return !states_->empty(); }
  std::uint64_t rows_written() const { return rows_written_; }
  void set_attribute(const std::string& name, Attribute value) { attributes_[name] = std::move(value); }

 private:
  /// Temporary files of a writer that died, or that was replaced: without them it can publish nothing more.
  void remove_leftovers() const {
    const Path folder = files::folder_of(path_);
    for (const std::string& name : files::list(folder))
      if (files::is_temporary(name, path_.filename().string())) files::remove(folder / name);
    for (const std::string& name : files::list(claim_.parts()))
      if (files::is_temporary(name)) files::remove(claim_.parts() / name);
  }

  void set_aside(const Path& file, const std::string& damage, const std::string& consequence) const {
    const Path aside = files::set_aside(file);
    if (options_.warn) options_.warn(damage + "; set aside as " + aside.string() + ", " + consequence);
  }

  /// Sets a damaged file aside; throws when a sound one does not fit the schema.
  void examine(const Path& file) const {
    try {
      const SegmentReader reader(file);
      reader.point_ids();
      unite(schema_, reader.schema(), file);
      if (!reader.sealed() && options_.warn)
        options_.warn(file.string() + " was rewritten by another program; its values are taken as they are");
    } catch (const DamagedFile& damage) {
      set_aside(file, damage.what(), "its points run again");
    }
  }

  /// The buffered rows are all that there are: the results file is made of them, and no segment before.
  void publish_buffer() {
    claim_.check();
    const std::vector<std::uint32_t> places = settled();
    SegmentWriter writer(path_, schema_, places.size(), attributes_, text_storages(path_, schema_, buffer_));
    writer.append(buffer_, places);
    writer.commit(allowed_);
    forget_buffer(places);
  }

  /// Of rows that are published.
  void forget_buffer(std::span<const std::uint32_t> places) {
    rows_written_ += places.size();
    if (!states_->empty())
      for (std::size_t i = 0; i < buffer_.rows(); ++i) states_->remove(buffer_.id(i));
    buffer_.clear();
    full_ = false;
  }

  /// The places of the buffered rows in the order of point_id; those of a point that was run twice are
  /// settled as merge() would.
  std::vector<std::uint32_t> settled() {
    std::vector<std::uint32_t> places = buffer_.order();
    const auto same = [&](std::uint32_t a, std::uint32_t b) { return buffer_.id(a) == buffer_.id(b); };
    const auto twice = std::adjacent_find(places.begin(), places.end(), same);
    if (twice == places.end()) return places;
    const RowMap map(schema_, schema_);
    auto kept = twice;
    for (auto place = twice; place != places.end(); ++kept) {
      std::vector<Candidate> candidates;
      const std::uint32_t first = *place;
      for (; place != places.end() && same(*place, first); ++place)
        candidates.push_back({buffer_.row(*place), &map, &path_});
      if (candidates.size() > 1) buffer_.replace(first, resolve(schema_, std::move(candidates)));
      *kept = first;
    }
    places.erase(kept, places.end());
    return places;
  }

  Path path_;
  Schema schema_;
  Attributes attributes_;
  Options options_;
  Claim claim_;
  std::function<void()> allowed_ = [this] {
    claim_.check();
    claim_.touch();
  };
  std::optional<SegmentList> segments_;
  std::optional<SavedStates> states_;
  RowBlock buffer_{schema_};
  bool full_ = false;
  std::uint64_t rows_written_ = 0;
  Clock::time_point last_flush_ = Clock::now(), last_touch_ = last_flush_;
};

ResultsStore::ResultsStore(Path path, Schema schema, Attributes attributes, Options options)
    : state_(std::make_unique<State>(std::move(path), std::move(schema), std::move(attributes),
                                     std::move(options))) {}
ResultsStore::~ResultsStore() = default;

std::vector<std::uint64_t> ResultsStore::finished() const {
  return state_->finished(false);
}
std::vector<std::uint64_t> ResultsStore::failed() const {
  return state_->finished(true);
}
void ResultsStore::append(const Row& row) {
  state_->append(row);
}
void ResultsStore::flush_if_due(Clock::time_point now) {
  state_->flush_if_due(now);
}
void ResultsStore::flush() {
  state_->flush();
}
void ResultsStore::save_state(std::uint64_t point, std::span<const std::byte> state) {
  state_->save_state(point, state);
}
std::vector<std::byte> ResultsStore::saved_state(std::uint64_t point) {
  return state_->saved_state(point);
}
bool ResultsStore::has_saved_states() const {
  return state_->has_saved_states();
}
std::uint64_t ResultsStore::rows_written() const {
  return state_->rows_written();
}
void ResultsStore::set_attribute(const std::string& name, Attribute value) {
  state_->set_attribute(name, std::move(value));
}
void ResultsStore::finish() {
  state_->finish();
}

}  // namespace rgsweep::store

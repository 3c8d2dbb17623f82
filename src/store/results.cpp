#include "rgsweep/store/results.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "compaction.hpp"
#include "duplicates.hpp"
#include "file_system.hpp"
#include "layout_names.hpp"
#include "owner.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/segment.hpp"
#include "rgsweep/store/status.hpp"
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

/// --fresh: says how to make room, before anything is touched.
void refuse_existing(const Path& path) {
  const std::vector<Path> found = sources(path);
  if (found.empty()) return;
  const std::string file = path.string(), parts = parts_folder(path).string();
  // A name under which every command finds the results again, segments included.
  std::string old = file + ".old";
  for (int n = 2; files::exists(old) || files::exists(parts_folder(old)); ++n)
    old = file + ".old" + std::to_string(n);
  std::string commands;
  if (files::exists(file)) commands += "\n  mv '" + file + "' '" + old + "'";
  if (files::exists(parts)) commands += "\n  mv '" + parts + "' '" + parts_folder(old).string() + "'";
  throw UsageError(
      file +
      ": results exist and --fresh does not touch them; continue them without --fresh, or move them away:" +
      commands);
}

void check_output(const Path& path) {
  const Path folder = files::folder_of(path);
  if (!files::is_folder(folder))
    throw StoreError("there is no folder " + folder.string() + " for the results file " + path.string());
  if (path.filename().empty() || files::is_folder(path))
    throw StoreError(path.string() + " is a folder, not a results file");
  if (!files::writable(folder)) throw StoreError("the folder " + folder.string() + " cannot be written");
  if (files::exists(path) && !looks_like_ours(path))
    throw StoreError(path.string() + " exists and is no results file; it is left alone");
}

bool is_spec(const std::string& name) {
  return name.starts_with("spec");
}

bool same_spec(const Attributes& a, const Attributes& b) {
  const auto covers = [](const Attributes& x, const Attributes& y) {
    return std::all_of(x.begin(), x.end(), [&](const auto& entry) {
      const auto found = y.find(entry.first);
      return !is_spec(entry.first) || (found != y.end() && found->second == entry.second);
    });
  };
  return covers(a, b) && covers(b, a);
}

/// The folder beside the results, which is this process's as long as the claim lives.
class Claim {
 public:
  Claim(const Path& path, bool fresh) : parts_(parts_folder(path)) {
    check_output(path);
    if (fresh) refuse_existing(path);
    files::make_folder(parts_);
    lock_.emplace(parts_);
  }
  ~Claim() {
    try {
      give_up();
    } catch (const StoreError&) {  // the next writer finds an owner that is dead
    }
  }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

  const Path& parts() const { return parts_; }
  /// Throws StoreError when the claim is lost: nothing may be published then.
  void check() const { lock_->check(); }
  void touch() const { lock_->touch(); }
  void give_up() {
    lock_->release();
    files::remove_empty_folder(parts_);
  }

 private:
  Path parts_;
  std::optional<OwnerLock> lock_;
};

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

  void append(Row row) {
    check_row(schema_, row);
    const std::size_t bytes = sizeof(Row) + 8 * row.numbers.size() + 64 * row.texts.size();
    buffer_.push_back(std::move(row));
    full_ = buffer_.size() * bytes >= most_buffered_bytes;
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
    settle_buffer();
    segments_->write(schema_, buffer_, attributes_, allowed_);
    rows_written_ += buffer_.size();
    if (!states_->empty())
      for (const Row& row : buffer_) states_->remove(row.point_id);
    buffer_.clear();
    full_ = false;
    segments_->compact(schema_, attributes_, allowed_);
  }

  void finish() {
    flush();
    claim_.check();
    const bool current = segments_->empty() && files::exists(path_) &&
                         same_spec(SegmentReader(path_, false).attributes(), attributes_);
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

  /// Sorts the buffered rows by point_id; those of a point that was run twice are settled as merge() would.
  void settle_buffer() {
    std::stable_sort(buffer_.begin(), buffer_.end(),
                     [](const Row& a, const Row& b) { return a.point_id < b.point_id; });
    const auto same = [](const Row& a, const Row& b) { return a.point_id == b.point_id; };
    const auto twice = std::adjacent_find(buffer_.begin(), buffer_.end(), same);
    if (twice == buffer_.end()) return;
    const RowMap map(schema_, schema_);
    auto kept = twice;
    for (auto row = twice; row != buffer_.end(); ++kept) {
      std::vector<Candidate> candidates;
      const std::uint64_t id = row->point_id;
      for (; row != buffer_.end() && row->point_id == id; ++row) candidates.push_back({*row, &map, &path_});
      *kept = resolve(schema_, std::move(candidates));
    }
    buffer_.erase(kept, buffer_.end());
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
  std::vector<Row> buffer_;
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
void ResultsStore::append(Row row) {
  state_->append(std::move(row));
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

// Two orders are kept: classes without a measured time, sorted once by prediction (a common ratio does not
// change their order), and a set of the classes with one, in which a class moves only when its mean has
// changed by a tenth.
#include "rgsweep/schedule/class_source.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace rgsweep::schedule {

namespace {

// Tasks of one class handed out together before any of them has been timed: should the prediction be far too
// short, they are what one worker is left to sit on.
constexpr std::size_t untimed_at_once = 16;
constexpr std::uint32_t mean_memory = 256, ratio_memory = 50;  // in tasks
constexpr double refile_change = 0.1;
constexpr double shortest = 1e-8;  // a clock tick or so: measured times may be 0

}  // namespace

ClassSource::ClassSource(const std::vector<CostClass>& classes, Stride stride,
                         IndexOfOrdinal index_of_ordinal, Finished finished, std::uint64_t finished_count)
    : stride_(stride), index_of_ordinal_(std::move(index_of_ordinal)), finished_(std::move(finished)) {
  if (stride.start >= stride.step) throw std::logic_error("ClassSource: a shard needs start < step");
  if (classes.size() > std::numeric_limits<std::uint32_t>::max())
    throw std::logic_error("ClassSource: too many cost classes");
  classes_.reserve(classes.size());
  for (const CostClass& given : classes) {
    if (!(given.predicted_seconds > 0) || !std::isfinite(given.predicted_seconds))
      throw std::logic_error("ClassSource: a predicted time must be a positive number");
    const std::uint64_t skip = (stride.start + stride.step - given.first_ordinal % stride.step) % stride.step;
    Class c;
    c.predicted = given.predicted_seconds;
    c.next = given.first_ordinal + skip;
    c.left = skip < given.count ? (given.count - skip - 1) / stride.step + 1 : 0;
    left_ += c.left;
    unmeasured_seconds_ += static_cast<double>(c.left) * c.predicted;
    classes_.push_back(c);
  }
  finished_ahead_ = std::min(finished_count, left_);
  by_prediction_.resize(classes_.size());
  std::iota(by_prediction_.begin(), by_prediction_.end(), 0U);
  std::stable_sort(by_prediction_.begin(), by_prediction_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return classes_[a].predicted > classes_[b].predicted;
  });
}

std::size_t ClassSource::take(double seconds, std::size_t most, std::vector<Task>& out) {
  std::size_t taken = 0, untimed = 0, last = none;
  double total = 0;
  while (taken < most) {
    if (!returned_.empty()) {
      if (taken > 0 && total + returned_.back().seconds / 2 > seconds) break;
      out.push_back(returned_.back());
      returned_.pop_back();
    } else {
      const std::size_t kind = largest();
      if (kind == none) break;
      const Class& c = classes_[kind];
      Task task{.index = 0, .seconds = cost(c), .kind = static_cast<std::uint32_t>(kind)};
      if (taken > 0 && total + task.seconds / 2 > seconds) break;
      if (kind != last) untimed = 0;
      if (c.observed == 0 && untimed == untimed_at_once) break;
      if (!next_task(kind, task)) continue;
      last = kind;
      ++untimed;
      out.push_back(task);
    }
    total += out.back().seconds;
    ++taken;
  }
  return taken;
}

double ClassSource::remaining_seconds() const {
  double seconds = 0;
  for (const Task& task : returned_) seconds += task.seconds;
  if (left_ == 0) return seconds;
  const double unfinished = 1 - static_cast<double>(finished_ahead_) / static_cast<double>(left_);
  return seconds + std::max(unmeasured_seconds_ * ratio_ + measured_seconds_, 0.0) * unfinished;
}

std::uint64_t ClassSource::remaining() const {
  return left_ - finished_ahead_ + returned_.size();
}

void ClassSource::observe(const Task& task, double measured_seconds) {
  Class& c = classes_.at(task.kind);
  const double measured = std::max(measured_seconds, shortest);
  if (ratio_samples_ < ratio_memory) ++ratio_samples_;
  log_ratio_ += (std::log(measured / c.predicted) - log_ratio_) / ratio_samples_;
  ratio_ = std::exp(log_ratio_);
  const bool first = c.observed == 0;
  if (c.observed < mean_memory) ++c.observed;
  c.mean += (measured - c.mean) / c.observed;
  if (first || std::abs(c.mean - c.booked) > refile_change * c.booked) file(task.kind, first);
}

void ClassSource::give_back(std::span<const Task> tasks) {
  returned_.insert(returned_.end(), tasks.rbegin(), tasks.rend());
}

/// The class that is served next, or none.
std::size_t ClassSource::largest() {
  const auto done = [&](const Class& c) { return c.observed > 0 || c.left == 0; };
  while (cursor_ < by_prediction_.size() && done(classes_[by_prediction_[cursor_]])) ++cursor_;
  const bool untimed = cursor_ < by_prediction_.size();
  if (measured_.empty()) return untimed ? by_prediction_[cursor_] : none;
  const auto& [seconds, kind] = *measured_.rbegin();
  if (!untimed || seconds >= cost(classes_[by_prediction_[cursor_]])) return kind;
  return by_prediction_[cursor_];
}

/// The next unfinished point of a class; false when there is none left.
bool ClassSource::next_task(std::size_t kind, Task& task) {
  Class& c = classes_[kind];
  while (c.left > 0) {
    const std::uint64_t index = index_of_ordinal_(c.next);
    c.next += stride_.step;
    drop_one(kind);
    const bool skip = finished_ && finished_(index);
    if (skip && finished_ahead_ > 0) --finished_ahead_;
    finished_ahead_ = std::min(finished_ahead_, left_);
    if (skip) continue;
    task.index = index;
    return true;
  }
  return false;
}

/// Enters a class into the order of measured ones under its current mean, out of its former place.
void ClassSource::file(std::size_t kind, bool first) {
  Class& c = classes_[kind];
  const double left = static_cast<double>(c.left);
  if (first)
    unmeasured_seconds_ -= left * c.predicted;
  else
    measured_seconds_ -= left * c.booked;
  if (c.left > 0) {
    measured_.erase({c.booked, static_cast<std::uint32_t>(kind)});
    measured_.insert({c.mean, static_cast<std::uint32_t>(kind)});
  }
  c.booked = c.mean;
  measured_seconds_ += left * c.booked;
}

/// One ordinal less in a class and in the sums.
void ClassSource::drop_one(std::size_t kind) {
  Class& c = classes_[kind];
  --c.left;
  --left_;
  (c.observed > 0 ? measured_seconds_ : unmeasured_seconds_) -= c.observed > 0 ? c.booked : c.predicted;
  if (c.left == 0 && c.observed > 0) measured_.erase({c.booked, static_cast<std::uint32_t>(kind)});
}

}  // namespace rgsweep::schedule

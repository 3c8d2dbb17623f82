// How a running task learns that it should stop, how it says that it did, and what it leaves for the run that
// will go on with it.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <utility>
#include <vector>

namespace rgsweep::schedule {

/// Whatever a stopped task needs to go on later; nobody else looks into it. Empty: it starts afresh.
using SavedState = std::vector<std::byte>;

/// A view of a flag that is set once. Cheap to ask, from any thread.
class StopToken {
 public:
  /// `saved` outlives the token.
  explicit StopToken(const std::atomic<bool>& flag, const SavedState* saved = nullptr)
      : flag_(&flag), saved_(saved) {}
  bool requested() const { return flag_->load(std::memory_order_relaxed); }
  /// What an earlier run of the task left when it was stopped; null where there is none.
  const SavedState* saved() const { return saved_; }

 private:
  const std::atomic<bool>* flag_;
  const SavedState* saved_;
};

/// Thrown by a task that gave up because its token asked for it: the task counts as not run.
class Stopped : public std::exception {
 public:
  explicit Stopped(SavedState saved = {}) : saved_(std::move(saved)) {}
  /// What to keep for the task's next run.
  SavedState take() { return std::move(saved_); }
  const char* what() const noexcept override { return "stopped"; }

 private:
  SavedState saved_;
};

}  // namespace rgsweep::schedule

// How a running task learns that it should stop, and how it says that it did.
#pragma once

#include <atomic>
#include <exception>

namespace rgsweep::schedule {

/// A view of a flag that is set once. Cheap to ask, from any thread.
class StopToken {
 public:
  explicit StopToken(const std::atomic<bool>& flag) : flag_(&flag) {}
  bool requested() const { return flag_->load(std::memory_order_relaxed); }

 private:
  const std::atomic<bool>* flag_;
};

/// Thrown by a task that gave up because its token asked for it: the task counts as not run.
class Stopped : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped"; }
};

}  // namespace rgsweep::schedule

// Where tasks come from: the queue of what is still to be run, longest first, as the controller sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rgsweep::schedule {

/// One point to run.
struct Task {
  std::uint64_t index = 0;  ///< the point's place in the grid
  double seconds = 0;       ///< predicted run time
  std::uint32_t kind = 0;   ///< cost class, by which measured times refine predictions
  bool operator==(const Task&) const = default;
};

class Source {
 public:
  virtual ~Source() = default;

  /// Appends the next tasks, longest first, whose predicted times add up to about `seconds`: at least one if
  /// any is left, and never more than `most` (>= 1). Returns how many; 0 means that nothing is left.
  virtual std::size_t take(double seconds, std::size_t most, std::vector<Task>& out) = 0;

  /// Predicted run time and number of the tasks not yet taken. Both are upper estimates where finished points
  /// have not been passed over yet; exact, and 0, once take() has returned 0.
  virtual double remaining_seconds() const = 0;
  virtual std::uint64_t remaining() const = 0;

  /// A task of this kind took this long.
  virtual void observe(const Task& task, double measured_seconds) = 0;

  /// Tasks that were taken and did not run: they are the next to be taken again.
  virtual void give_back(std::span<const Task> tasks) = 0;
};

}  // namespace rgsweep::schedule

// Longest-first order over cost classes without a list of tasks: a class is a run of ordinals that are
// predicted to take equally long. Memory is O(classes), plus what has been given back.
//
// The refined cost of a class is the mean of its measured times, or, before there is one, its prediction
// times the ratio of measured to predicted time over all classes, a geometric mean that forgets (one
// descheduled task of a thousandfold length moves it by 15 %). The class with the largest refined cost is
// served first.
#pragma once

#include <functional>
#include <limits>
#include <set>
#include <utility>

#include "rgsweep/schedule/source.hpp"

namespace rgsweep::schedule {

/// Ordinals first_ordinal .. first_ordinal + count - 1, each predicted to take predicted_seconds > 0.
struct CostClass {
  double predicted_seconds = 1;
  std::uint64_t first_ordinal = 0;
  std::uint64_t count = 0;
};

/// A shard: the ordinals o with o % step == start.
struct Stride {
  std::uint64_t start = 0;
  std::uint64_t step = 1;
};

class ClassSource : public Source {
 public:
  using IndexOfOrdinal = std::function<std::uint64_t(std::uint64_t ordinal)>;
  using Finished = std::function<bool(std::uint64_t index)>;

  /// Task::kind is the position in `classes` (at most 2^32 - 1 of them). Indices for which `finished` holds
  /// are passed over; `finished_count`, where known, is how many of the shard's there are, so that the
  /// remaining work of a continued sweep is not overestimated. Throws std::logic_error on a prediction that
  /// is not a positive number or on start >= step.
  ClassSource(const std::vector<CostClass>& classes, Stride stride, IndexOfOrdinal index_of_ordinal,
              Finished finished, std::uint64_t finished_count = 0);

  std::size_t take(double seconds, std::size_t most, std::vector<Task>& out) override;
  double remaining_seconds() const override;
  std::uint64_t remaining() const override;
  void observe(const Task& task, double measured_seconds) override;
  void give_back(std::span<const Task> tasks) override;

 private:
  struct Class {
    double predicted = 0;
    double mean = 0;         // of the measured times
    double booked = 0;       // the mean under which the class is filed
    std::uint64_t next = 0;  // the next ordinal
    std::uint64_t left = 0;  // ordinals of the shard not looked at yet
    std::uint32_t observed = 0;
  };
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  double cost(const Class& c) const { return c.observed > 0 ? c.booked : c.predicted * ratio_; }
  std::size_t largest();
  bool next_task(std::size_t kind, Task& task);
  void file(std::size_t kind, bool first);
  void drop_one(std::size_t kind);

  std::vector<Class> classes_;
  std::vector<std::uint32_t> by_prediction_;  // longest first; those before cursor_ are measured or exhausted
  std::size_t cursor_ = 0;
  std::set<std::pair<double, std::uint32_t>> measured_;  // classes with a measured time and ordinals left
  std::vector<Task> returned_;                           // taken last in, first out
  Stride stride_;
  IndexOfOrdinal index_of_ordinal_;
  Finished finished_;
  std::uint64_t left_ = 0;            // ordinals not looked at yet
  std::uint64_t finished_ahead_ = 0;  // of these, how many are known to be finished
  double unmeasured_seconds_ = 0;     // sum of left * predicted over classes without a measured time
  double measured_seconds_ = 0;       // sum of left * booked over the others
  double log_ratio_ = 0, ratio_ = 1;
  std::uint32_t ratio_samples_ = 0;
};

}  // namespace rgsweep::schedule

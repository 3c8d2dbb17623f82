// Who runs what: the pure side of the master. Messages in, messages out; no threads, no MPI, no clock of its
// own. Each worker holds the chunk that it runs and at most one behind it. A message costs O(1) besides its
// tasks, and memory is what the workers hold.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <vector>

#include "rgsweep/schedule/message.hpp"
#include "rgsweep/schedule/policy.hpp"
#include "rgsweep/schedule/source.hpp"

namespace rgsweep::schedule {

/// Where the states of stopped tasks are kept between runs; either function may be empty. What `keep` throws
/// counts as an error of the sink's.
struct Shelf {
  std::function<void(Saved&&)> keep = {};
  std::function<SavedState(std::uint64_t index)> fetch = {};  ///< empty where there is none
};

class Controller {
 public:
  /// Gets every result exactly once, in the order of arrival, Result::task as it was handed out. What it
  /// throws stops the run in order and is kept in error().
  using Sink = std::function<void(Result&&)>;

  /// Workers are the ranks 0 .. workers - 1; workers >= 1.
  Controller(Source& source, const Policy& policy, int workers, Sink sink, Shelf shelf = {});

  /// Takes a message from worker in.peer and returns what to send. `now`: seconds on any steady clock.
  std::vector<Envelope> handle(Envelope in, double now);
  /// To be called every 0.1 s or so: a stop that is not answered in time ends here.
  std::vector<Envelope> tick(double now);
  /// Hands out nothing more and tells the workers to abandon what they run; results that are on their way
  /// still count. Later calls do nothing.
  std::vector<Envelope> stop(double now);
  /// Stops because of an error; the first one is kept, and no result reaches the sink any more.
  std::vector<Envelope> fail(std::exception_ptr error, double now);

  /// Nothing is left to run or to wait for, and the workers have been told to finish.
  bool finished() const { return finished_; }
  /// Every worker has answered: no message is on its way.
  bool closed() const;
  bool stopped() const { return stopping_; }
  /// Points are left that have not run.
  bool cut_short() const { return cut_short_; }
  /// A task did not notice the stop within the policy's grace; its thread may still be running.
  bool abandoned() const { return abandoned_; }
  std::exception_ptr error() const { return error_; }
  /// The ranks that have fallen silent, in ascending order. One that speaks again is no longer among them;
  /// what it has run meanwhile of the tasks that went to others does not count.
  std::vector<int> lost() const;

  std::uint64_t results() const { return results_; }
  std::uint64_t outstanding() const { return outstanding_; }

 private:
  struct WorkerState {
    std::deque<Task> held;  // in the order in which they were sent, which is the order in which they are run
    double held_seconds = 0;
    std::uint64_t experience = 0;
    double heard = 0;  // the time of its last message
    bool wants_more = false, lost = false, gone = false;
  };

  void keep(const std::vector<Task>& returned, std::vector<Saved>&& saved);
  bool release(WorkerState& worker, std::uint64_t index, Task& task);
  void accept(WorkerState& worker, Result&& result);
  void feed(int rank, std::vector<Envelope>& out);
  void look_for_lost(double now, std::vector<Envelope>& out);
  void begin_stop(double now, std::vector<Envelope>& out);
  void give_up_on_held();
  void finish_if_done(std::vector<Envelope>& out);

  Source& source_;
  Policy policy_;
  Sink sink_;
  Shelf shelf_;
  std::vector<WorkerState> workers_;
  std::uint64_t results_ = 0, outstanding_ = 0;
  double last_tick_ = -1;         // none yet
  bool exhausted_ = false;        // the source had nothing left when last asked
  double farewell_deadline_ = 0;  // 0 until the first tick after the finish of a stopped run
  bool silent_ = false;           // a rank did not say farewell
  bool stopping_ = false, finished_ = false, abandoned_ = false, cut_short_ = false;
  double stop_deadline_ = 0;
  std::exception_ptr error_;
};

}  // namespace rgsweep::schedule

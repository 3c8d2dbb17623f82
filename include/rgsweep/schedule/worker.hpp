// The compute side of a rank: one thread that runs tasks in the order in which they came, while the rank's
// main thread exchanges messages. All public functions are for the main thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "rgsweep/schedule/message.hpp"
#include "rgsweep/schedule/stop.hpp"

namespace rgsweep::schedule {

/// Seconds on a steady clock.
double steady_seconds();

class Worker {
 public:
  /// Runs one point, on the compute thread. It may throw Stopped once the token asks for it. Any other
  /// exception is a programming error that ends the whole run: what can go wrong with a point belongs in its
  /// row.
  using Run = std::function<Row(std::uint64_t index, const StopToken& stop)>;

  /// A result of a task at least this long is reported at once; shorter ones are gathered for this long.
  static constexpr double gather_seconds = 0.05;

  Worker(Run run, int rank);
  /// Stops, and waits for the running task to end.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Appends tasks, and what earlier runs of some of them left; after a stop they are handed back.
  void add(std::vector<Task> tasks, std::vector<Saved> saved = {});
  /// Asks the running task to stop and hands the others back.
  void stop();
  /// What is to be told to the controller now, if anything.
  std::optional<Message> collect();
  /// Sleeps until there is something to collect, or for so many seconds.
  void wait(double seconds);
  /// A task is running or waiting to be run.
  bool busy() const;
  /// For a process that is about to end while a task does not stop: the destructor will not wait for it.
  void detach();

 private:
  struct Shared;  // outlives this object when the thread is detached
  static void compute(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace rgsweep::schedule

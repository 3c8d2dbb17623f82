// One mutex guards everything the two threads share; the compute thread holds it only between tasks and wakes
// the main thread only when a report is due.
#include "rgsweep/schedule/worker.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

namespace rgsweep::schedule {

namespace {
// Reports are cut here, so that a message stays within what MPI and the master digest quickly.
constexpr std::size_t report_numbers = std::size_t{1} << 16;
constexpr std::size_t report_results = 4096;
}  // namespace

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Worker::Shared {
  Run run;
  std::uint32_t rank = 0;
  std::atomic<bool> stop{false};

  mutable std::mutex mutex;
  std::condition_variable work, event;
  std::map<std::uint64_t, SavedState> earlier;  // by the tasks' indices
  std::deque<std::vector<Task>> chunks;         // behind the one that runs
  std::vector<Task> chunk;                      // the one that runs,
  std::size_t position = 0;                     // from here on
  bool running = false;                         // a task, outside the lock
  bool closing = false;

  std::vector<Result> results;  // to be reported, and so are the rest
  double oldest = 0;            // time of the first of them
  std::size_t numbers = 0;      // in their rows
  std::vector<Task> returned;
  std::vector<Saved> saved;
  std::string failure;
  bool failed = false, wants_more = true, stop_unreported = false;
  bool due = true;  // a report should go out now

  void report_now() {
    due = true;
    event.notify_one();
  }

  bool has_task() const { return position < chunk.size() || !chunks.empty(); }

  void hand_back_queue() {
    returned.insert(returned.end(), chunk.begin() + static_cast<std::ptrdiff_t>(position), chunk.end());
    for (const std::vector<Task>& tasks : chunks) returned.insert(returned.end(), tasks.begin(), tasks.end());
    chunk.clear();
    chunks.clear();
    position = 0;
  }

  void request_stop() {
    if (stop.exchange(true)) return;
    hand_back_queue();
    stop_unreported = true;
    report_now();
  }

  /// The next task to run; has_task() holds.
  Task next() {
    if (position == chunk.size()) {
      chunk = std::move(chunks.front());
      chunks.pop_front();
      position = 0;
      if (chunks.empty()) {
        wants_more = true;
        report_now();
      }
    }
    return chunk[position++];
  }

  void add_result(const Task& task, double started, double ended, Row&& row) {
    if (results.empty()) oldest = ended;
    numbers += row.numbers.size();
    results.push_back({task, ended - started, rank, std::move(row)});
    const bool enough = numbers >= report_numbers || results.size() >= report_results;
    if (enough || ended - started >= gather_seconds || ended - oldest >= gather_seconds) report_now();
  }
};

Worker::Worker(Run run, int rank) : shared_(std::make_shared<Shared>()) {
  shared_->run = std::move(run);
  shared_->rank = static_cast<std::uint32_t>(rank);
  thread_ = std::thread(compute, shared_);
}

Worker::~Worker() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->request_stop();
    shared_->closing = true;
    shared_->work.notify_one();
  }
  thread_.join();
}

void Worker::detach() {
  if (thread_.joinable()) thread_.detach();
}

void Worker::add(std::vector<Task> tasks, std::vector<Saved> saved) {
  const std::lock_guard lock(shared_->mutex);
  if (tasks.empty()) return;
  for (Saved& state : saved) shared_->earlier[state.index] = std::move(state.state);
  shared_->chunks.push_back(std::move(tasks));
  if (shared_->stop) {
    shared_->hand_back_queue();
    shared_->report_now();
  } else {
    shared_->work.notify_one();
  }
}

void Worker::stop() {
  const std::lock_guard lock(shared_->mutex);
  shared_->request_stop();
}

std::optional<Message> Worker::collect() {
  Shared& s = *shared_;
  const std::lock_guard lock(s.mutex);
  if (s.failed) {
    s.failed = false;
    return Message{.kind = MessageKind::failure, .text = s.failure};
  }
  const bool old = !s.results.empty() && steady_seconds() - s.oldest >= gather_seconds;
  if (!s.due && !old) return std::nullopt;
  Message report{.kind = MessageKind::report,
                 .results = std::move(s.results),
                 .tasks = std::move(s.returned),
                 .saved = std::move(s.saved),
                 .wants_more = s.wants_more && !s.stop,
                 .stopped = s.stop_unreported};
  s.results.clear();
  s.returned.clear();
  s.saved.clear();
  s.numbers = 0;
  s.wants_more = s.stop_unreported = s.due = false;
  return report;
}

void Worker::wait(double seconds) {
  std::unique_lock lock(shared_->mutex);
  shared_->event.wait_for(lock, std::chrono::duration<double>(seconds), [&] { return shared_->due; });
}

bool Worker::busy() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->running || shared_->has_task();
}

void Worker::compute(const std::shared_ptr<Shared>& shared) {
  Shared& s = *shared;
  std::unique_lock lock(s.mutex);
  for (;;) {
    s.work.wait(lock, [&] { return s.closing || s.has_task(); });
    if (s.closing) return;
    const Task task = s.next();
    s.running = true;
    const auto earlier = s.earlier.extract(task.index);
    lock.unlock();
    const StopToken token(s.stop, earlier ? &earlier.mapped() : nullptr);
    SavedState saved;
    std::optional<Row> row;
    std::string failure;
    bool failed = false;
    const double started = steady_seconds();
    try {
      row = s.run(task.index, token);
    } catch (Stopped& stopped) {
      saved = stopped.take();
    } catch (const std::exception& error) {
      failed = true;
      failure = error.what();
    }
    const double ended = steady_seconds();
    lock.lock();
    s.running = false;
    if (row) {
      s.add_result(task, started, ended, std::move(*row));
    } else {
      s.returned.push_back(task);
      if (!saved.empty()) s.saved.push_back({task.index, std::move(saved)});
      s.report_now();
    }
    if (failed && !s.failed) {
      s.failed = true;
      s.failure = std::move(failure);
      s.request_stop();
    }
    if (!s.has_task()) s.report_now();
  }
}

}  // namespace rgsweep::schedule

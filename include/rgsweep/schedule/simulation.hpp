// The real controller with simulated workers in virtual time: a discrete-event simulation of any number of
// ranks in which a message takes `latency` and a task what `duration` says. The workers keep the rules of
// schedule/worker.hpp: chunks in order, more work asked for when the last chunk is started, results of short
// tasks gathered. The master deals with one message after another, each in what time it is said to take.
#pragma once

#include <deque>
#include <functional>
#include <queue>
#include <vector>

#include "rgsweep/schedule/controller.hpp"

namespace rgsweep::schedule {

class Simulation {
 public:
  using Duration = std::function<double(std::uint64_t index)>;
  /// Hands a message to the controller and says how many seconds the master takes for it.
  using Service = std::function<std::vector<Envelope>(Envelope&& in, double now, double& seconds)>;

  Simulation(Controller& controller, int workers, double latency, Duration duration)
      : controller_(controller),
        latency_(latency),
        duration_(std::move(duration)),
        workers_(static_cast<std::size_t>(workers)) {}

  /// Without one, the master takes no time.
  void serve_by(Service service) { service_ = std::move(service); }

  /// Asks the controller to stop at this virtual time; a running task gives up `notice` seconds after it
  /// hears.
  void stop_at(double time, double notice) {
    notice_ = notice;
    at(time, [this] { post(controller_.stop(now_)); });
  }

  /// Runs until every worker has said farewell, or for at most `limit` virtual seconds. Returns false at the
  /// limit.
  bool run(double limit = 1e9) {
    for (std::size_t w = 0; w < workers_.size(); ++w) {
      workers_[w].wants_more = true;
      report(w);
    }
    at(0, [this] { tick(); });
    while (!events_.empty() && !controller_.closed()) {
      const Event event = events_.top();
      events_.pop();
      now_ = event.time;
      if (now_ > limit) return false;
      event.action();
    }
    return controller_.closed();
  }

  double makespan() const { return last_end_; }
  double busy_seconds() const { return busy_; }
  /// Share of all workers' time, from the start to the end of the last task, in which they ran nothing.
  double idle_share() const { return 1 - busy_ / (last_end_ * static_cast<double>(workers_.size())); }
  /// Time in which the master dealt with messages.
  double master_busy_seconds() const { return master_busy_; }
  std::uint64_t messages() const { return messages_; }
  /// Indices in the order in which they were started.
  const std::vector<std::uint64_t>& started() const { return started_; }

 private:
  struct SimulatedWorker {
    std::deque<std::vector<Task>> chunks;
    std::deque<Task> chunk;
    std::vector<Result> results;
    std::vector<Task> returned;
    double oldest = 0;
    bool running = false, stopped = false, stop_unreported = false, wants_more = false;
    Task task;
    double since = 0;
    std::uint64_t generation = 0;  // an end of task that was scheduled before a stop no longer counts
  };
  struct Event {
    double time;
    std::uint64_t order;
    std::function<void()> action;
    bool operator<(const Event& o) const { return time != o.time ? time > o.time : order > o.order; }
  };

  void at(double time, std::function<void()> action) { events_.push({time, order_++, std::move(action)}); }

  void tick() {
    post(controller_.tick(now_));
    at(now_ + 0.1, [this] { tick(); });
  }

  void post(std::vector<Envelope> envelopes) {
    for (Envelope& envelope : envelopes) {
      ++messages_;
      at(now_ + latency_, [this, e = std::move(envelope)]() mutable {
        obey(static_cast<std::size_t>(e.peer), std::move(e.message));
      });
    }
  }

  void tell(std::size_t w, Message message) {
    ++messages_;
    at(now_ + latency_, [this, w, m = std::move(message)]() mutable {
      inbox_.push_back({static_cast<int>(w), std::move(m)});
      if (!serving_) serve();
    });
  }

  /// The next message of the inbox; the master is busy until its answers go out.
  void serve() {
    Envelope in = std::move(inbox_.front());
    inbox_.pop_front();
    double seconds = 0;
    std::vector<Envelope> answers =
        service_ ? service_(std::move(in), now_, seconds) : controller_.handle(std::move(in), now_);
    master_busy_ += seconds;
    if (seconds == 0) {
      post(std::move(answers));
      if (!inbox_.empty()) serve();
      return;
    }
    serving_ = true;
    at(now_ + seconds, [this, a = std::move(answers)]() mutable {
      post(std::move(a));
      serving_ = false;
      if (!inbox_.empty()) serve();
    });
  }

  void report(std::size_t w) {
    SimulatedWorker& worker = workers_[w];
    Message message{.kind = MessageKind::report,
                    .results = std::move(worker.results),
                    .tasks = std::move(worker.returned),
                    .wants_more = worker.wants_more,
                    .stopped = worker.stop_unreported};
    worker.results.clear();
    worker.returned.clear();
    worker.wants_more = worker.stop_unreported = false;
    tell(w, std::move(message));
  }

  void obey(std::size_t w, Message message) {
    SimulatedWorker& worker = workers_[w];
    if (message.kind == MessageKind::finish) {
      tell(w, {.kind = MessageKind::farewell});
    } else if (message.kind == MessageKind::stop) {
      worker.stopped = worker.stop_unreported = true;
      hand_back(worker);
      report(w);
      if (worker.running && now_ + notice_ < worker.since + duration_(worker.task.index)) {
        ++worker.generation;
        at(now_ + notice_, [this, w] { abandon(w); });
      }
    } else {
      worker.chunks.push_back(std::move(message.tasks));
      if (worker.stopped) {
        hand_back(worker);
        report(w);
      } else if (!worker.running) {
        start(w);
      }
    }
  }

  void hand_back(SimulatedWorker& worker) {
    worker.returned.insert(worker.returned.end(), worker.chunk.begin(), worker.chunk.end());
    for (const auto& chunk : worker.chunks)
      worker.returned.insert(worker.returned.end(), chunk.begin(), chunk.end());
    worker.chunk.clear();
    worker.chunks.clear();
  }

  void abandon(std::size_t w) {
    SimulatedWorker& worker = workers_[w];
    worker.running = false;
    worker.returned.push_back(worker.task);
    report(w);
  }

  void start(std::size_t w) {
    SimulatedWorker& worker = workers_[w];
    if (worker.chunk.empty()) {
      worker.chunk.assign(worker.chunks.front().begin(), worker.chunks.front().end());
      worker.chunks.pop_front();
      if (worker.chunks.empty()) {
        worker.wants_more = true;
        report(w);
      }
    }
    worker.task = worker.chunk.front();
    worker.chunk.pop_front();
    worker.running = true;
    worker.since = now_;
    started_.push_back(worker.task.index);
    at(now_ + duration_(worker.task.index), [this, w, generation = worker.generation] {
      if (workers_[w].generation == generation) end(w);
    });
  }

  void end(std::size_t w) {
    SimulatedWorker& worker = workers_[w];
    worker.running = false;
    const double seconds = now_ - worker.since;
    busy_ += seconds;
    last_end_ = now_;
    if (worker.results.empty()) worker.oldest = now_;
    Row row;
    row.point_id = worker.task.index;
    worker.results.push_back({worker.task, seconds, 0, std::move(row)});
    const bool more = !worker.chunk.empty() || !worker.chunks.empty();
    if (!more || seconds >= 0.05 || now_ - worker.oldest >= 0.05) report(w);
    if (more) start(w);
  }

  Controller& controller_;
  double latency_;
  Duration duration_;
  Service service_;
  std::deque<Envelope> inbox_;
  bool serving_ = false;
  double master_busy_ = 0;
  std::vector<SimulatedWorker> workers_;
  std::priority_queue<Event> events_;
  std::uint64_t order_ = 0, messages_ = 0;
  double now_ = 0, busy_ = 0, last_end_ = 0, notice_ = 0;
  std::vector<std::uint64_t> started_;
};

}  // namespace rgsweep::schedule

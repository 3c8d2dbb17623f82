// The controller's state machine: running until the source is empty or a stop, then finished once nothing is
// held by a worker, then closed once every worker has said farewell.
#include "rgsweep/schedule/controller.hpp"

#include <algorithm>
#include <stdexcept>

#include "rgsweep/core/error.hpp"

namespace rgsweep::schedule {

Controller::Controller(Source& source, const Policy& policy, int workers, Sink sink, Shelf shelf)
    : source_(source), policy_(policy), sink_(std::move(sink)), shelf_(std::move(shelf)) {
  if (workers < 1) throw std::logic_error("a controller needs a worker");
  workers_.resize(static_cast<std::size_t>(workers));
}

std::vector<Envelope> Controller::handle(Envelope in, double now) {
  std::vector<Envelope> out;
  WorkerState& worker = workers_.at(static_cast<std::size_t>(in.peer));
  Message& message = in.message;
  worker.heard = now;
  worker.lost = false;
  switch (message.kind) {
    case MessageKind::report: {
      for (Result& result : message.results) {
        result.worker = static_cast<std::uint32_t>(in.peer);
        accept(worker, std::move(result));
      }
      std::erase_if(message.tasks, [&](Task& task) { return !release(worker, task.index, task); });
      keep(message.tasks, std::move(message.saved));
      source_.give_back(message.tasks);
      exhausted_ = exhausted_ && message.tasks.empty();
      worker.wants_more = worker.wants_more || message.wants_more;
      if (message.stopped || error_) begin_stop(now, out);
      feed(in.peer, out);
      break;
    }
    case MessageKind::failure: {
      std::vector<Envelope> stops = fail(std::make_exception_ptr(Error(message.text)), now);
      std::move(stops.begin(), stops.end(), std::back_inserter(out));
      break;
    }
    case MessageKind::farewell:
      worker.gone = true;
      break;
    case MessageKind::alive:
      out.push_back({in.peer, {.kind = MessageKind::alive}});
      break;
    default:
      throw std::logic_error("a message to a worker reached the controller");
  }
  finish_if_done(out);
  return out;
}

bool Controller::closed() const {
  return silent_ || (finished_ && std::all_of(workers_.begin(), workers_.end(),
                                              [](const WorkerState& w) { return w.gone || w.lost; }));
}

std::vector<int> Controller::lost() const {
  std::vector<int> ranks;
  for (std::size_t rank = 0; rank < workers_.size(); ++rank)
    if (workers_[rank].lost) ranks.push_back(static_cast<int>(rank));
  return ranks;
}

std::vector<Envelope> Controller::tick(double now) {
  std::vector<Envelope> out;
  look_for_lost(now, out);
  if (stopping_ && !finished_ && now >= stop_deadline_) give_up_on_held();
  finish_if_done(out);
  if (stopping_ && finished_ && !closed()) {
    // A rank that was lost or frozen must not hold up the end of a run that has been told to stop.
    if (farewell_deadline_ == 0) farewell_deadline_ = now + policy_.farewell_grace_seconds;
    if (now >= farewell_deadline_) silent_ = abandoned_ = true;
  }
  return out;
}

std::vector<Envelope> Controller::stop(double now) {
  std::vector<Envelope> out;
  begin_stop(now, out);
  finish_if_done(out);
  return out;
}

std::vector<Envelope> Controller::fail(std::exception_ptr error, double now) {
  if (!error_) error_ = std::move(error);
  return stop(now);
}

/// Puts away what stopped tasks left, if they were this worker's to return.
void Controller::keep(const std::vector<Task>& returned, std::vector<Saved>&& saved) {
  if (!shelf_.keep || error_) return;
  for (Saved& state : saved) {
    const bool known = std::any_of(returned.begin(), returned.end(),
                                   [&](const Task& task) { return task.index == state.index; });
    if (!known) continue;
    try {
      shelf_.keep(std::move(state));
    } catch (...) {
      error_ = std::current_exception();
      return;
    }
  }
}

/// Takes a task off what a worker holds; false when it does not hold it (any more): a late or second
/// delivery.
bool Controller::release(WorkerState& worker, std::uint64_t index, Task& task) {
  const auto place = std::find_if(worker.held.begin(), worker.held.end(),
                                  [&](const Task& held) { return held.index == index; });
  if (place == worker.held.end()) return false;
  task = *place;
  worker.held.erase(place);
  worker.held_seconds = worker.held.empty() ? 0 : worker.held_seconds - task.seconds;
  --outstanding_;
  return true;
}

void Controller::accept(WorkerState& worker, Result&& result) {
  if (!release(worker, result.task.index, result.task)) return;
  ++worker.experience;
  ++results_;
  source_.observe(result.task, result.measured_seconds);
  if (error_) return;
  try {
    sink_(std::move(result));
  } catch (...) {
    error_ = std::current_exception();
  }
}

/// Hands a worker its next chunk if it should have one.
void Controller::feed(int rank, std::vector<Envelope>& out) {
  WorkerState& worker = workers_[static_cast<std::size_t>(rank)];
  if (stopping_ || (!worker.held.empty() && !worker.wants_more)) return;
  const double remaining = source_.remaining_seconds();
  const Chunk chunk = next_chunk(policy_, remaining, workers_.size(), worker.experience);
  // Longest first: the next task is not much longer than the last one that this worker was given.
  if (!worker.held.empty() &&
      !may_queue_ahead(worker.held_seconds, std::max(chunk.seconds, worker.held.back().seconds), remaining,
                       workers_.size()))
    return;
  Message work{.kind = MessageKind::work};
  exhausted_ = source_.take(chunk.seconds, chunk.most, work.tasks) == 0;
  if (exhausted_) return;
  worker.wants_more = false;
  for (const Task& task : work.tasks) {
    worker.held.push_back(task);
    worker.held_seconds += task.seconds;
    SavedState state = shelf_.fetch ? shelf_.fetch(task.index) : SavedState();
    if (!state.empty()) work.saved.push_back({task.index, std::move(state)});
  }
  outstanding_ += work.tasks.size();
  out.push_back({rank, std::move(work)});
}

/// Rank 0 is this process.
void Controller::look_for_lost(double now, std::vector<Envelope>& out) {
  // While this process was away itself, writing or suspended, it could hear nobody.
  constexpr double attentive = 1;
  const double away = last_tick_ < 0 ? now : std::max(now - last_tick_ - attentive, 0.0);
  last_tick_ = now;
  bool any = false;
  for (std::size_t rank = 1; rank < workers_.size(); ++rank) {
    WorkerState& worker = workers_[rank];
    worker.heard += away;
    if (worker.lost || worker.gone || now - worker.heard <= policy_.silence_seconds) continue;
    worker.lost = any = true;
    const std::vector<Task> tasks(worker.held.begin(), worker.held.end());
    outstanding_ -= tasks.size();
    exhausted_ = exhausted_ && tasks.empty();
    worker.held.clear();
    worker.held_seconds = 0;
    source_.give_back(tasks);
  }
  if (!any) return;
  // Those who had nothing left to do will not ask again.
  for (std::size_t rank = 0; rank < workers_.size(); ++rank)
    if (workers_[rank].held.empty() && !workers_[rank].lost && !finished_) feed(static_cast<int>(rank), out);
}

void Controller::begin_stop(double now, std::vector<Envelope>& out) {
  if (stopping_ || finished_) return;
  stopping_ = true;
  stop_deadline_ = now + policy_.stop_grace_seconds;
  for (std::size_t rank = 0; rank < workers_.size(); ++rank)
    out.push_back({static_cast<int>(rank), {.kind = MessageKind::stop}});
}

void Controller::give_up_on_held() {
  for (WorkerState& worker : workers_) {
    const std::vector<Task> lost(worker.held.begin(), worker.held.end());
    source_.give_back(lost);
    worker.held.clear();
    worker.held_seconds = 0;
  }
  abandoned_ = outstanding_ > 0;
  outstanding_ = 0;
}

void Controller::finish_if_done(std::vector<Envelope>& out) {
  // Every worker asks when it holds nothing, so the last one to do so finds out that nothing is left.
  if (finished_ || outstanding_ > 0 || !(stopping_ || exhausted_)) return;
  finished_ = true;
  // What the source counts as remaining may have run before: only asking for it tells.
  std::vector<Task> next;
  cut_short_ = error_ != nullptr || source_.take(0, 1, next) > 0;
  source_.give_back(next);
  for (std::size_t rank = 0; rank < workers_.size(); ++rank)
    out.push_back({static_cast<int>(rank), {.kind = MessageKind::finish, .stopped = cut_short_}});
}

}  // namespace rgsweep::schedule

// The message loop. On rank 0 what goes from the own worker to the controller and back stays in memory.
#include "rgsweep/schedule/loop.hpp"

#include <algorithm>
#include <stdexcept>

namespace rgsweep::schedule {

namespace {

constexpr double shortest_sleep = 50e-6, longest_sleep = 5e-3, sleep_growth = 1.5;
constexpr double tick_seconds = 0.1;
// Rank 0 writes files in between, a worker's main thread has nothing to do but to talk.
constexpr double signs_in_silence = 5, patience_with_root = 5, attentive_seconds = 1;
constexpr int messages_at_once = 64;  // then the own worker and the clock get their turn

class Loop {
 public:
  Loop(Channel& channel, Worker& worker, Controller* controller, const Hooks& hooks)
      : channel_(channel), worker_(worker), controller_(controller), hooks_(hooks) {}

  Ending run() {
    double sleep = shortest_sleep;
    while (!over()) {
      const double now = steady_seconds();
      if (controller_ == nullptr && !give_sign_of_life(now)) {
        worker_.stop();
        worker_.detach();
        return Ending::orphaned;
      }
      if (now >= next_tick_) {
        tick(now);
        next_tick_ = now + tick_seconds;
      }
      const bool heard = receive(now), told = report(now);
      if (heard || told) {
        sleep = shortest_sleep;
      } else {
        worker_.wait(sleep);
        sleep = std::min(sleep * sleep_growth, longest_sleep);
      }
    }
    return ending();
  }

 private:
  bool over() const { return controller_ != nullptr ? controller_->closed() : finished_; }

  /// False when there is nobody who would hear it.
  bool give_sign_of_life(double now) {
    const double interval = hooks_.silence_seconds / signs_in_silence;
    // Time in which this process was suspended is nobody's silence.
    if (looked_ > 0) heard_root_ += std::max(now - looked_ - attentive_seconds, 0.0);
    looked_ = now;
    if (now - heard_root_ > hooks_.silence_seconds * patience_with_root) return false;
    if (now - said_ >= interval) {
      channel_.send(0, encode({.kind = MessageKind::alive}));
      said_ = now;
    }
    return true;
  }

  void tick(double now) {
    if (controller_ == nullptr) {
      if (hooks_.should_stop && hooks_.should_stop()) worker_.stop();
      return;
    }
    try {
      if (hooks_.should_stop && hooks_.should_stop()) deliver(controller_->stop(now));
      if (hooks_.on_tick) hooks_.on_tick(now);
    } catch (...) {
      deliver(controller_->fail(std::current_exception(), now));
    }
    deliver(controller_->tick(now));
  }

  bool receive(double now) {
    int count = 0, from = 0;
    std::vector<std::byte> bytes;
    while (count < messages_at_once && channel_.receive(from, bytes)) {
      ++count;
      heard_root_ = now;
      Message message = decode(bytes);
      if (controller_ != nullptr)
        deliver(controller_->handle({from, std::move(message)}, now));
      else
        obey(std::move(message));
    }
    return count > 0;
  }

  bool report(double now) {
    bool any = false;
    while (!finished_) {
      std::optional<Message> message = worker_.collect();
      if (!message) break;
      tell(std::move(*message), now);
      any = true;
    }
    return any;
  }

  /// From the worker of this rank to the controller.
  void tell(Message message, double now) {
    if (controller_ != nullptr)
      deliver(controller_->handle({channel_.rank(), std::move(message)}, now));
    else
      channel_.send(0, encode(message));
  }

  void deliver(std::vector<Envelope> envelopes) {
    for (Envelope& envelope : envelopes) {
      if (envelope.peer == channel_.rank())
        obey(std::move(envelope.message));
      else
        channel_.send(envelope.peer, encode(envelope.message));
    }
  }

  /// From the controller to the worker of this rank.
  void obey(Message message) {
    switch (message.kind) {
      case MessageKind::work:
        worker_.add(std::move(message.tasks), std::move(message.saved));
        break;
      case MessageKind::stop:
        worker_.stop();
        break;
      case MessageKind::finish:
        finished_ = true;
        cut_short_ = message.stopped;
        tell({.kind = MessageKind::farewell}, steady_seconds());
        break;
      case MessageKind::alive:
        break;
      default:
        throw std::logic_error("a message to the controller reached a worker");
    }
  }

  Ending ending() {
    // After a finish only a task that did not notice the stop can still be running.
    const bool stuck = worker_.busy();
    if (stuck) worker_.detach();
    if (controller_ != nullptr && controller_->error()) std::rethrow_exception(controller_->error());
    if (stuck || (controller_ != nullptr && controller_->abandoned())) return Ending::abandoned;
    return cut_short_ ? Ending::stopped : Ending::complete;
  }

  Channel& channel_;
  Worker& worker_;
  Controller* controller_;
  const Hooks& hooks_;
  double next_tick_ = 0;
  double heard_root_ = steady_seconds(), looked_ = 0, said_ = heard_root_;
  bool finished_ = false, cut_short_ = false;
};

}  // namespace

Ending run_loop(Channel& channel, Worker& worker, Controller* controller, const Hooks& hooks) {
  if ((controller != nullptr) != (channel.rank() == 0))
    throw std::logic_error("the controller belongs on rank 0, and only there");
  return Loop(channel, worker, controller, hooks).run();
}

}  // namespace rgsweep::schedule

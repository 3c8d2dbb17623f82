// The message loop that every rank's main thread runs until the sweep is over. Serial runs and MPI runs
// differ only in the channel; rank 0 also hosts the controller and talks to its own worker without the
// channel.
//
// Between messages the loop sleeps for 50 us, growing by half each time nothing happens, up to 5 ms: an event
// of the own worker ends the sleep at once, a message from elsewhere waits for its end. Measured with Open
// MPI 4.1.4, a waiting rank takes 0.3 to 0.6 % of a core.
#pragma once

#include <functional>
#include <limits>

#include "rgsweep/schedule/channel.hpp"
#include "rgsweep/schedule/controller.hpp"
#include "rgsweep/schedule/worker.hpp"

namespace rgsweep::schedule {

struct Hooks {
  /// Rank 0 only, at least about every 0.1 s: flush, progress. What it throws stops the run in order.
  std::function<void(double now)> on_tick = {};
  /// As Policy::silence_seconds, for every rank: a worker gives signs of life that are often enough for it.
  double silence_seconds = std::numeric_limits<double>::infinity();
  /// Every rank, about as often: a signal or the deadline. On any rank it stops the whole run.
  std::function<bool()> should_stop = {};
};

enum class Ending {
  complete,   ///< every task has run
  stopped,    ///< cut short; every result there was has been delivered
  abandoned,  ///< as stopped, but a task somewhere did not stop: publish, then end the job without cleaning
              ///< up (Worker::detach on this rank, transport abort or _exit)
  orphaned,   ///< rank 0 has been silent for much longer than it may be: nobody takes results any more
};

/// `controller` is null on every rank but 0. Returns when no message is on its way any more. On rank 0,
/// rethrows what the sink, a hook or a task threw, after the other ranks have been told to finish.
Ending run_loop(Channel& channel, Worker& worker, Controller* controller, const Hooks& hooks);

}  // namespace rgsweep::schedule

// How much work to hand out at a time: guided self-scheduling in seconds of predicted time.
//   chunk = remaining / (2 workers), between min_chunk_seconds and max_chunk_seconds,
// so that chunks shrink to single tasks while the last ones of the others are still running
// (C. D. Polychronopoulos and D. J. Kuck, IEEE Trans. Comput. C-36, 1425 (1987), with time in place of
// iterations).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace rgsweep::schedule {

struct Policy {
  double max_chunk_seconds = 2;
  /// Below the latency of a message smaller chunks would only cost.
  double min_chunk_seconds = 0.005;
  std::size_t max_chunk_tasks = 32768;
  /// Bounds the controller's memory, over all workers.
  std::size_t max_outstanding_tasks = std::size_t{1} << 22;
  /// How long after a stop a task may take to notice before the run ends without it.
  double stop_grace_seconds = 12;
  /// How long after that a rank may take to say farewell.
  double farewell_grace_seconds = 3;
  /// A rank that says nothing for this long is lost, and its tasks go to others. Infinite where the loss of a
  /// rank ends the whole job anyway.
  double silence_seconds = std::numeric_limits<double>::infinity();
};

/// What to ask a Source for.
struct Chunk {
  double seconds = 0;
  std::size_t most = 1;
};

/// The next chunk for one of `workers` workers that has finished `experience` tasks. The number of tasks at
/// most doubles from chunk to chunk, so that a prediction that is far too short cannot bury one worker in
/// work.
Chunk next_chunk(const Policy& policy, double remaining_seconds, std::size_t workers,
                 std::uint64_t experience);

/// Whether a worker that still holds `backlog_seconds` of work may be given another `next_seconds` to queue
/// behind it: only while the others have enough left to be busy until that has run too.
bool may_queue_ahead(double backlog_seconds, double next_seconds, double remaining_seconds,
                     std::size_t workers);

}  // namespace rgsweep::schedule

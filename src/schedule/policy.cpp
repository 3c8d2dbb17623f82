// Guided self-scheduling in seconds of predicted time; the rules are in the header.
#include "rgsweep/schedule/policy.hpp"

#include <algorithm>

namespace rgsweep::schedule {

Chunk next_chunk(const Policy& policy, double remaining_seconds, std::size_t workers,
                 std::uint64_t experience) {
  const double share = remaining_seconds / (2.0 * static_cast<double>(workers));
  // Two chunks a worker: the one that runs and the one behind it.
  const std::size_t room = std::max<std::size_t>(policy.max_outstanding_tasks / (2 * workers), 1);
  const std::uint64_t trusted = std::max<std::uint64_t>(2 * experience, 1);
  return {.seconds = std::clamp(share, policy.min_chunk_seconds, policy.max_chunk_seconds),
          .most = static_cast<std::size_t>(
              std::min<std::uint64_t>(trusted, std::min(policy.max_chunk_tasks, room)))};
}

bool may_queue_ahead(double backlog_seconds, double next_seconds, double remaining_seconds,
                     std::size_t workers) {
  return backlog_seconds + next_seconds <= remaining_seconds / static_cast<double>(workers);
}

}  // namespace rgsweep::schedule

// Many samples as a sequence of tiles, so that memory does not depend on their number and a request to stop
// is heard in time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include "rgsweep/nn/trainer.hpp"

namespace rgsweep::experiment {

/// Small enough that a tile's layers stay in the cache and in the allocator's pool.
inline constexpr std::size_t tile_samples = 1024;

/// Calls visit(first, count) for consecutive pieces of 0 ... samples - 1. Before each it asks should_stop,
/// which may be empty, and throws nn::TrainingStopped when that says so.
template <class Visit>
void for_each_tile(std::size_t samples, const std::function<bool()>& should_stop, Visit visit) {
  for (std::size_t first = 0; first < samples; first += tile_samples) {
    if (should_stop && should_stop()) throw nn::TrainingStopped();
    visit(first, std::min(tile_samples, samples - first));
  }
}

}  // namespace rgsweep::experiment

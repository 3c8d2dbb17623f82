// Philox4x32-10, the counter-based generator of Random123 (Salmon, Moraes, Dror and Shaw, Parallel random
// numbers: as easy as 1, 2, 3, SC11, 2011), on many counters at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace rgsweep {

inline constexpr std::size_t kPhiloxBlocks = 64;

/// Four words of each of kPhiloxBlocks blocks; [w][i] is word w of block i.
struct alignas(64) PhiloxWords {
  std::array<std::array<std::uint32_t, kPhiloxBlocks>, 4> word;
};

/// Writes the words for the counters (counter[0] + i mod 2^32, counter[1], counter[2], counter[3]): the same
/// as Random123's philox4x32 gives.
void philox_blocks(const std::array<std::uint32_t, 2>& key, const std::array<std::uint32_t, 4>& counter,
                   PhiloxWords& out);

}  // namespace rgsweep

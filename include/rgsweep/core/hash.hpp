// A 64-bit hash that is the same on every machine: identities and file checksums.
// Blocks of 32 bytes are chained through Threefry4x64-20 (Random123) in Matyas-Meyer-Oseas mode,
//   state <- E_state(block) xor block,
// with the length as the last block, so that no two texts differing in trailing zeros collide.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rgsweep {

class Hasher {
 public:
  void update(const void* data, std::size_t bytes);
  void update(std::string_view text) { update(text.data(), text.size()); }
  /// The hash of everything so far; the hasher can go on afterwards.
  std::uint64_t digest() const;

 private:
  void absorb(const unsigned char* block);

  std::array<std::uint64_t, 4> state_{};
  std::array<unsigned char, 32> pending_{};
  std::size_t pending_bytes_ = 0;
  std::uint64_t total_bytes_ = 0;
};

std::uint64_t hash(std::string_view text);

/// 16 lower-case hex digits.
std::string hex(std::uint64_t value);

/// Reads 16 hex digits; throws UsageError otherwise.
std::uint64_t parse_hex(std::string_view text);

}  // namespace rgsweep

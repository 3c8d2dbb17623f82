#include "rgsweep/core/hash.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <Random123/threefry.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep {

namespace {

std::array<std::uint64_t, 4> compress(const std::array<std::uint64_t, 4>& state,
                                      const std::array<std::uint64_t, 4>& block) {
  const threefry4x64_ctr_t counter{{block[0], block[1], block[2], block[3]}};
  const threefry4x64_key_t key{{state[0], state[1], state[2], state[3]}};
  const threefry4x64_ctr_t out = threefry4x64_R(20, counter, key);
  return {out.v[0] ^ block[0], out.v[1] ^ block[1], out.v[2] ^ block[2], out.v[3] ^ block[3]};
}

/// Little-endian words, so that the hash is the same on every machine.
std::array<std::uint64_t, 4> words(const unsigned char* bytes) {
  std::array<std::uint64_t, 4> result{};
  for (std::size_t i = 0; i < 32; ++i) result[i / 8] |= std::uint64_t{bytes[i]} << (8 * (i % 8));
  return result;
}

}  // namespace

void Hasher::absorb(const unsigned char* block) {
  state_ = compress(state_, words(block));
}

void Hasher::update(const void* data, std::size_t bytes) {
  const auto* input = static_cast<const unsigned char*>(data);
  total_bytes_ += bytes;
  if (pending_bytes_ > 0) {
    const std::size_t taken = std::min(bytes, pending_.size() - pending_bytes_);
    std::memcpy(pending_.data() + pending_bytes_, input, taken);
    pending_bytes_ += taken;
    input += taken;
    bytes -= taken;
    if (pending_bytes_ < pending_.size()) return;
    absorb(pending_.data());
    pending_bytes_ = 0;
  }
  for (; bytes >= pending_.size(); input += pending_.size(), bytes -= pending_.size()) absorb(input);
  if (bytes > 0) std::memcpy(pending_.data(), input, bytes);
  pending_bytes_ = bytes;
}

std::uint64_t Hasher::digest() const {
  std::array<unsigned char, 32> last{};
  std::copy_n(pending_.begin(), pending_bytes_, last.begin());
  return compress(compress(state_, words(last.data())), {total_bytes_, 0, 0, 1})[0];
}

std::uint64_t hash(std::string_view text) {
  Hasher hasher;
  hasher.update(text);
  return hasher.digest();
}

std::string hex(std::uint64_t value) {
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  return text;
}

std::uint64_t parse_hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 16 || error != std::errc{} || end != text.data() + text.size())
    throw UsageError("'" + std::string(text) + "' is not a point id; expected 16 hex digits");
  return value;
}

}  // namespace rgsweep

#include "rgsweep/core/rng.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

#include <Random123/philox.h>

namespace rgsweep {

Stream::Stream(std::uint64_t key, Purpose purpose, std::uint64_t step)
    : key_{static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)},
      counter_{0, static_cast<std::uint32_t>(purpose), static_cast<std::uint32_t>(step),
               static_cast<std::uint32_t>(step >> 32)} {}

Stream::result_type Stream::operator()() {
  if (next_word_ == 4) {
    const philox4x32_ctr_t counter{{counter_[0], counter_[1], counter_[2], counter_[3]}};
    const philox4x32_key_t key{{key_[0], key_[1]}};
    const philox4x32_ctr_t out = philox4x32(counter, key);
    words_ = {out.v[0], out.v[1], out.v[2], out.v[3]};
    // A stream that wrapped would silently repeat itself.
    if (++counter_[0] == 0) throw std::logic_error("random stream exhausted: 2^34 words drawn");
    next_word_ = 0;
  }
  return words_[next_word_++];
}

// 52 bits and a half: one bit more would round the largest to 1.
double open_unit(std::uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

double Stream::uniform() {
  const std::uint64_t high = (*this)();
  return open_unit((high << 32) | (*this)());
}

double Stream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2 * std::log(uniform()));
  const double angle = 2 * std::numbers::pi * uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

std::uint64_t Stream::below(std::uint64_t n) {
  if (n == 0) throw std::logic_error("below(0)");
  const std::uint64_t biased = (0 - n) % n;  // 2^64 mod n: the first values are drawn once too often
  for (;;) {
    const std::uint64_t high = (*this)();
    const std::uint64_t bits = (high << 32) | (*this)();
    if (bits >= biased) return bits % n;
  }
}

void shuffle(std::span<std::uint32_t> items, Stream& stream) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[stream.below(i)]);
}

}  // namespace rgsweep

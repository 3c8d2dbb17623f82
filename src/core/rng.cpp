// Numbers from a buffer of words: whole blocks by the vector loops of draw_functions.hpp, the rest, and all
// where the words before have left it between two blocks, one by one through the same arithmetic.
#include "rgsweep/core/rng.hpp"

#include <algorithm>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "draw_functions.hpp"

namespace rgsweep {

namespace {

template <class Scalar>
void normals_of_blocks(const PhiloxWords& words, std::size_t first, std::size_t count, Scalar* out) {
  if constexpr (std::is_same_v<Scalar, float>)
    draws::functions().float_normals(words, first, count, out);
  else
    draws::functions().normals(words, first, count, out);
}

template <class Scalar>
void fresh_normals(const std::uint32_t* key, const std::uint32_t* counter, std::size_t count, Scalar* out) {
  if constexpr (std::is_same_v<Scalar, float>)
    draws::functions().fresh_float_normals(key, counter, count, out);
  else
    draws::functions().fresh_normals(key, counter, count, out);
}

template <class Scalar>
void signs_of_blocks(const PhiloxWords& words, std::size_t first, std::size_t count, Scalar* out) {
  if constexpr (std::is_same_v<Scalar, float>)
    draws::functions().float_signs(words, first, count, out);
  else
    draws::functions().signs(words, first, count, out);
}

}  // namespace

Stream::Stream(std::uint64_t key, Purpose purpose, std::uint64_t step)
    : key_{static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)},
      counter_{0, static_cast<std::uint32_t>(purpose), static_cast<std::uint32_t>(step),
               static_cast<std::uint32_t>(step >> 32)} {}

std::size_t Stream::available(std::size_t blocks) const {
  // A stream that wrapped would silently repeat itself.
  if (exhausted_) throw std::logic_error("random stream exhausted: 2^34 words drawn");
  return static_cast<std::size_t>(std::min<std::uint64_t>(blocks, (std::uint64_t{1} << 32) - counter_[0]));
}

void Stream::advance(std::size_t blocks) {
  counter_[0] += static_cast<std::uint32_t>(blocks);
  exhausted_ = counter_[0] == 0;
}

void Stream::refill() {
  const std::size_t blocks = available(kPhiloxBlocks);
  philox_blocks(key_, counter_, words_);
  advance(blocks);
  next_word_ = 0;
}

double Stream::uniform() {
  const std::uint32_t high = (*this)();
  return open_unit(join_words(high, (*this)()));
}

void Stream::uniform(std::span<double> out) {
  for (std::size_t i = 0; i < out.size();) {
    if (next_word_ == kWords) refill();
    const std::size_t block = next_word_ / 4, count = std::min(kPhiloxBlocks - block, (out.size() - i) / 2);
    if (next_word_ % 4 != 0 || count == 0) {
      out[i++] = uniform();
    } else {
      draws::functions().uniforms(words_, block, count, out.data() + i);
      next_word_ += 4 * count;
      i += 2 * count;
    }
  }
}

double Stream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_normal_;
  }
  for (std::uint32_t& word : pair_) word = (*this)();
  const NormalPair<double> pair = normal_pair<double>(pair_[0], pair_[1], pair_[2], pair_[3]);
  spare_normal_ = pair.second;
  has_spare_ = true;
  return pair.first;
}

template <class Scalar>
void Stream::fill_normal(std::span<Scalar> out, std::span<Scalar> signs) {
  if (!signs.empty() && signs.size() != out.size())
    throw std::logic_error("Stream::normal(): as many signs as numbers");
  for (std::size_t i = 0; i < out.size();) {
    if (next_word_ == kWords && !has_spare_) {
      // Whole buffers' worth is made without the buffer.
      const std::size_t whole = (out.size() - i) / 2 / kPhiloxBlocks * kPhiloxBlocks;
      if (signs.empty() && whole > 0) {
        const std::size_t count = available(whole);
        fresh_normals(key_.data(), counter_.data(), count, out.data() + i);
        advance(count);
        i += 2 * count;
        continue;
      }
      refill();
    }
    const std::size_t block = next_word_ / 4, count = std::min(kPhiloxBlocks - block, (out.size() - i) / 2);
    if (has_spare_ || next_word_ % 4 != 0 || count == 0) {
      const bool second = has_spare_;
      const double number = normal();
      if constexpr (std::is_same_v<Scalar, double>) {
        out[i] = number;
      } else {
        const NormalPair<Scalar> pair = normal_pair<Scalar>(pair_[0], pair_[1], pair_[2], pair_[3]);
        out[i] = second ? pair.second : pair.first;
      }
      if (!signs.empty()) signs[i] = spare_sign<Scalar>(pair_[second ? 3 : 1]);
      ++i;
    } else {
      normals_of_blocks(words_, block, count, out.data() + i);
      if (!signs.empty()) signs_of_blocks(words_, block, count, signs.data() + i);
      next_word_ += 4 * count;
      i += 2 * count;
    }
  }
}

void Stream::normal(std::span<double> out) {
  fill_normal<double>(out, {});
}

void Stream::normal(std::span<float> out) {
  fill_normal<float>(out, {});
}

void Stream::normal(std::span<double> out, std::span<double> signs) {
  fill_normal(out, signs);
}

void Stream::normal(std::span<float> out, std::span<float> signs) {
  fill_normal(out, signs);
}

std::uint64_t Stream::below(std::uint64_t n) {
  if (n == 0) throw std::logic_error("below(0)");
  const std::uint64_t biased = (0 - n) % n;  // 2^64 mod n: the first values are drawn once too often
  for (;;) {
    const std::uint32_t high = (*this)();
    const std::uint64_t bits = join_words(high, (*this)());
    if (bits >= biased) return bits % n;
  }
}

void shuffle(std::span<std::uint32_t> items, Stream& stream) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[stream.below(i)]);
}

}  // namespace rgsweep

// Counter-based random numbers: Philox4x32-10 of Random123, keyed by (stream key, purpose, step).
// The 64-bit key is the Philox key; the 128-bit counter is (block, purpose, step low, step high). Every
// (key, purpose, step) therefore owns 2^34 words that no other triple shares, whatever the rank, time or
// order. Numbers drawn one by one and as spans are the same numbers, to the last bit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "rgsweep/core/box_muller.hpp"
#include "rgsweep/core/philox.hpp"

namespace rgsweep {

/// What the numbers are for. The values are part of the file format: append, never renumber.
enum class Purpose : std::uint32_t {
  init = 1,          // initial weights; step = tensor
  train_sample = 2,  // training inputs; step = training step, or 0 for a fixed set
  shuffle = 3,       // order of a fixed set; step = epoch
  test_sample = 4,   // test inputs; step = hash of the distribution's text
  observable = 5,    // inputs on which observables are measured; step = hash of the observable's name
  bootstrap = 6,     // resampling; step = resample
};

class Stream {
 public:
  using result_type = std::uint32_t;

  Stream(std::uint64_t key, Purpose purpose, std::uint64_t step);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return 0xffffffffU; }
  /// std::logic_error after 2^34 words.
  result_type operator()() {
    if (next_word_ == kWords) refill();
    const std::size_t word = next_word_++;
    return words_.word[word % 4][word / 4];
  }

  /// Uniform on the open interval (0, 1), of two words.
  double uniform();
  void uniform(std::span<double> out);
  /// Standard normal by the Box-Muller transform; the pair's second value is kept for the next call.
  double normal();
  /// In float the same normals in float arithmetic (box_muller.hpp).
  void normal(std::span<double> out);
  void normal(std::span<float> out);
  /// The same normals and with each an independent +1 or -1. Both spans have one size.
  void normal(std::span<double> out, std::span<double> signs);
  void normal(std::span<float> out, std::span<float> signs);
  /// Uniform on {0, ..., n-1} without bias, n >= 1 (rejection).
  std::uint64_t below(std::uint64_t n);

 private:
  static constexpr std::size_t kWords = 4 * kPhiloxBlocks;

  /// How many of the next `blocks`, whole buffers, the stream still has; std::logic_error if none.
  std::size_t available(std::size_t blocks) const;
  void advance(std::size_t blocks);
  void refill();
  template <class Scalar>
  void fill_normal(std::span<Scalar> out, std::span<Scalar> signs);

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;  // of the next block to be made
  std::size_t next_word_ = kWords;
  PhiloxWords words_;
  bool exhausted_ = false;
  // The words of the last pair of normals, of which the second is still to be given out when has_spare_.
  bool has_spare_ = false;
  std::array<std::uint32_t, 4> pair_{};
  double spare_normal_ = 0;
};

/// Fisher-Yates, in place.
void shuffle(std::span<std::uint32_t> items, Stream& stream);

}  // namespace rgsweep

// Counter-based random numbers: Philox4x32-10 of Random123, keyed by (stream key, purpose, step).
// The 64-bit key is the Philox key; the 128-bit counter is (block, purpose, step low, step high). Every
// (key, purpose, step) therefore owns 2^34 words that no other triple shares, whatever the rank, time or
// order.
#pragma once

#include <array>
#include <cstdint>
#include <span>

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

/// The leading 52 bits as a number in the open interval (0, 1): never 0 or 1.
double open_unit(std::uint64_t bits);

class Stream {
 public:
  using result_type = std::uint32_t;

  Stream(std::uint64_t key, Purpose purpose, std::uint64_t step);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return 0xffffffffU; }
  result_type operator()();

  /// Uniform on the open interval (0, 1).
  double uniform();
  /// Standard normal by the Box-Muller transform; the pair's second value is kept for the next call.
  double normal();
  /// Uniform on {0, ..., n-1} without bias, n >= 1 (rejection).
  std::uint64_t below(std::uint64_t n);

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> words_{};
  unsigned next_word_ = 4;
  double spare_normal_ = 0;
  bool has_spare_ = false;
};

/// Fisher-Yates, in place.
void shuffle(std::span<std::uint32_t> items, Stream& stream);

}  // namespace rgsweep

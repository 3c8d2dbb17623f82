// What the pointers of a Plan (kernel_plan.hpp) point to: zeroed arrays on whole cache lines, and the places
// of a tying pattern's entries.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "kernel_plan.hpp"
#include "rgsweep/nn/tying_pattern.hpp"

namespace rgsweep::nn::kernel {

/// Bytes of a cache line and of the widest packet.
inline constexpr std::size_t kAlignment = 64;

inline Index round_up(Index n, Index unit) {
  return (n + unit - 1) / unit * unit;
}

template <class Scalar>
class AlignedArray {
 public:
  explicit AlignedArray(Index size)
      : data_(static_cast<Scalar*>(
            ::operator new(static_cast<std::size_t>(size) * sizeof(Scalar), std::align_val_t(kAlignment)))) {
    std::fill_n(data_.get(), size, Scalar(0));
  }
  Scalar* get() const { return data_.get(); }

 private:
  struct Delete {
    void operator()(Scalar* data) const { ::operator delete(data, std::align_val_t(kAlignment)); }
  };
  std::unique_ptr<Scalar, Delete> data_;
};

/// Arrays in whole packets of `lanes`.
template <class Scalar>
class Arena {
 public:
  explicit Arena(Index lanes) : lanes_(lanes) {}

  Index lanes() const { return lanes_; }
  Scalar* array(Index size) { return arrays_.emplace_back(round_up(size, lanes_)).get(); }
  /// Rows that are not a power of two apart, which would share few sets of the cache.
  Rows<Scalar> rows(Index count, Index samples) {
    const Index stride = round_up(samples, lanes_) + lanes_;
    return {array(count * stride), stride};
  }

 private:
  Index lanes_;
  std::vector<AlignedArray<Scalar>> arrays_;
};

/// The entries of a tying pattern, label by label.
template <class Scalar>
struct Places {
  std::vector<std::int32_t> end, place;
  std::vector<Scalar> sign;

  explicit Places(const TyingPattern& pattern) {
    std::vector<std::vector<std::pair<std::int32_t, int>>> of_label(
        static_cast<std::size_t>(pattern.parameters()));
    for (int row = 0; row < pattern.rows(); ++row)
      for (int col = 0; col < pattern.cols(); ++col)
        if (const int label = pattern.label(row, col); label != TyingPattern::kZero)
          of_label[static_cast<std::size_t>(label)].emplace_back(row * pattern.cols() + col,
                                                                 pattern.sign(row, col));
    for (const auto& entries : of_label) {
      for (const auto& [at, sign_there] : entries) {
        place.push_back(at);
        sign.push_back(static_cast<Scalar>(sign_there));
      }
      end.push_back(static_cast<std::int32_t>(place.size()));
    }
  }

  /// Whether entry k is parameter k.
  bool identity() const {
    for (std::size_t k = 0; k < place.size(); ++k)
      if (place[k] != static_cast<std::int32_t>(k) || sign[k] != 1) return false;
    return end.size() == place.size();
  }
};

/// Least mean length of runs that are worth a loop each.
inline constexpr std::size_t kLongRuns = 8;

/// The entries of a tying pattern in runs; none where they are short.
template <class Scalar>
std::vector<Run<Scalar>> long_runs(const TyingPattern& pattern) {
  std::vector<Run<Scalar>> runs;
  std::size_t entries = 0;
  for (int row = 0; row < pattern.rows(); ++row)
    for (int col = 0; col < pattern.cols(); ++col) {
      const int label = pattern.label(row, col), entry = row * pattern.cols() + col;
      if (label == TyingPattern::kZero) continue;
      ++entries;
      const auto sign = static_cast<Scalar>(pattern.sign(row, col));
      if (!runs.empty()) {
        Run<Scalar>& last = runs.back();
        if (last.entry + last.length == entry && last.label + last.length == label && last.sign == sign) {
          ++last.length;
          continue;
        }
      }
      runs.push_back({entry, label, 1, sign});
    }
  if (entries < kLongRuns * runs.size()) runs.clear();
  return runs;
}

}  // namespace rgsweep::nn::kernel

// Definitions that estimates of cumulants are tested against, slow and plain: sums over all set partitions,
//   kappa[i_1..i_p] = sum_pi (-1)^(|pi|-1) (|pi|-1)! prod_{B in pi} E[prod_{i in B} x_i],
// and the k-statistic that has this mean, where the product of expectations becomes a mean over distinct
// samples, one to each block (Fisher 1930). For integer samples the latter is computed without rounding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace rgsweep::math {

/// Blocks of positions 0..order-1.
using Partition = std::vector<std::vector<std::size_t>>;

inline void for_each_partition(std::size_t order, const std::function<void(const Partition&)>& visit,
                               Partition blocks = {}, std::size_t next = 0) {
  if (next == order) {
    visit(blocks);
    return;
  }
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    blocks[b].push_back(next);
    for_each_partition(order, visit, blocks, next + 1);
    blocks[b].pop_back();
  }
  blocks.push_back({next});
  for_each_partition(order, visit, blocks, next + 1);
}

/// (-1)^(n-1) (n-1)!
inline std::int64_t moebius(std::size_t blocks) {
  std::int64_t value = 1;
  for (std::size_t i = 1; i < blocks; ++i) value *= -static_cast<std::int64_t>(i);
  return value;
}

/// Cumulant of the components indices[0], indices[1], ... of a distribution on `points` (each a vector of
/// components) with chances `chances`.
inline double joint_cumulant(const std::vector<std::vector<double>>& points,
                             const std::vector<double>& chances, const std::vector<int>& indices) {
  long double sum = 0;
  for_each_partition(indices.size(), [&](const Partition& blocks) {
    auto product = static_cast<long double>(moebius(blocks.size()));
    for (const auto& block : blocks) {
      long double moment = 0;
      for (std::size_t s = 0; s < points.size(); ++s) {
        long double term = chances[s];
        for (const std::size_t p : block) term *= points[s][static_cast<std::size_t>(indices[p])];
        moment += term;
      }
      product *= moment;
    }
    sum += product;
  });
  return static_cast<double>(sum);
}

struct Fraction {
  std::int64_t numerator, denominator;
  double value() const { return static_cast<double>(numerator) / static_cast<double>(denominator); }
};

/// Sum over distinct samples, one to each block from `block` on, of the product of what the blocks read.
inline std::int64_t sum_over_distinct(const std::vector<std::vector<int>>& samples,
                                      const std::vector<int>& indices, const Partition& blocks,
                                      std::vector<bool>& taken, std::size_t block = 0) {
  if (block == blocks.size()) return 1;
  std::int64_t sum = 0;
  for (std::size_t s = 0; s < samples.size(); ++s) {
    if (taken[s]) continue;
    std::int64_t product = 1;
    for (const std::size_t p : blocks[block]) product *= samples[s][static_cast<std::size_t>(indices[p])];
    if (product == 0) continue;
    taken[s] = true;
    sum += product * sum_over_distinct(samples, indices, blocks, taken, block + 1);
    taken[s] = false;
  }
  return sum;
}

/// k-statistic of integer samples, over the denominator N (N-1) ... (N-p+1).
inline Fraction exact_k_statistic(const std::vector<std::vector<int>>& samples,
                                  const std::vector<int>& indices) {
  const auto falling = [&](std::size_t from, std::size_t to) {
    std::int64_t product = 1;
    for (std::size_t i = from; i < to; ++i) product *= static_cast<std::int64_t>(samples.size() - i);
    return product;
  };
  Fraction k{0, falling(0, indices.size())};
  std::vector<bool> taken(samples.size());
  for_each_partition(indices.size(), [&](const Partition& blocks) {
    k.numerator += moebius(blocks.size()) * falling(blocks.size(), indices.size()) *
                   sum_over_distinct(samples, indices, blocks, taken);
  });
  return k;
}

}  // namespace rgsweep::math

// One-pass estimates of the joint cumulants of n components, orders 1 to 4, from samples that arrive in
// tiles. Kept: the number of samples N, the means, and the central sums S_T = sum prod_{i in T} (x_i -
// mean_i), one for each index tuple T (a multiset, so only sorted tuples are stored), all of the samples less
// an origin (the first tile's mean), so that a large common offset costs no digits. With D_j = (N-1)...(N-j),
//   k_i = mean_i,  k_ij = S_ij / D_1,  k_ijk = N S_ijk / D_2,
//   k_ijkl = [N (N+1) S_ijkl - (N-1) (S_ij S_kl + S_ik S_jl + S_il S_jk)] / D_3
// (Kendall and Stuart, The Advanced Theory of Statistics, vol. 1, ch. 13). Tiles and accumulators are joined
// by moving both sets of sums to the common mean, which needs the sums of all tuples within a tuple.
// cumulant_accumulator.hpp has one component to order 6.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "rgsweep/math/joint_cumulants.hpp"

namespace rgsweep::math {

/// Components of a joint cumulant, one per order, in any order.
using IndexTuple = std::vector<int>;

struct TupleTables;

class MultivariateCumulantAccumulator {
 public:
  static constexpr int max_order = 4;

  /// All cumulants of orders 1..order of n = `components` components: sums for C(n + order, order) - 1 index
  /// tuples, 58904 of them for n = 32 to order 4. Copies share the tables of indices: to have many of the
  /// same shape, copy an empty one.
  explicit MultivariateCumulantAccumulator(int components, int order = max_order);
  /// Only the cumulants asked for (orders 1..4, repetitions allowed), for when there are many components.
  /// Work and memory grow with the tuples and with the components that they name.
  MultivariateCumulantAccumulator(int components, std::vector<IndexTuple> tuples);

  /// Adds samples x components, any number of samples. Where one call ends and the next begins changes
  /// results by rounding only. NaN or infinite values make the estimates that involve their component NaN.
  void add(const Eigen::Ref<const Eigen::ArrayXXd>& samples);
  /// As if everything that `other` has seen had been added here. Throws std::logic_error unless both have
  /// the same components and tuples.
  void merge(const MultivariateCumulantAccumulator& other);

  std::uint64_t count() const { return count_; }
  /// The cumulants asked for, each as it was given; for all cumulants sorted by order, then by index.
  const std::vector<IndexTuple>& tuples() const;
  /// Unbiased estimates, element t for tuples()[t]; NaN where N is below the order.
  Eigen::ArrayXd k_statistics() const;
  /// Values that belong to tuples(), such as k_statistics() or their errors, as dense tensors. Throws
  /// std::logic_error where only some tuples are kept.
  JointCumulants tensors(const Eigen::ArrayXd& values) const;

 private:
  struct Sums {
    Eigen::ArrayXd mean;                ///< relative to the origin, one per component in use
    Eigen::ArrayXd pair, triple, quad;  ///< central sums, one per tuple kept
  };

  struct Moved;

  /// Sums of products of `deviation` (samples x components in use), whose columns have mean 0.
  void central_sums(const Eigen::Ref<const Eigen::ArrayXXd>& deviation, Sums& sums) const;
  void join(double count, const Sums& sums);

  std::shared_ptr<const TupleTables> tables_;
  std::uint64_t count_ = 0;
  Eigen::ArrayXd origin_;
  Sums sums_;
};

/// All batches merged, and the standard errors of those estimates by batch means: for batches of N_b samples
/// with estimates k_b, N = sum N_b and B batches,
///   error^2 = sum_b N_b (k_b - mean)^2 / [(B - 1) N],  mean = sum_b N_b k_b / N,
/// right to the leading order in 1/N_b for any distribution; its own relative error is 1/sqrt(2 (B - 1)).
struct BatchedEstimate {
  Eigen::ArrayXd value;           ///< k_statistics() of all batches together
  Eigen::ArrayXd standard_error;  ///< NaN for fewer than two batches, or one that is below the order
};

/// The batches must have the same components and tuples (std::logic_error otherwise); empty ones count as
/// absent.
BatchedEstimate batched_k_statistics(std::span<const MultivariateCumulantAccumulator> batches);

}  // namespace rgsweep::math

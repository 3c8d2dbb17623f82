// Errors from batches: known sampling variances.
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "skewed_samples.hpp"

namespace rgsweep::math {
namespace {

TEST(BatchedKStatistics, ErrorOfTheMeanOfEqualBatchesIsThatOfTheirMeans) {
  // Batches of one sample: k_1 is the sample, so the error is sqrt(k_2 / N) exactly.
  const Eigen::ArrayXXd X = skewed(50, 1, 11);
  std::vector<Accumulator> batches;
  for (Eigen::Index s = 0; s < 50; ++s) batches.push_back(accumulated(Accumulator(1, 1), X.row(s)));
  const BatchedEstimate estimate = batched_k_statistics(batches);
  const double variance = accumulated(Accumulator(1, 2), X).k_statistics()[1];
  EXPECT_NEAR(estimate.standard_error[0], std::sqrt(variance / 50), 1e-14);
}

// For Gaussian components Var k_ij = (S_ii S_jj + S_ij^2) / (N-1), Var k_ijk = sum over the 6 pairings
// S S S N / D_2, and to leading order Var k_ijkl = sum over the 24 pairings / N.
TEST(BatchedKStatistics, ErrorsDescribeTheSpreadOfGaussianSamples) {
  constexpr int batches = 200;
  constexpr Eigen::Index size = 400;
  Stream stream(12, Purpose::observable, 0);
  const Accumulator empty(2);
  std::vector<Accumulator> parts;
  for (int b = 0; b < batches; ++b) {
    const Eigen::Index samples = b % 2 == 0 ? size / 2 : 3 * size / 2;  // of unequal size
    Eigen::ArrayXXd X(samples, 2);
    for (Eigen::Index s = 0; s < samples; ++s) {
      X(s, 0) = stream.normal();
      X(s, 1) = 0.6 * X(s, 0) + 0.8 * stream.normal();
    }
    parts.push_back(accumulated(empty, X));
  }
  const BatchedEstimate estimate = batched_k_statistics(parts);
  const Eigen::Matrix2d S = (Eigen::Matrix2d() << 1, 0.6, 0.6, 1).finished();
  const double N = static_cast<double>(batches * size);
  for (std::size_t t = 0; t < empty.tuples().size(); ++t) {
    const IndexTuple& tuple = empty.tuples()[t];
    std::vector<std::size_t> to(tuple.size());
    for (std::size_t p = 0; p < to.size(); ++p) to[p] = p;
    double pairings = 0;
    do {
      double product = 1;
      for (std::size_t p = 0; p < to.size(); ++p) product *= S(tuple[p], tuple[to[p]]);
      pairings += product;
    } while (std::next_permutation(to.begin(), to.end()));
    const auto at = static_cast<Eigen::Index>(t);
    const double truth = tuple.size() == 2 ? S(tuple[0], tuple[1]) : 0;
    EXPECT_NEAR(estimate.standard_error[at] / std::sqrt(pairings / N), 1, 0.2);
    EXPECT_LT(std::abs(estimate.value[at] - truth), 4 * estimate.standard_error[at]);
  }
}

TEST(BatchedKStatistics, HasNoErrorFromOneBatch) {
  const std::vector<Accumulator> one{accumulated(Accumulator(2), skewed(100, 2, 13)), Accumulator(2)};
  EXPECT_TRUE(batched_k_statistics(one).standard_error.isNaN().all());
  EXPECT_TRUE(batched_k_statistics(one).value.allFinite());
  EXPECT_THROW(batched_k_statistics({}), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::math

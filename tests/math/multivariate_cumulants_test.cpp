// Joint k-statistics against exact fractions, exact enumeration of all samples of a small distribution, the
// univariate accumulator, merged parts and large offsets.
#include "rgsweep/math/multivariate_cumulants.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "partitions.hpp"
#include "rgsweep/math/cumulant_accumulator.hpp"
#include "skewed_samples.hpp"

namespace rgsweep::math {
namespace {

using Samples = std::vector<std::vector<int>>;

Eigen::ArrayXXd as_array(const Samples& samples) {
  Eigen::ArrayXXd X(samples.size(), samples.front().size());
  for (Eigen::Index s = 0; s < X.rows(); ++s)
    for (Eigen::Index i = 0; i < X.cols(); ++i)
      X(s, i) = samples[static_cast<std::size_t>(s)][static_cast<std::size_t>(i)];
  return X;
}

// Largest difference of estimates of one order, relative to the largest estimate of that order.
void expect_near_by_order(const Accumulator& shape, const Eigen::ArrayXd& actual,
                          const Eigen::ArrayXd& expected, double tolerance) {
  std::vector<double> difference(5), scale(5);
  for (std::size_t t = 0; t < shape.tuples().size(); ++t) {
    const std::size_t order = shape.tuples()[t].size();
    const auto at = static_cast<Eigen::Index>(t);
    difference[order] = std::max(difference[order], std::abs(actual[at] - expected[at]));
    scale[order] = std::max(scale[order], std::abs(expected[at]));
  }
  for (std::size_t order = 1; order <= 4; ++order)
    EXPECT_LE(difference[order], tolerance * scale[order]) << "order " << order;
}

TEST(MultivariateCumulants, AgreeWithExactFractions) {
  const Samples samples{{0, 2, -1}, {1, 0, 3}, {4, -2, 0}, {-3, 1, 1}, {0, 5, 2}, {2, 2, -4}};
  const Accumulator a = accumulated(Accumulator(3), as_array(samples));
  EXPECT_EQ(a.count(), 6U);
  ASSERT_EQ(a.tuples().size(), 34U);  // C(3 + 4, 4) - 1
  const Eigen::ArrayXd k = a.k_statistics();
  for (std::size_t t = 0; t < a.tuples().size(); ++t) {
    const Fraction exact = exact_k_statistic(samples, a.tuples()[t]);
    EXPECT_NEAR(k[static_cast<Eigen::Index>(t)], exact.value(), 1e-13 * (1 + std::abs(exact.value())));
  }
}

TEST(MultivariateCumulants, AreUnbiasedOverAllSamples) {
  const std::vector<std::vector<double>> points{{0, 1, 2}, {1, -1, 0}, {3, 2, -2}};
  const std::vector<double> chances{0.5, 0.3, 0.2};
  constexpr int n = 5;
  const Accumulator empty(3);
  Eigen::ArrayXd mean = Eigen::ArrayXd::Zero(34);
  for (int code = 0; code < 243; ++code) {  // 3^5 samples with replacement
    double chance = 1;
    Eigen::ArrayXXd X(n, 3);
    for (int s = 0, rest = code; s < n; ++s, rest /= 3) {
      const auto point = static_cast<std::size_t>(rest % 3);
      chance *= chances[point];
      for (int i = 0; i < 3; ++i) X(s, i) = points[point][static_cast<std::size_t>(i)];
    }
    mean += chance * accumulated(empty, X).k_statistics();
  }
  for (std::size_t t = 0; t < empty.tuples().size(); ++t)
    EXPECT_NEAR(mean[static_cast<Eigen::Index>(t)], joint_cumulant(points, chances, empty.tuples()[t]),
                1e-12);
}

TEST(MultivariateCumulants, OfOneComponentAreTheUnivariateOnes) {
  const Eigen::ArrayXXd X = skewed(5000, 3, 1);
  const JointCumulants k = [&] {
    const Accumulator a = accumulated(Accumulator(3), X);
    return a.tensors(a.k_statistics());
  }();
  for (Eigen::Index i = 0; i < 3; ++i) {
    CumulantAccumulator univariate;
    univariate.add({X.col(i).data(), 5000});
    for (std::size_t n = 0; n < 4; ++n)
      EXPECT_NEAR(k.marginal(i)[n] / univariate.k_statistics()[n], 1, 1e-12) << "order " << n + 1;
  }
}

// k-statistics are multilinear: those of W x + b are the tensors of x contracted with W, sample by sample.
TEST(MultivariateCumulants, TransformAsTensors) {
  const Eigen::ArrayXXd X = skewed(700, 3, 2);
  Eigen::MatrixXd W(4, 3);
  W << 1, -2, 0.5, 0.3, 0.7, -1, 2, 1, 1, -0.4, 0, 3;
  const Eigen::Vector4d b(1, -1, 0, 5);
  const Eigen::MatrixXd Z = (X.matrix() * W.transpose()).rowwise() + b.transpose();
  const Accumulator x = accumulated(Accumulator(3), X), z = accumulated(Accumulator(4), Z.array());
  const JointCumulants expected = x.tensors(x.k_statistics()).affine(W, b);
  const JointCumulants actual = z.tensors(z.k_statistics());
  EXPECT_TRUE(actual.mean.isApprox(expected.mean, 1e-13));
  EXPECT_TRUE(actual.covariance.isApprox(expected.covariance, 1e-12));
  const auto vector = [](const std::vector<double>& t) {
    return Eigen::Map<const Eigen::VectorXd>(t.data(), static_cast<Eigen::Index>(t.size()));
  };
  EXPECT_TRUE(vector(actual.third).isApprox(vector(expected.third), 1e-12));
  EXPECT_TRUE(vector(actual.fourth).isApprox(vector(expected.fourth), 1e-11));
}

TEST(MultivariateCumulants, MergeInAnyOrder) {
  const Eigen::ArrayXXd X = skewed(3000, 4, 3);
  const Accumulator empty(4);
  const Eigen::ArrayXd whole = accumulated(empty, X).k_statistics();
  const std::vector<Eigen::Index> ends{0, 1, 2, 300, 555, 556, 2000, 3000};
  std::vector<Accumulator> parts;
  for (std::size_t p = 1; p < ends.size(); ++p)
    parts.push_back(accumulated(empty, X.middleRows(ends[p - 1], ends[p] - ends[p - 1])));
  Accumulator forward = empty, backward = empty, tree = parts[0];
  for (const Accumulator& part : parts) forward.merge(part);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) backward.merge(*part);
  backward.merge(empty);
  parts[1].merge(parts[2]);
  parts[3].merge(parts[4]);
  parts[5].merge(parts[6]);
  parts[3].merge(parts[5]);
  tree.merge(parts[1]);
  tree.merge(parts[3]);
  for (const Accumulator* merged : {&forward, &backward, &tree}) {
    EXPECT_EQ(merged->count(), 3000U);
    expect_near_by_order(empty, merged->k_statistics(), whole, 1e-12);
  }
}

TEST(MultivariateCumulants, OneSampleAtATime) {
  const Eigen::ArrayXXd X = skewed(400, 2, 4);
  Accumulator a(2);
  for (Eigen::Index s = 0; s < X.rows(); ++s) a.add(X.row(s));
  expect_near_by_order(a, a.k_statistics(), accumulated(Accumulator(2), X).k_statistics(), 1e-12);
}

TEST(MultivariateCumulants, KeepAccuracyAtAMillionStandardDeviations) {
  // Multiples of 2^-30 stay exact when moved by 2^20, so that both sets have the same cumulants.
  const Eigen::ArrayXXd X = (skewed(4000, 3, 5) * 0x1p30).round() * 0x1p-30;
  const Eigen::ArrayXXd Y = X + 0x1p20;
  const Accumulator empty(3);
  Eigen::ArrayXd expected = accumulated(empty, X).k_statistics();
  expected.head(3) += 0x1p20;
  Accumulator parts = accumulated(empty, Y.topRows(1000));
  parts.merge(accumulated(empty, Y.bottomRows(3000)));
  expect_near_by_order(empty, accumulated(empty, Y).k_statistics(), expected, 2e-14);
  expect_near_by_order(empty, parts.k_statistics(), expected, 1e-12);
}

TEST(MultivariateCumulants, MergePartsWithFarApartMeans) {
  // Clusters at +-1000 with a spread of 1: fourth cumulants of 1000^4 from parts that hold none of it.
  Eigen::ArrayXXd low = (skewed(300, 2, 6) * 0x1p20).round() * 0x1p-20 - 1000;
  Eigen::ArrayXXd both(700, 2);
  both << low, (skewed(400, 2, 7) * 0x1p20).round() * 0x1p-20 + 1000;
  const Accumulator empty(2);
  Accumulator merged = accumulated(empty, low);
  merged.merge(accumulated(empty, both.bottomRows(400)));
  // Reference: two passes in long double.
  const Eigen::Array<long double, Eigen::Dynamic, 2> Z = both.cast<long double>();
  const Eigen::Array<long double, Eigen::Dynamic, 2> d = Z.rowwise() - Z.colwise().mean();
  const auto s = [&](int i, int j) { return (d.col(i) * d.col(j)).sum(); };
  const long double n = 700, sum = (d.col(0).square() * d.col(1).square()).sum();
  const long double k0011 = (n * (n + 1) * sum - (n - 1) * (s(0, 0) * s(1, 1) + 2 * s(0, 1) * s(0, 1))) /
                            ((n - 1) * (n - 2) * (n - 3));
  const JointCumulants k = merged.tensors(merged.k_statistics());
  EXPECT_NEAR(k.cumulant(0, 0, 1, 1) / static_cast<double>(k0011), 1, 1e-12);
  EXPECT_NEAR(k.covariance(0, 1) / static_cast<double>(s(0, 1) / (n - 1)), 1, 1e-14);
}

TEST(MultivariateCumulants, OnlyTheTuplesAskedFor) {
  // Components 3 and 900 of many; tuples in any order, repeated, and of an order whose parts are not asked.
  const Eigen::ArrayXXd few = skewed(500, 2, 8);
  Eigen::ArrayXXd many = Eigen::ArrayXXd::Constant(500, 1000, std::numeric_limits<double>::quiet_NaN());
  many.col(3) = few.col(0);
  many.col(900) = few.col(1);
  const Accumulator a = accumulated(Accumulator(1000, {{900, 3, 3, 900}, {900}, {3, 900, 3}, {900}}), many);
  const Accumulator reference = accumulated(Accumulator(2), few);
  const JointCumulants k = reference.tensors(reference.k_statistics());
  const Eigen::ArrayXd actual = a.k_statistics();
  EXPECT_NEAR(actual[0] / k.cumulant(1, 0, 0, 1), 1, 1e-13);
  EXPECT_NEAR(actual[1] / k.cumulant(1), 1, 1e-15);
  EXPECT_NEAR(actual[2] / k.cumulant(0, 1, 0), 1, 1e-13);
  EXPECT_EQ(actual[3], actual[1]);
  EXPECT_THROW(a.tensors(actual), std::logic_error);
}

TEST(MultivariateCumulants, LowerOrdersAreTheSame) {
  const Eigen::ArrayXXd X = skewed(600, 3, 9);
  const Eigen::ArrayXd all = accumulated(Accumulator(3), X).k_statistics();
  for (int order = 1; order <= 3; ++order) {
    const Accumulator a = accumulated(Accumulator(3, order), X);
    const Eigen::ArrayXd k = a.k_statistics();
    EXPECT_EQ(a.tensors(k).order, order);
    EXPECT_TRUE((k == all.head(k.size())).all());
  }
}

TEST(MultivariateCumulants, NeedAsManySamplesAsTheOrder) {
  Accumulator a(2);
  for (std::size_t n = 0; n <= 4; ++n) {
    const Eigen::ArrayXd k = a.k_statistics();
    for (std::size_t t = 0; t < a.tuples().size(); ++t)
      EXPECT_EQ(std::isnan(k[static_cast<Eigen::Index>(t)]), n < a.tuples()[t].size());
    a.add(Eigen::RowVector2d(1, static_cast<double>(n * n)).array());
  }
}

TEST(MultivariateCumulants, NotANumberStaysInItsComponent) {
  Eigen::ArrayXXd X = skewed(300, 3, 10);
  const Eigen::ArrayXd clean = accumulated(Accumulator(3), X).k_statistics();
  X(290, 1) = std::numeric_limits<double>::infinity();
  const Accumulator a = accumulated(Accumulator(3), X);
  const Eigen::ArrayXd k = a.k_statistics();
  for (std::size_t t = 0; t < a.tuples().size(); ++t) {
    const auto at = static_cast<Eigen::Index>(t);
    const IndexTuple& tuple = a.tuples()[t];
    const bool involved = std::count(tuple.begin(), tuple.end(), 1) > 0;
    EXPECT_EQ(std::isfinite(k[at]), !involved);
    if (!involved) {
      EXPECT_EQ(k[at], clean[at]);
    }
  }
}

TEST(MultivariateCumulants, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Accumulator(2, 5), std::logic_error);
  EXPECT_THROW(Accumulator(0), std::logic_error);
  EXPECT_THROW(Accumulator(2, {{0, 2}}), std::logic_error);
  EXPECT_THROW(Accumulator(2, {{}}), std::logic_error);
  EXPECT_THROW(Accumulator(2, {{0, 0, 0, 0, 0}}), std::logic_error);
  Accumulator a(2);
  EXPECT_THROW(a.add(Eigen::ArrayXXd::Zero(5, 3)), std::logic_error);
  EXPECT_THROW(a.merge(Accumulator(3)), std::logic_error);
  EXPECT_NO_THROW(a.merge(Accumulator(2)));
}

}  // namespace
}  // namespace rgsweep::math

#include "batch_source.hpp"

#include <set>

#include <gtest/gtest.h>

#include "points.hpp"

namespace rgsweep::experiment {
namespace {

const data::RgMap map{3};

struct Batch {
  Eigen::ArrayXXd x;
  Eigen::ArrayXd y;
};

Batch batch_of(nn::BatchSource& source, std::uint64_t step, Eigen::Index samples) {
  Batch batch{Eigen::ArrayXXd(samples, map.block), Eigen::ArrayXd(samples)};
  source.fill(step, batch.x, batch.y);
  return batch;
}

TEST(FreshSamples, DependOnTheStepAlone) {
  FreshSamples a(data::parse_distribution("laplace"), map, 5), b(data::parse_distribution("laplace"), map, 5);
  batch_of(a, 0, 16);
  const Batch first = batch_of(a, 7, 16), again = batch_of(b, 7, 16), other = batch_of(b, 8, 16);
  EXPECT_TRUE((first.x == again.x).all());
  EXPECT_FALSE((first.x == other.x).any());
  EXPECT_TRUE((first.y == map.target(first.x)).all());
}

TEST(FreshSamples, AreDrawnSiteAfterSite) {
  for (const char* text : {"gaussian", "gamma(0.5)"}) {
    const data::Distribution distribution = data::parse_distribution(text);
    FreshSamples source(distribution, map, 5);
    Stream stream(5, Purpose::train_sample, 3);
    Eigen::ArrayXXd expected(17, map.block);
    distribution.sample(stream, std::span(expected.data(), static_cast<std::size_t>(expected.size())));
    EXPECT_TRUE((batch_of(source, 3, 17).x == expected).all()) << text;
  }
}

TEST(FreshSamples, FloatBatchesAreTheDoubleOnes) {
  for (const char* text : {"gaussian", "laplace"}) {
    FreshSamples source(data::parse_distribution(text), map, 5);
    const Batch expected = batch_of(source, 3, 100);
    Eigen::ArrayXXf x(100, map.block);
    Eigen::ArrayXf y(100);
    source.fill_float(3, x, y);
    EXPECT_LT((x.cast<double>() - expected.x).abs().maxCoeff(), 2e-6) << text;
    EXPECT_LT((y.cast<double>() - map.target(x.cast<double>())).abs().maxCoeff(), 1e-6) << text;
  }
}

TEST(FixedSet, AnEpochUsesEverySampleOnce) {
  FixedSet source(data::parse_distribution("gaussian"), map, 12, 4, 9);
  EXPECT_FALSE(source.constant());
  std::set<double> first, second;
  std::vector<double> first_order, second_order;
  for (std::uint64_t step = 0; step < 3; ++step)
    for (double y : batch_of(source, step, 4).y) first.insert(y), first_order.push_back(y);
  for (std::uint64_t step = 3; step < 6; ++step)
    for (double y : batch_of(source, step, 4).y) second.insert(y), second_order.push_back(y);
  EXPECT_EQ(first.size(), 12U);
  EXPECT_EQ(first, second);
  EXPECT_NE(first_order, second_order);
  // Resuming in the middle of an epoch finds the same batch.
  FixedSet resumed(data::parse_distribution("gaussian"), map, 12, 4, 9);
  EXPECT_TRUE((batch_of(resumed, 4, 4).y == batch_of(source, 4, 4).y).all());
}

TEST(FixedSet, FloatBatchesAreRounded) {
  FixedSet source(data::parse_distribution("gaussian"), map, 12, 4, 9);
  const Batch expected = batch_of(source, 1, 4);
  Eigen::ArrayXXf x(4, map.block);
  Eigen::ArrayXf y(4);
  source.fill_float(1, x, y);
  EXPECT_TRUE((x == expected.x.cast<float>()).all());
  EXPECT_TRUE((y == expected.y.cast<float>()).all());
}

TEST(FixedSet, AWholeSetIsConstant) {
  FixedSet source(data::parse_distribution("gaussian"), map, 12, 256, 9);
  EXPECT_TRUE(source.constant());
  EXPECT_TRUE((batch_of(source, 0, 12).x == batch_of(source, 5, 12).x).all());
}

TEST(BatchSource, IsChosenByTrainSamples) {
  const auto fresh = make_batch_source(make_point(), 256, 1);
  EXPECT_NE(dynamic_cast<FreshSamples*>(fresh.get()), nullptr);
  const auto fixed = make_batch_source(make_point({{"task.train_samples", "64"}}), 64, 1);
  EXPECT_NE(dynamic_cast<FixedSet*>(fixed.get()), nullptr);
}

}  // namespace
}  // namespace rgsweep::experiment

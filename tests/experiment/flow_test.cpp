#include "flow.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "points.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/theory/solvable.hpp"

namespace rgsweep::experiment {
namespace {

using Flow = std::vector<math::CumulantAccumulator>;

/// Two units of slope 1 on two inputs: f = first x_1 + second x_2.
struct LinearMap {
  nn::ReferenceNetwork network = [] {
    const Parameters point = make_point({{"activation.kind", "linear"}});
    return nn::ReferenceNetwork(nn::make_layout(point), nn::make_activation(point));
  }();
  Eigen::VectorXd theta;
  LinearMap(double first, double second) : theta(6) { theta << first, second, 0, 0, 1, 0; }
};

InputSource gaussian(std::size_t samples, std::uint64_t key = 1) {
  return {data::parse_distribution("gaussian"), {2}, samples, key};
}

struct Start {
  const char* distribution;
  int block;
};

class ExactMap : public testing::TestWithParam<Start> {};

// A network that is the map itself: every cumulant follows the recursion, within the errors of its estimate.
TEST_P(ExactMap, FollowsTheRecursion) {
  const auto [text, block] = GetParam();
  const Parameters point = make_point({{"task.block", std::to_string(block)}});
  const nn::Layout layout = nn::make_layout(point);
  const nn::Activation activation = nn::make_activation(point);
  const Eigen::VectorXd theta = theory::solvable_witness(layout, "none", activation);
  const data::Distribution start = data::parse_distribution(text);
  const data::RgMap map{block};
  const Flow flow = measure_flow(nn::ReferenceNetwork(layout, activation), theta, {start, map, 100000, 7}, 4);
  for (int step = 1; step <= 4; ++step) {
    const auto& after = flow[static_cast<std::size_t>(step) - 1];
    const auto k = after.k_statistics(), error = after.standard_errors();
    for (int n = 1; n <= 6; ++n) {
      const auto i = static_cast<std::size_t>(n) - 1;
      EXPECT_NEAR(k[i], map.flow_cumulant(start.cumulant(n), n, step), 4 * error[i])
          << "order " << n << " after step " << step;
    }
    // Narrow enough to tell this step from its neighbours, as long as there is something to tell.
    const double change = std::abs(map.flow_cumulant(start.cumulant(4), 4, step) * (1 - 1.0 / block));
    if (step == 1 && change > 0) {
      EXPECT_LT(4 * error[3], change);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Flow, ExactMap,
                         testing::Values(Start{"gaussian", 2}, Start{"uniform", 2}, Start{"laplace", 2},
                                         Start{"exponential", 2}, Start{"rademacher", 3},
                                         Start{"gamma(2)", 3}, Start{"bimodal(0.9)", 3}));

// Sums without rescaling: what the whole population sums to stays the same, so each number is used once.
TEST(Flow, TuplesAreDisjointAndInRandomOrder) {
  const LinearMap sum(1, 1);
  const Flow flow = measure_flow(sum.network, sum.theta, gaussian(512), 4);
  for (std::size_t step = 1; step < 4; ++step)
    EXPECT_NEAR(flow[step].mean() * static_cast<double>(flow[step].count()), flow[0].mean() * 512, 1e-10);
  // Step 2 as neighbours would have it: the same sum from other pairs.
  Stream stream(1, Purpose::observable, hash("flow 1"));
  const data::Inputs x = data::draw_inputs(data::parse_distribution("gaussian"), 2, 512, stream);
  const Eigen::ArrayXd first = x.col(0) + x.col(1);
  EXPECT_NEAR(flow[0].mean(), first.mean(), 1e-14);
  math::CumulantAccumulator neighbours;
  for (Eigen::Index i = 0; i < 256; ++i) {
    const double value = first[2 * i] + first[2 * i + 1];
    neighbours.add({&value, 1});
  }
  EXPECT_NEAR(flow[1].mean(), neighbours.mean(), 1e-12);
  EXPECT_GT(std::abs(flow[1].variance() - neighbours.variance()), 1e-6);
}

// x_1 alone: of a tuple, the first number goes on. Tiles must not mix the numbers of tuples.
TEST(Flow, EveryOutputIsThatOfItsTuple) {
  const LinearMap first(1, 0);
  const InputSource inputs = gaussian(5000);
  const Flow flow = measure_flow(first.network, first.theta, inputs, 3);
  Stream stream(1, Purpose::observable, hash("flow 1"));
  const data::Inputs x = data::draw_inputs(inputs.distribution, 2, 5000, stream);
  std::vector<double> population(x.col(0).begin(), x.col(0).end());
  for (std::size_t step = 1; step < 3; ++step) {
    Stream order(1, Purpose::observable, hash("flow " + std::to_string(step + 1)));
    for (std::size_t i = population.size(); i > 1; --i)
      std::swap(population[i - 1], population[order.below(i)]);
    std::vector<double> next;
    for (std::size_t i = 0; i + 1 < population.size(); i += 2) next.push_back(population[i]);
    population = next;
    math::CumulantAccumulator expected;
    expected.add(population);
    EXPECT_EQ(flow[step].count(), expected.count());
    EXPECT_NEAR(flow[step].mean(), expected.mean(), 1e-14);
    EXPECT_NEAR(flow[step].k_statistics()[2], expected.k_statistics()[2], 1e-13);
  }
}

TEST(Flow, ThePopulationShrinksUntilThereIsNone) {
  const LinearMap map(0.5, 0.5);
  const Flow flow = measure_flow(map.network, map.theta, gaussian(13), 6);
  const std::uint64_t left[] = {13, 6, 3, 1, 0, 0};
  for (std::size_t step = 0; step < 6; ++step) {
    EXPECT_EQ(flow[step].count(), left[step]);
    const auto k = flow[step].k_statistics();
    for (std::size_t n = 1; n <= 6; ++n) EXPECT_EQ(std::isnan(k[n - 1]), left[step] < n) << step << " " << n;
  }
}

TEST(Flow, StepsDoNotDependOnHowManyFollow) {
  const LinearMap map(0.6, 0.8);
  const Flow two = measure_flow(map.network, map.theta, gaussian(3000), 2),
             four = measure_flow(map.network, map.theta, gaussian(3000), 4),
             other = measure_flow(map.network, map.theta, gaussian(3000, 2), 2);
  EXPECT_TRUE(measure_flow(map.network, map.theta, gaussian(3000), 0).empty());
  for (std::size_t step = 0; step < 2; ++step) {
    EXPECT_EQ(two[step].k_statistics(), four[step].k_statistics());
    EXPECT_NE(two[step].mean(), other[step].mean());
  }
}

TEST(Flow, ThereIsNothingFromWhereAValueIsNotFinite) {
  const LinearMap nan(std::numeric_limits<double>::quiet_NaN(), 0), grows(1e120, 0);
  for (const auto& after : measure_flow(nan.network, nan.theta, gaussian(100), 3))
    EXPECT_EQ(after.count(), 0U);
  const Flow flow = measure_flow(grows.network, grows.theta, gaussian(100), 4);
  EXPECT_EQ(flow[1].count(), 50U);  // about 1e240
  EXPECT_EQ(flow[2].count(), 0U);
  EXPECT_EQ(flow[3].count(), 0U);
}

TEST(Flow, StopsOnRequest) {
  const LinearMap map(0.6, 0.8);
  InputSource inputs = gaussian(4000);
  int asked = 0;
  inputs.should_stop = [&] { return ++asked > 5; };  // the first step has four tiles
  EXPECT_THROW(measure_flow(map.network, map.theta, inputs, 3), nn::TrainingStopped);
  EXPECT_EQ(asked, 6);
}

}  // namespace
}  // namespace rgsweep::experiment

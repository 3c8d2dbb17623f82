#include "measurement.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "points.hpp"

namespace rgsweep::experiment {
namespace {

// Width 2, b = 2: theta = (w11, w12, w21, w22, v1, v2), row by row.
const Eigen::VectorXd& theta(std::initializer_list<double> values) {
  static Eigen::VectorXd result;
  result = Eigen::Map<const Eigen::VectorXd>(values.begin(), static_cast<Eigen::Index>(values.size()));
  return result;
}

nn::ReferenceNetwork network(const std::string& kind, const std::string& slope = "0.1") {
  const Parameters point = make_point({{"activation.kind", kind}, {"activation.slope", slope}});
  return {nn::make_layout(point), nn::make_activation(point)};
}

SymmetryResult symmetry_of(const nn::ReferenceNetwork& net, const Eigen::VectorXd& weights) {
  return measure_symmetry(net, weights, {data::parse_distribution("gaussian"), {2}, 100000, 1});
}

TEST(Measurement, DeltaOfKnownWeights) {
  const nn::Layout layout = network("linear").layout();
  const auto under = [](const char* symmetry) { return *layout_under(make_point(), symmetry); };
  const nn::Layout exchange = under("exchange"), full = under("full"), equivariant = under("equivariant"),
                   odd = under("odd");
  EXPECT_NEAR(symmetry_distance(layout, exchange, theta({1, 1, -2, -2, 1, 1})), 0, 1e-15);
  // Row means (2, 3): residuals (-1, 1), (1, -1); squares 4 of 1+9+16+4.
  EXPECT_NEAR(symmetry_distance(layout, exchange, theta({1, 3, 4, 2, 1, 1})), 4.0 / 30, 1e-15);
  EXPECT_NEAR(symmetry_distance(layout, full, theta({3, 3, 3, 3, 1, -7})), 0, 1e-15);
  // Mean 2.5: squares 2.25 + 0.25 + 2.25 + 0.25.
  EXPECT_NEAR(symmetry_distance(layout, full, theta({1, 3, 4, 2, 1, 1})), 5.0 / 30, 1e-15);
  // One channel: A on the diagonal and B off it; here the means 1.5 and 3.5, residuals -1/2 and 1/2 each.
  EXPECT_NEAR(symmetry_distance(layout, equivariant, theta({2, -3, -3, 2, 5, -1})), 0, 1e-15);
  EXPECT_NEAR(symmetry_distance(layout, equivariant, theta({1, 3, 4, 2, 1, 1})), 1.0 / 30, 1e-15);
  // Rows w and -w: of 1,3 and 4,2 that is half their difference, -1.5 and 0.5; what is left is half their
  // sum.
  EXPECT_NEAR(symmetry_distance(layout, odd, theta({1, 3, -1, -3, 5, 1})), 0, 1e-15);
  EXPECT_NEAR(symmetry_distance(layout, odd, theta({1, 3, 4, 2, 1, 1})), 25.0 / 30, 1e-15);
  EXPECT_TRUE(std::isnan(symmetry_distance(layout, full, theta({0, 0, 0, 0, 1, 1}))));
}

TEST(Measurement, NotEveryNetworkHasEverySymmetry) {
  const Parameters three = make_point({{"model.width", "3"}}),
                   graph = make_point({{"model.architecture", "gnn"}, {"model.features", "3"}});
  const Parameters triples = make_point({{"model.width", "6"}, {"task.block", "3"}});
  for (const char* symmetry : {"exchange", "full"})
    for (const Parameters* point : {&three, &graph, &triples})
      EXPECT_TRUE(layout_under(*point, symmetry)) << symmetry;
  EXPECT_FALSE(layout_under(three, "equivariant"));
  EXPECT_FALSE(layout_under(three, "odd"));
  EXPECT_FALSE(layout_under(graph, "equivariant"));
  EXPECT_FALSE(layout_under(graph, "odd"));
  EXPECT_TRUE(layout_under(triples, "equivariant"));
  EXPECT_TRUE(layout_under(triples, "odd"));
}

// Two nodes, one feature: W = (self 0; message self), so exchange asks for message = self.
TEST(Measurement, ExchangeOfAGraphTiesMessageAndSelfWeights) {
  const Parameters point = make_point({{"model.architecture", "gnn"}, {"model.features", "1"}});
  const nn::Layout layout = nn::make_layout(point), exchange = nn::make_layout(point, "exchange");
  Eigen::VectorXd weights = Eigen::VectorXd::Ones(static_cast<Eigen::Index>(layout.parameters()));
  EXPECT_NEAR(symmetry_distance(layout, exchange, weights), 0, 1e-15);
  const Eigen::MatrixXd tied = layout.weight(weights, 0);
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    weights.setOnes();
    weights[i] = 3;
    const Eigen::MatrixXd w = layout.weight(weights, 0);
    if (w == tied) continue;  // a readout weight
    EXPECT_GT(symmetry_distance(layout, exchange, weights), 0.01) << i;
  }
}

TEST(Measurement, OrderParameterOfKnownWeights) {
  const nn::Layout layout = network("linear").layout();
  EXPECT_NEAR(order_parameter(layout, theta({3, 4, 0, 5, 2, -2})), 0, 1e-15);
  EXPECT_NEAR(order_parameter(layout, theta({3, 4, 0, -5, 1, 3})), 1, 1e-15);
  EXPECT_NEAR(order_parameter(layout, theta({3, 4, 0, 5, 3, -1})), 0.5, 1e-15);
  const nn::Layout deep = nn::make_layout(make_point({{"model.depth", "2"}}));
  EXPECT_TRUE(
      std::isnan(order_parameter(deep, Eigen::VectorXd::Ones(static_cast<Eigen::Index>(deep.parameters())))));
}

// f = x_1: odd, linear, and half of its power changes sign of (x_1 - x_2): E (x_1 - x_2)^2 / 4 = 1/2.
TEST(Measurement, OddLinearAsymmetricOutput) {
  const SymmetryResult s = symmetry_of(network("linear"), theta({1, 0, 0, 0, 1, 0}));
  EXPECT_NEAR(s.even_fraction, 0, 1e-15);
  EXPECT_NEAR(s.exchange_asymmetry, 0.5, 0.01);
  EXPECT_NEAR(s.nonlinearity, 0, 1e-12);
}

// f = |x_1 + x_2|: even, invariant, and uncorrelated with every linear function.
TEST(Measurement, EvenInvariantOutput) {
  const SymmetryResult s = symmetry_of(network("relu"), theta({1, 1, -1, -1, 1, 1}));
  EXPECT_NEAR(s.even_fraction, 1, 1e-12);
  EXPECT_NEAR(s.exchange_asymmetry, 0, 1e-15);
  EXPECT_NEAR(s.nonlinearity, 1, 1e-3);
}

// f = relu(z), z Gaussian: even part |z|/2 has half of the power; of Var = 1/2 - 1/(2 pi) the fit explains
// 1/4.
TEST(Measurement, ReluOutput) {
  const SymmetryResult s = symmetry_of(network("relu"), theta({1, 1, 0, 0, 1, 0}));
  EXPECT_NEAR(s.even_fraction, 0.5, 0.01);
  EXPECT_NEAR(s.nonlinearity, 1 - 0.25 / (0.5 - 0.5 / std::numbers::pi), 0.01);
}

TEST(Measurement, NothingIsSaidOfAnOutputThatIsNotFinite) {
  for (const double weight : {0.0, 1e200, std::numeric_limits<double>::infinity()}) {
    const SymmetryResult s = symmetry_of(network("linear"), theta({weight, 0, 0, 0, weight, 0}));
    EXPECT_TRUE(std::isnan(s.even_fraction)) << weight;
    EXPECT_TRUE(std::isnan(s.exchange_asymmetry)) << weight;
    EXPECT_TRUE(std::isnan(s.nonlinearity)) << weight;
  }
}

TEST(Measurement, StopsBetweenTiles) {
  const InputSource inputs{data::parse_distribution("gaussian"), {2}, 100, 1, [] { return true; }};
  EXPECT_THROW(measure_test(network("linear"), theta({1, 0, 0, 0, 1, 0}), inputs), nn::TrainingStopped);
}

TEST(Measurement, TestErrorOfKnownWeights) {
  const data::Distribution uniform = data::parse_distribution("uniform");
  const double w = 1 / std::numbers::sqrt2;
  const TestResult exact =
      measure_test(network("relu"), theta({w, w, -w, -w, 1, -1}), {uniform, {2}, 20000, 3});
  EXPECT_NEAR(exact.mse, 0, 1e-30);
  EXPECT_EQ(exact.output.count(), 20000U);
  EXPECT_NEAR(exact.output.variance(), 1, 0.05);
  // f = 0 misses everything: E y^2 = 1.
  const TestResult zero = measure_test(network("relu"), theta({0, 0, 0, 0, 0, 0}), {uniform, {2}, 20000, 3});
  EXPECT_NEAR(zero.mse, 1, 0.05);
}

}  // namespace
}  // namespace rgsweep::experiment

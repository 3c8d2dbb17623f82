#include "weights.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "points.hpp"
#include "rgsweep/nn/reference_network.hpp"

namespace rgsweep::experiment {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Eigen::VectorXd some_theta(const nn::Layout& layout) {
  Eigen::VectorXd theta(static_cast<Eigen::Index>(layout.parameters()));
  for (Eigen::Index i = 0; i < theta.size(); ++i) theta[i] = std::sin(static_cast<double>(i) + 1);
  return theta;
}

/// f(x) from the list of numbers and the words of weights_layout() alone, for leaky_relu.
double rebuilt(const std::vector<double>& numbers, std::size_t depth, std::size_t units, double slope,
               std::vector<double> h) {
  auto next = numbers.begin();
  for (std::size_t l = 1; l <= depth; ++l) {
    std::vector<double> z(units, 0);
    for (double& sum : z)
      for (const double input : h) sum += *next++ * input;
    for (double& sum : z) {
      sum += *next++;
      if (sum < 0) sum *= slope;
    }
    h = z;
  }
  double f = 0;
  for (const double unit : h) f += *next++ * unit;
  f += *next++;
  EXPECT_EQ(next, numbers.end());
  return f;
}

TEST(Weights, OfASmallNetworkInOrder) {
  const Parameters point = make_point({{"model.bias", "all"}, {"model.symmetry", "exchange"}});
  const nn::Layout layout = nn::make_layout(point);
  ASSERT_EQ(layout.parameters(), 7U);  // w_1, w_2, b_1, b_2, v_1, v_2, c
  Eigen::VectorXd theta(7);
  theta << 1, 2, 3, 4, 5, 6, 7;
  std::vector<double> numbers(11, nan);
  write_weights(layout, theta, numbers);
  const std::vector<double> expected{1, 1, 2, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(weights_count(point), 9U);
  EXPECT_EQ(std::vector<double>(numbers.begin(), numbers.begin() + 9), expected);
  EXPECT_TRUE(std::isnan(numbers[9]) && std::isnan(numbers[10]));
  std::vector<double> narrow(8);
  EXPECT_THROW(write_weights(layout, theta, narrow), std::logic_error);
}

TEST(Weights, AreAllThatANetworkIsMadeOf) {
  const Settings networks[] = {
      {{"model.width", "3"}, {"model.depth", "3"}},
      {{"model.width", "6"}, {"model.symmetry", "equivariant"}, {"task.block", "3"}, {"model.depth", "2"}},
      {{"model.width", "4"}, {"model.symmetry", "odd"}, {"model.bias", "all"}, {"model.depth", "2"}},
      {{"model.symmetry", "full"}, {"model.bias", "output"}},
      {{"model.symmetry", "exchange"}, {"training.symmetry_penalty", "0.5"}},
      {{"model.architecture", "gnn"}, {"model.graph", "ring"}, {"task.block", "4"}, {"model.depth", "3"}},
      {{"model.architecture", "gnn"},
       {"model.readout", "sum"},
       {"model.symmetry", "odd"},
       {"model.bias", "all"}},
  };
  for (Settings settings : networks) {
    settings.emplace_back("activation.slope", "0.3");
    const Parameters point = make_point(settings);
    const nn::Layout layout = nn::make_layout(point);
    const Eigen::VectorXd theta = some_theta(layout);
    std::vector<double> numbers(weights_count(point), nan);
    write_weights(layout, theta, numbers);
    const auto block = static_cast<std::size_t>(layout.inputs());
    std::vector<double> x(block);
    Eigen::ArrayXXd row(1, layout.inputs());
    for (std::size_t i = 0; i < block; ++i)
      row(0, static_cast<Eigen::Index>(i)) = x[i] = std::cos(3 * static_cast<double>(i));
    const double f = nn::ReferenceNetwork(layout, nn::make_activation(point)).output(theta, row)[0];
    EXPECT_NEAR(rebuilt(numbers, static_cast<std::size_t>(layout.depth()),
                        static_cast<std::size_t>(nn::hidden_units(point)), 0.3, x),
                f, 1e-13)
        << point.canonical_text();
  }
}

TEST(Weights, EndWithTheCoefficientsOfLearnableActivations) {
  const Parameters point = make_point({{"activation.kind", "spline"},
                                       {"activation.knots", "4"},
                                       {"activation.degree", "2"},
                                       {"model.symmetry", "exchange"},
                                       {"model.depth", "2"}});
  const nn::Layout layout = nn::make_layout(point);
  const Eigen::VectorXd theta = some_theta(layout);
  const std::size_t matrices = 2 * 2 + 2 + 2 * 2 + 2 + 2 + 1, coefficients = 5;
  ASSERT_EQ(weights_count(point), matrices + 2 * coefficients);
  std::vector<double> numbers(weights_count(point), nan);
  write_weights(layout, theta, numbers);
  for (std::size_t i = 0; i < 2 * coefficients; ++i)
    EXPECT_EQ(numbers[matrices + i], theta[theta.size() - 10 + static_cast<Eigen::Index>(i)]);
}

}  // namespace
}  // namespace rgsweep::experiment

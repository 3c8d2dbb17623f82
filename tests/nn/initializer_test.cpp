#include "rgsweep/nn/initializer.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "test_keys.hpp"

namespace rgsweep::nn {
namespace {

/// 4 inputs, 500 units: 2000 + 500 weights.
Parameters wide(const char* init) {
  return test_parameters({{"task.block", "4"},
                          {"model.width", "500"},
                          {"model.bias", "all"},
                          {"model.init", init},
                          {"model.init_scale", "2"}});
}

TEST(Initializer, VarianceFollowsFanInAndBiasesStartAtZero) {
  for (const Initializer& initializer : initializers()) {
    const Parameters parameters = wide(std::string(initializer.name).c_str());
    const Layout layout = make_layout(parameters);
    const Vector<double> theta = initial_parameters(layout, parameters, 7);
    const Matrix<double> W = layout.weight(theta, 0), v = layout.weight(theta, 1);
    // Five standard errors of the mean, and of the mean square (at most 2 / n relative variance).
    EXPECT_NEAR(W.mean(), 0, 5 * 1.0 / std::sqrt(2000.0));
    EXPECT_NEAR(W.squaredNorm() / 2000, 4.0 / 4, 5 * std::sqrt(2 / 2000.0));
    EXPECT_NEAR(v.squaredNorm() / 500, 4.0 / 500, 4.0 / 500 * 5 * std::sqrt(2 / 500.0));
    EXPECT_TRUE(layout.bias(theta, 0).isZero(0) && layout.bias(theta, 1).isZero(0));
  }
}

TEST(Initializer, UniformStaysInItsRange) {
  const Parameters parameters = wide("uniform");
  const Layout layout = make_layout(parameters);
  const Matrix<double> W = layout.weight(initial_parameters(layout, parameters, 7), 0);
  const double bound = 2 * std::sqrt(3.0 / 4);
  EXPECT_LT(W.cwiseAbs().maxCoeff(), bound);
  EXPECT_GT(W.cwiseAbs().maxCoeff(), 0.98 * bound);
}

TEST(Initializer, NormalIsNotUniform) {
  const Parameters parameters = wide("normal");
  const Layout layout = make_layout(parameters);
  EXPECT_GT(layout.weight(initial_parameters(layout, parameters, 7), 0).cwiseAbs().maxCoeff(), 2.5);
}

TEST(Initializer, DependsOnTheStreamKeyOnly) {
  const Parameters parameters = wide("normal");
  const Layout layout = make_layout(parameters);
  const Vector<double> theta = initial_parameters(layout, parameters, 7);
  EXPECT_EQ(theta, initial_parameters(layout, parameters, 7));
  EXPECT_NE(theta, initial_parameters(layout, parameters, 8));
}

TEST(Initializer, FirstLayersKeepTheirDrawsInADeeperNetwork) {
  const Parameters shallow = test_parameters({{"model.depth", "1"}}),
                   deep = test_parameters({{"model.depth", "3"}});
  const Layout one = make_layout(shallow), three = make_layout(deep);
  EXPECT_EQ(one.weight(initial_parameters(one, shallow, 3), 0),
            three.weight(initial_parameters(three, deep, 3), 0));
}

TEST(Initializer, EveryLayersSplineStartsNearLeakyRelu) {
  const Parameters parameters = test_parameters({{"activation.kind", "spline"},
                                                 {"activation.slope", "0.2"},
                                                 {"model.depth", "3"},
                                                 {"model.bias", "all"}});
  const Layout layout = make_layout(parameters);
  const Vector<double> theta = initial_parameters(layout, parameters, 7);
  for (std::size_t l = 0; l < 3; ++l)
    EXPECT_EQ(layout.coefficients(theta, l), SplineBasis(9, 3, 3).leaky_relu(0.2)) << l;
}

TEST(Initializer, ASplineDoesNotChangeTheWeightsDraws) {
  const Parameters leaky = test_parameters({{"model.depth", "2"}}),
                   spline = test_parameters({{"model.depth", "2"}, {"activation.kind", "spline"}});
  const Vector<double> of_leaky = initial_parameters(make_layout(leaky), leaky, 7);
  EXPECT_EQ(initial_parameters(make_layout(spline), spline, 7).head(of_leaky.size()), of_leaky);
}

TEST(Initializer, UnknownNameIsAUsageError) {
  const Parameters parameters = test_parameters({{"model.init", "norml"}});
  EXPECT_THROW(initial_parameters(make_layout(parameters), parameters, 1), UsageError);
}

}  // namespace
}  // namespace rgsweep::nn

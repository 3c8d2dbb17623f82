// Trained networks against what is known for certain: depth 1, b = 2, no biases, Gaussian inputs, width 2.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "points.hpp"
#include "rgsweep/theory/plateau.hpp"

namespace rgsweep::experiment {
namespace {

struct Outcome {
  Schema schema;
  Row row;
  double number(std::string_view column) { return schema.value(row, column); }
};

Outcome train(const std::vector<std::pair<std::string, std::string>>& settings) {
  const Parameters point = make_point(settings);
  Schema schema = schema_for(point);
  Row row = run_point(point, schema, {});
  return {std::move(schema), std::move(row)};
}

class Slope : public ::testing::TestWithParam<const char*> {};

// Tied units keep their signs: with equal signs the loss stays at plateau(a), with opposite ones it vanishes.
TEST_P(Slope, ExchangeIsStuckAtThePlateauOrSolves) {
  const double plateau = theory::plateau(std::stod(GetParam()));
  const int seeds = 32;
  int stuck = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    Outcome run = train({{"model.symmetry", "exchange"},
                         {"activation.slope", GetParam()},
                         {"sweep.seed", std::to_string(seed)}});
    const double mse = run.number("test_mse"), m = run.number("order_parameter");
    if (mse > plateau / 2) {
      ++stuck;
      EXPECT_NEAR(mse, plateau, 0.03 * plateau) << "seed " << seed;
      EXPECT_GT(std::abs(m), 0.05) << "seed " << seed;  // what is left of the even part
    } else {
      EXPECT_LT(mse, 1e-6) << "seed " << seed;
      EXPECT_LT(run.number("even_fraction"), 1e-6) << "seed " << seed;
      EXPECT_NEAR(m, 0, 1e-3) << "seed " << seed;
    }
    EXPECT_EQ(run.number("delta_exchange"), 0);
  }
  // Binomial(32, 1/2): 8 to 24 is three standard deviations wide on each side.
  EXPECT_GE(stuck, 8);
  EXPECT_LE(stuck, 24);
}

TEST_P(Slope, FreeWeightsMostlySolve) {
  const int seeds = 16;
  int solved = 0;
  for (int seed = 0; seed < seeds; ++seed)
    solved +=
        train({{"activation.slope", GetParam()}, {"sweep.seed", std::to_string(seed)}}).number("test_mse") <
        1e-4;
  EXPECT_GT(solved, seeds / 2);
}

INSTANTIATE_TEST_SUITE_P(Solvable, Slope, ::testing::Values("0", "0.2", "0.5"));

/// The least test error of some seeds.
double best_of(std::vector<std::pair<std::string, std::string>> settings, int seeds) {
  double best = INFINITY;
  for (int seed = 0; seed < seeds; ++seed) {
    settings.emplace_back("sweep.seed", std::to_string(seed));
    best = std::min(best, train(settings).number("test_mse"));
    settings.pop_back();
  }
  return best;
}

enum Known { unknown, no, yes };

struct Infimum {
  const char* symmetry;
  const char* kind;
  Known attained, recursion;
};

// theory_min_mse is what the best of some trainings comes to and none goes below: where finite weights attain
// it, to rounding; where none do, only ever from above.
TEST(SolvableInfimum, IsWhatTheBestTrainingReaches) {
  for (const Infimum& known : {Infimum{"none", "leaky_relu", yes, yes},
                               {"exchange", "leaky_relu", yes, yes},
                               {"full", "leaky_relu", yes, no},
                               {"equivariant", "leaky_relu", yes, no},
                               {"exchange", "quadratic", yes, yes},
                               {"full", "quadratic", no, no}}) {
    const std::vector<std::pair<std::string, std::string>> settings = {
        {"model.symmetry", known.symmetry}, {"activation.kind", known.kind}, {"activation.alpha", "0.3"}};
    const std::string what = std::string(known.symmetry) + " " + known.kind;
    Outcome one = train(settings);
    const double infimum = one.number("theory_min_mse"), best = best_of(settings, 8);
    EXPECT_EQ(one.number("theory_attained"), known.attained) << what;
    EXPECT_EQ(one.number("theory_recursion"), known.recursion) << what;
    // Test samples and the noise of sgd leave 3 % of a plateau.
    EXPECT_GT(best, 0.97 * infimum) << what;
    if (known.attained == yes) {
      EXPECT_LT(best, 1.03 * infimum + 1e-8) << what;
    } else {
      EXPECT_EQ(infimum, 0) << what;
      EXPECT_GT(best, 1e-4) << what;
      EXPECT_LT(best, 0.1) << what;
    }
  }
}

TEST(SolvableInfimum, IsUnknownWhereTheorySaysNothing) {
  Outcome spline =
      train({{"activation.kind", "spline"}, {"training.steps", "10"}, {"task.test_samples", "100"}});
  EXPECT_TRUE(std::isnan(spline.number("theory_min_mse")));
  EXPECT_EQ(spline.number("theory_attained"), unknown);
  EXPECT_EQ(spline.number("theory_recursion"), unknown);
}

TEST(SolvableLinear, GeneralisesUnderEverySymmetryOnEveryDistribution) {
  for (const char* symmetry : {"none", "exchange"})
    for (int seed = 0; seed < 4; ++seed) {
      Outcome run = train({{"activation.kind", "linear"},
                           {"model.symmetry", symmetry},
                           {"sweep.seed", std::to_string(seed)},
                           {"task.test",
                            "gaussian, uniform, laplace, exponential, rademacher, gamma(2), bimodal(0.9), "
                            "student_t(5)"}});
      for (double mse : run.schema.values(run.row, "test_mse"))
        EXPECT_LT(mse, 1e-9) << symmetry << " " << seed;
    }
}

}  // namespace
}  // namespace rgsweep::experiment

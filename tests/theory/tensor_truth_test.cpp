// Tensor rules for smooth activations: against draws, against polynomials whose cumulants are known, and
// coarse rules against fine ones.
#include <cmath>
#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include "networks.hpp"
#include "rgsweep/data/rg_map.hpp"
#include "rgsweep/math/cumulant_accumulator.hpp"
#include "rgsweep/math/moments.hpp"
#include "truth_schemes.hpp"

namespace rgsweep::theory {
namespace {

data::Distribution distribution(const char* text) {
  return data::parse_distribution(text);
}

TEST(TensorTruth, AgreesWithDraws) {
  const std::pair<nn::Activation, int> cases[] = {{nn::Tanh{}, 6}, {nn::Quadratic{0.1}, 2}};
  for (const auto& [activation, orders] : cases)
    for (const char* text : {"gaussian", "uniform", "exponential", "gamma(0.6)", "bimodal(0.95)"})
      for (const int block : {2, 3}) {
        const nn::Layout layout = mlp(block, 2, 3);
        const nn::Vector<double> theta = random_theta(layout, 1);
        TruthOptions options;
        options.max_points = 300000;
        const LayerTruth truth = TruthIntegrator(distribution(text), options)(layout, theta, activation);
        Stream stream(2, Purpose::observable, 0);
        const Eigen::ArrayXXd X = data::draw_inputs(distribution(text), block, 50000, stream);
        const auto trace = nn::ReferenceNetwork(layout, activation).trace(theta, X);
        const auto compare = [&, highest = orders](const TrueCumulants& of, const Eigen::ArrayXXd& values,
                                                   const std::string& what) {
          for (Eigen::Index u = 0; u < values.cols(); ++u) {
            math::CumulantAccumulator drawn;
            drawn.add({values.col(u).data(), static_cast<std::size_t>(values.rows())});
            for (Eigen::Index n = 0; n < highest; ++n) {
              const auto at = static_cast<std::size_t>(n);
              EXPECT_LT(std::abs(of.value(u, n) - drawn.k_statistics()[at]), 5 * drawn.standard_errors()[at])
                  << text << " " << what << ", b = " << block << ", order " << n + 1;
            }
          }
        };
        for (std::size_t l = 0; l < 2; ++l) {
          compare(truth.pre[l], trace.pre[l], "before");
          compare(truth.post[l], trace.post[l], "after");
        }
        compare(truth.output, trace.output, "output");
      }
}

// z + alpha z^2 of one exponential input plus the other: moments from those of the inputs.
TEST(TensorTruth, QuadraticOfInputsWithKnownMoments) {
  for (const char* text : {"uniform", "laplace", "exponential", "gamma(2)", "bimodal(0.7)"}) {
    const nn::Layout layout = mlp(2, 1, 1);
    const nn::Vector<double> theta = (nn::Vector<double>(5) << 0.5, -0.5, 0.1, 1, 0).finished();
    const double alpha = 0.8;
    const LayerTruth truth = TruthIntegrator(distribution(text))(layout, theta, nn::Quadratic{alpha});
    // z = (x_1 - x_2)/2 + 0.1 has cumulants kappa_n (1 + (-1)^n) / 2^n; f needs its moments to order 8 here.
    std::vector<double> kappa{0.1};
    for (int n = 2; n <= 8; ++n)
      kappa.push_back(distribution(text).cumulant(n) * (n % 2 == 0 ? 2 : 0) / std::pow(2, n));
    const std::vector<double> m = math::raw_moments_from_cumulants(kappa);
    std::vector<double> moments;  // E[z^n (1 + alpha z)^n], n = 1..4
    for (int n = 1; n <= 4; ++n) {
      double sum = 0, binomial = 1;
      for (int k = 0; k <= n; ++k) {
        sum += binomial * std::pow(alpha, k) * m[static_cast<std::size_t>(n + k) - 1];
        binomial = binomial * (n - k) / (k + 1);
      }
      moments.push_back(sum);
    }
    const std::vector<double> exact = math::cumulants_from_raw_moments(moments);
    for (Eigen::Index n = 0; n < 4; ++n) {
      const double truth_n = exact[static_cast<std::size_t>(n)];
      EXPECT_LE(std::abs(truth.output.value(0, n) - truth_n),
                truth.output.error(0, n) + 1e-14 * std::abs(truth_n))
          << text << ", order " << n + 1;
      EXPECT_LT(truth.output.error(0, n), 1e-10 * (1 + std::abs(truth_n))) << text;
    }
  }
}

// Steep tanh: the estimate of a small rule covers its distance from a much larger one.
TEST(TensorTruth, EstimatesCoverTheErrorOfSmallRules) {
  for (const char* text : {"gaussian", "uniform", "laplace", "exponential", "student_t(5)"})
    for (const double scale : {1.0, 3.0}) {
      const nn::Layout layout = mlp(2, 2, 3);
      const nn::Vector<double> theta = random_theta(layout, 3, scale);
      LayerTruth finest;
      for (const std::size_t points :
           {std::size_t{400000}, std::size_t{20000}, std::size_t{4096}, std::size_t{1024}}) {
        TruthOptions options;
        options.max_points = points;
        const LayerTruth truth = TruthIntegrator(distribution(text), options)(layout, theta, nn::Tanh{});
        EXPECT_LE(truth.evaluations, points);
        if (points == 400000) {
          finest = truth;
          EXPECT_TRUE((truth.output.error.row(0) < (scale > 1 ? 1e-2 : 1e-6)).all())
              << text << " " << scale << "\n"
              << truth.output.error;
          continue;
        }
        if (truth.evaluations == 0) continue;  // no two rules were that small
        EXPECT_TRUE(
            ((truth.output.value - finest.output.value).abs() <= truth.output.error + finest.output.error)
                .all())
            << text << ", scale " << scale << ", " << points << " points:\n"
            << (truth.output.value - finest.output.value) << "\n"
            << truth.output.error;
      }
    }
}

// Where not even two rules fit, there is no value, and the error says so.
TEST(TensorTruth, NoValueWithoutTwoRules) {
  const nn::Layout layout = mlp(2, 1, 2);
  TruthOptions options;
  options.max_points = 100;  // one rule of 8 x 8
  const LayerTruth truth =
      TruthIntegrator(distribution("gaussian"), options)(layout, random_theta(layout, 4), nn::Tanh{});
  EXPECT_TRUE(truth.output.value.isNaN().all());
  EXPECT_TRUE(truth.pre[0].value.allFinite());
}

TEST(TruthInputs, RulesIntegrateTheMoments) {
  for (const char* text : {"gaussian", "uniform", "laplace", "exponential", "gamma(0.6)", "gamma(30)",
                           "bimodal(0.95)", "student_t(9)"}) {
    const TruthInputs inputs(distribution(text));
    std::vector<double> kappa;
    for (int n = 1; n <= 6; ++n) kappa.push_back(distribution(text).cumulant(n));
    const std::vector<double> exact = math::raw_moments_from_cumulants(kappa);
    int levels = 0;
    for (std::size_t level = 0; const math::QuadratureRule* rule = inputs.rule(6, level); ++level, ++levels) {
      if (rule->nodes.size() > 600) break;
      // Gauss rules are exact; composite ones only approximately, and few points a panel not even that.
      const double tolerance = level < 4 && std::isinf(inputs.moments_below()) ? 1e-10 : 1e-2;
      Eigen::ArrayXd power = rule->weights;
      EXPECT_NEAR(power.sum(), 1, tolerance) << text << ", level " << level;
      for (std::size_t n = 1; n <= 6; ++n) {
        power *= rule->nodes;
        EXPECT_NEAR(power.sum(), exact[n - 1],
                    tolerance * (1 + std::abs(exact[n - 1]) + exact[n % 2 == 0 ? n - 1 : n - 2 + (n == 1)]))
            << text << ", level " << level << ", order " << n;
      }
    }
    EXPECT_GE(levels, 4);
  }
}

// A share of the tail beyond the end, by integrating p itself.
TEST(TruthInputs, KnowsWhatHeavyTailsLeaveOut) {
  const TruthInputs inputs(distribution("student_t(3.5)"));
  const InputDensity& density = inputs.density(3);
  const double q = 3, end = density.high();
  double tail = 0;
  for (double t = end; t < 1e12 * end; t *= 1.001)
    tail += std::pow(1.0005 * t, q) * density.density(1.0005 * t) * 0.001 * t;
  EXPECT_NEAR(inputs.cut_share(3, q) * density.absolute_moments()[3] / (2 * tail), 1, 1e-2);
  EXPECT_EQ(TruthInputs(distribution("gaussian")).cut_share(6, 3), 0);
}

}  // namespace
}  // namespace rgsweep::theory

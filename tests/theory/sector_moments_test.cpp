// Moments of sectors against those of polygons, and whole networks of linear sectors against polygons.
#include "sector_moments.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

#include "networks.hpp"
#include "polygon_moments.hpp"
#include "truth_schemes.hpp"

namespace rgsweep::theory {
namespace {

constexpr double pi = std::numbers::pi;

data::Distribution distribution(const char* text) {
  return data::parse_distribution(text);
}

double binomial(int n, int k) {
  return std::round(std::tgamma(n + 1) / std::tgamma(k + 1) / std::tgamma(n - k + 1));
}

// Half-planes through 0, whose lines have any angle.
TEST(SectorMoments, HalfPlanesAreThoseOfPolygons) {
  for (const char* text : {"gaussian", "uniform", "laplace", "bimodal(0.7)"}) {
    const TruthInputs inputs(distribution(text));
    const SectorMoments* sectors = inputs.sectors();
    ASSERT_NE(sectors, nullptr) << text;
    const InputDensity& density = inputs.density(6);
    for (const double angle : {-3.0, -2.4, -0.8, -0.1, 0.0}) {
      // Counterclockwise from the ray at `angle`: -x sin + y cos > 0.
      const Line line{0, -std::sin(angle), std::cos(angle)};
      const PolygonMoments half =
          polygon_moments(density, divide(square(density.low(), density.high()), line).second);
      const SectorMoments::Row actual = sectors->up_to(angle + pi) - sectors->up_to(angle);
      for (int i = 0; i <= 6; ++i)
        for (int j = 0; i + j <= 6; ++j) {
          const double value = actual[SectorMoments::at(i, j)] / binomial(i + j, i);
          EXPECT_NEAR(value, half.value(i, j), half.error(i, j) + sectors->error()[SectorMoments::at(i, j)])
              << text << ", angle " << angle << ", " << i << " " << j;
        }
    }
    EXPECT_LT(sectors->error().maxCoeff(), 1e-10) << text;
  }
}

// Angles see all scales of heavy tails near the axes: polygons do these.
TEST(SectorMoments, DoNotResolveHeavyTails) {
  EXPECT_EQ(TruthInputs(distribution("student_t(5)")).sectors(), nullptr);
}

TruthProblem problem_of(const nn::Layout& layout, const nn::Vector<double>& theta, double slope) {
  const nn::Activation activation = nn::LeakyRelu{slope};
  return {nn::ReferenceNetwork(layout, activation), theta, pieces(activation),
          std::numeric_limits<double>::infinity()};
}

void expect_same(const TrueCumulants& a, const TrueCumulants& b, const std::string& what) {
  for (Eigen::Index u = 0; u < a.value.rows(); ++u)
    for (Eigen::Index n = 0; n < 6; ++n) {
      EXPECT_LE(std::abs(a.value(u, n) - b.value(u, n)), a.error(u, n) + b.error(u, n))
          << what << ", unit " << u << ", order " << n + 1;
      // The sixth moments of exponential inputs are hundreds of sigma^6.
      EXPECT_LE(a.error(u, n), 1e-8 * (1 + std::pow(b.value(u, 1), (static_cast<double>(n) + 1) / 2) +
                                       std::abs(b.value(u, n))))
          << what << ", unit " << u << ", order " << n + 1;
    }
}

TEST(HomogeneousTruth, AgreesWithPolygons) {
  int resolved = 0;
  for (const char* text : {"gaussian", "uniform", "laplace", "exponential", "gamma(2)", "bimodal(0.9)"}) {
    const TruthInputs inputs(distribution(text));
    const SectorMoments* sectors = inputs.sectors();
    if (sectors == nullptr) continue;
    ++resolved;
    for (const int depth : {1, 2, 3})
      for (const double slope : {-0.3, 0.0, 0.2}) {
        const nn::Layout layout = mlp(2, depth, 5, "output");
        nn::Vector<double> theta = random_theta(layout, 40, 1.5);
        theta.segment(2, 2).setZero();         // a unit without weights,
        theta.segment(6, 2) = -theta.head(2);  // opposite ones,
        theta.segment(8, 2) << 0, 1;           // and one along an axis
        const TruthProblem problem = problem_of(layout, theta, slope);
        ASSERT_TRUE(is_homogeneous(problem));
        const LayerTruth a = homogeneous_moments(problem, *sectors).table.cumulants(INFINITY, 1);
        const LayerTruth b =
            piecewise_linear_moments(problem, inputs.density(6), {}).table.cumulants(INFINITY, 1);
        const std::string what = std::string(text) + ", depth " + std::to_string(depth);
        for (std::size_t l = 0; l < a.pre.size(); ++l) {
          expect_same(a.pre[l], b.pre[l], what + " before");
          expect_same(a.post[l], b.post[l], what + " after");
        }
        expect_same(a.output, b.output, what + " output");
        EXPECT_LE(std::abs(a.mse - b.mse), a.mse_error + b.mse_error) << what;
        EXPECT_LT(a.mse_error, 1e-10 * (1 + a.mse)) << what;
      }
  }
  EXPECT_GE(resolved, 4);
}

TEST(HomogeneousTruth, AppliesWithoutHiddenBiasesOnly) {
  const auto applies = [](const char* bias, double value) {
    const nn::Layout layout = mlp(2, 2, 3, bias);
    nn::Vector<double> theta = random_theta(layout, 41);
    theta[0] = value;
    return is_homogeneous(problem_of(layout, theta, 0.1));
  };
  EXPECT_TRUE(applies("none", 1));
  EXPECT_TRUE(applies("output", 1));
  EXPECT_FALSE(applies("all", 1));
  EXPECT_FALSE(applies("none", std::nan("")));
}

}  // namespace
}  // namespace rgsweep::theory

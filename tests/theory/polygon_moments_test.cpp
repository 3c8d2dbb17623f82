// Division of polygons, and their moments against closed forms and sums over parts.
#include "polygon_moments.hpp"

#include <cmath>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

#include "rgsweep/core/rng.hpp"
#include "rgsweep/math/moments.hpp"

namespace rgsweep::theory {
namespace {

double area(const Polygon& polygon) {
  double twice = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Corner &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    twice += a.x * b.y - b.x * a.y;
  }
  return twice / 2;
}

// Corners lie on their own edge's line and on the one before.
void expect_consistent(const Polygon& polygon) {
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Corner &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    const double scale = std::abs(a.edge.b) + std::abs(a.edge.c) + std::abs(a.edge.a);
    EXPECT_NEAR(a.edge.at(a.x, a.y), 0, 1e-11 * scale * (1 + std::abs(a.x) + std::abs(a.y)));
    EXPECT_NEAR(a.edge.at(b.x, b.y), 0, 1e-11 * scale * (1 + std::abs(b.x) + std::abs(b.y)));
  }
}

std::vector<Polygon> divided(const Polygon& whole, const std::vector<Line>& lines) {
  std::vector<Polygon> parts{whole};
  for (const Line& line : lines) {
    std::vector<Polygon> next;
    for (const Polygon& part : parts) {
      if (side(part, line) != 0) {
        next.push_back(part);
        continue;
      }
      auto [below, above] = divide(part, line);
      next.push_back(below);
      next.push_back(above);
    }
    parts = next;
  }
  return parts;
}

std::vector<Line> random_lines(int n, std::uint64_t key) {
  Stream stream(key, Purpose::observable, 0);
  std::vector<Line> lines;
  for (int i = 0; i < n; ++i) {
    const double a = stream.normal(), b = stream.normal();
    lines.push_back({a, b, stream.normal()});
  }
  return lines;
}

TEST(Polygon, SquareInTwo) {
  const Polygon whole = square(-1, 1);
  const Line diagonal{0, 1, -1};  // through two corners
  EXPECT_EQ(side(whole, diagonal), 0);
  const auto [above, below] = divide(whole, diagonal);
  EXPECT_DOUBLE_EQ(area(above), 2);
  EXPECT_DOUBLE_EQ(area(below), 2);
  EXPECT_EQ(above.size(), 3U);
  const auto [left, right] = divide(whole, Line{0.5, 1, 0});
  EXPECT_DOUBLE_EQ(area(left), 1);
  EXPECT_DOUBLE_EQ(area(right), 3);
  EXPECT_EQ(side(whole, Line{3, 1, 0}), 1);
  EXPECT_EQ(side(whole, Line{-1, 1, 0}), -1);  // along a side
}

TEST(Polygon, PartsOfManyLinesFillTheWhole) {
  const std::vector<Line> lines = random_lines(20, 1);
  const std::vector<Polygon> parts = divided(square(-4, 4), lines);
  EXPECT_GT(parts.size(), 80U);
  EXPECT_LE(parts.size(), 211U);  // 1 + 20 + 190
  double total = 0;
  for (const Polygon& part : parts) {
    EXPECT_GT(area(part), 0);
    expect_consistent(part);
    total += area(part);
    for (const Line& line : lines) EXPECT_NE(side(part, line), 0);
  }
  EXPECT_NEAR(total, 64, 1e-10);
}

TEST(Polygon, LinesKeepTheirPlaceInAVastSquare) {
  const Polygon whole = square(-0x1p100, 0x1p100);
  const auto [below, above] = divide(whole, Line{1, 1, 2});
  const auto [corner, rest] = divide(below, Line{-3, 1, -1});
  bool found = false;  // the lines meet at (5/3, -4/3)
  for (const Corner& c : corner)
    found = found || (std::abs(c.x - 5.0 / 3) < 1e-12 && std::abs(c.y + 4.0 / 3) < 1e-12);
  EXPECT_TRUE(found);
}

TEST(PolygonMoments, WholeSquareIsTheProduct) {
  for (const char* text : {"gaussian", "uniform", "laplace", "exponential", "gamma(2)", "gamma(0.5)",
                           "bimodal(0.95)", "student_t(9)"}) {
    const data::Distribution distribution = data::parse_distribution(text);
    const InputDensity density(distribution);
    const PolygonMoments M = polygon_moments(density, square(density.low(), density.high()));
    std::vector<double> cumulants{-density.origin()};
    for (int n = 2; n <= 6; ++n) cumulants.push_back(distribution.cumulant(n));
    std::vector<double> raw = math::raw_moments_from_cumulants(cumulants);
    raw.insert(raw.begin(), 1);
    for (int i = 0; i <= 6; ++i)
      for (int j = 0; i + j <= 6; ++j) {
        const double expected = raw[static_cast<std::size_t>(i)] * raw[static_cast<std::size_t>(j)];
        EXPECT_LE(std::abs(M.value(i, j) - expected), M.error(i, j)) << text << " " << i << j;
        EXPECT_LE(M.error(i, j), 1e-7 * (1 + std::abs(expected))) << text << " " << i << j;
      }
  }
}

// A wedge of angle alpha from the origin, Gaussian: M_ij = E[r^n] integral cos^i sin^j / 2 pi.
TEST(PolygonMoments, GaussianWedge) {
  const InputDensity density(data::parse_distribution("gaussian"));
  for (const double slope : {0.3, 1.0, 40.0}) {
    const auto upper = divide(square(density.low(), density.high()), Line{0, 0, 1}).second;
    const Polygon wedge = divide(upper, Line{0, slope, -1}).second;  // 0 < y < slope x
    const double alpha = std::atan(slope);
    const PolygonMoments M = polygon_moments(density, wedge);
    EXPECT_NEAR(M.value(0, 0), alpha / (2 * std::numbers::pi), 1e-14);
    EXPECT_NEAR(M.value(1, 1), 2 * std::sin(alpha) * std::sin(alpha) / 2 / (2 * std::numbers::pi), 1e-14);
    const double root = std::sqrt(std::numbers::pi / 2);  // E[r]
    EXPECT_NEAR(M.value(1, 0), root * std::sin(alpha) / (2 * std::numbers::pi), 1e-14);
    EXPECT_NEAR(M.value(0, 1), root * (1 - std::cos(alpha)) / (2 * std::numbers::pi), 1e-14);
    EXPECT_NEAR(M.value(0, 6) + 3 * M.value(2, 4) + 3 * M.value(4, 2) + M.value(6, 0),
                48 * alpha / (2 * std::numbers::pi), 1e-12);
    EXPECT_LT(M.error.topLeftCorner(3, 3).maxCoeff(), 1e-9);
  }
}

TEST(PolygonMoments, PartsAddUp) {
  for (const char* text :
       {"gaussian", "uniform", "laplace", "gamma(0.7)", "gamma(2)", "bimodal(0.9)", "student_t(5)"}) {
    const InputDensity density(data::parse_distribution(text));
    const Polygon whole = square(density.low(), density.high());
    const PolygonMoments expected = polygon_moments(density, whole);
    PolygonMoments sum;
    for (const Polygon& part : divided(whole, random_lines(6, 2))) sum += polygon_moments(density, part);
    for (int i = 0; i <= 4; ++i)
      for (int j = 0; i + j <= 4; ++j)
        EXPECT_LE(std::abs(sum.value(i, j) - expected.value(i, j)), sum.error(i, j)) << text << " " << i << j;
  }
}

}  // namespace
}  // namespace rgsweep::theory

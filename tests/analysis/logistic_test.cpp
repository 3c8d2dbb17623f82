#include "rgsweep/analysis/logistic.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "ensembles.hpp"

namespace rgsweep::analysis {
namespace {

using Counts = std::vector<float>;

/// The penalised log likelihood, from its definition.
double objective(const std::vector<double>& x, const Counts& k, const Counts& n, double b0, double b1) {
  double sum = 0, i00 = 0, i01 = 0, i11 = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double p = sigmoid(b0 + b1 * x[i]), v = double{n[i]} * p * (1 - p);
    if (k[i] > 0) sum += double{k[i]} * std::log(p);
    if (n[i] > k[i]) sum += double{n[i] - k[i]} * std::log1p(-p);
    i00 += v;
    i01 += v * x[i];
    i11 += v * x[i] * x[i];
  }
  return sum + std::log(i00 * i11 - i01 * i01) / 2;
}

/// That no point near the fit, on circles of several radii, has a larger objective.
void expect_maximum(const std::vector<double>& x, const Counts& k, const Counts& n, const LogisticFit& fit) {
  const double best = objective(x, k, n, fit.intercept, fit.slope);
  const double scale = std::abs(fit.intercept) + std::abs(fit.slope) + 1;
  for (const double radius : {1e-4, 1e-2, 0.3})
    for (int direction = 0; direction < 16; ++direction) {
      const double angle = 3.14159265358979 * direction / 8;
      EXPECT_LT(objective(x, k, n, fit.intercept + radius * scale * std::cos(angle),
                          fit.slope + radius * scale * std::sin(angle)),
                best + 1e-9)
          << radius << " " << direction;
    }
}

// With as many parameters as places Firth's penalty adds half a success and half a failure at each.
TEST(Logistic, TwoPlacesInClosedForm) {
  const Counts cases[][2] = {{{3, 8}, {10, 10}}, {{0, 10}, {10, 10}}, {{0, 4}, {7, 9}}, {{5, 5}, {5, 5}}};
  for (const auto& [k, n] : cases) {
    const LogisticFit fit = fit_logistic(std::vector<double>{0.25, 0.75}, k, n);
    for (std::size_t i = 0; i < 2; ++i)
      EXPECT_NEAR(fit.probability(i == 0 ? 0.25 : 0.75), (double{k[i]} + 0.5) / (double{n[i]} + 1), 1e-9);
  }
}

TEST(Logistic, IsTheMaximumOfThePenalisedLikelihood) {
  for (std::uint64_t c = 0; c < 60; ++c) {
    Stream stream(c, Purpose::test_sample, 0);
    const std::size_t places = 3 + stream.below(30);
    const double middle = stream.uniform(), width = std::pow(10, -2.5 + 2 * stream.uniform());
    const std::vector<double> x = linspace(0, 1, places);
    Counts k, n;
    for (const double place : x) {
      n.push_back(static_cast<float>(stream.below(33)));
      k.push_back(0);
      for (float i = 0; i < n.back(); ++i)
        if (stream.uniform() < sigmoid((middle - place) / width)) k.back() += 1;
    }
    n.front() = std::max(n.front(), 1.0F);
    n.back() = std::max(n.back(), 1.0F);
    expect_maximum(x, k, n, fit_logistic(x, k, n));
  }
}

TEST(Logistic, SeparatedCountsCrossInTheMiddle) {
  const std::vector<double> x = linspace(0, 1, 41);
  Counts k(41, 0), n(41, 32);
  for (std::size_t i = 0; i < 25; ++i) k[i] = 32;  // up to 0.6
  const LogisticFit fit = fit_logistic(x, k, n);
  EXPECT_NEAR(fit.midpoint(), 0.6125, 1e-3);
  EXPECT_LT(fit.slope, -100);
  EXPECT_GT(fit.slope, -1000);
  expect_maximum(x, k, n, fit);
}

TEST(Logistic, DoesNotDependOnStartUnitsOrDirection) {
  const std::vector<double> x{0, 0.1, 0.3, 0.4, 0.9};
  const Counts k{9, 10, 6, 3, 0}, n{10, 10, 10, 10, 10};
  const LogisticFit fit = fit_logistic(x, k, n);
  for (const LogisticFit& start : {LogisticFit{0, 0}, LogisticFit{50, -300}, LogisticFit{-80, 700}}) {
    const LogisticFit same = fit_logistic(x, k, n, &start);
    EXPECT_NEAR(same.slope, fit.slope, 1e-6 * std::abs(fit.slope));
    EXPECT_NEAR(same.midpoint(), fit.midpoint(), 1e-7);
  }
  std::vector<double> scaled = x;
  for (double& place : scaled) place = 1e6 * place + 1e7;
  EXPECT_NEAR(fit_logistic(scaled, k, n).midpoint(), 1e6 * fit.midpoint() + 1e7, 1);
  Counts failures;
  for (std::size_t i = 0; i < 5; ++i) failures.push_back(n[i] - k[i]);
  EXPECT_NEAR(fit_logistic(x, failures, n).slope, -fit.slope, 1e-6);
}

TEST(Logistic, EmptyPlacesDoNotCount) {
  const std::vector<double> x{-1e300, 0, 0.3, 0.5, 1, std::numeric_limits<double>::infinity()};
  const LogisticFit fit = fit_logistic(x, Counts{0, 9, 6, 5, 1, 0}, Counts{0, 10, 10, 10, 10, 0});
  const LogisticFit same =
      fit_logistic(std::vector<double>{0, 0.3, 0.5, 1}, Counts{9, 6, 5, 1}, Counts{10, 10, 10, 10});
  EXPECT_DOUBLE_EQ(fit.slope, same.slope);
  EXPECT_TRUE(std::isnan(fit_logistic(x, Counts{0, 9, 0, 0, 0, 0}, Counts{0, 10, 0, 0, 0, 0}).slope));
}

TEST(Goodness, HasOneChiSquaredADegree) {
  // Counts from the model itself: chi^2 and the degrees agree on average, also where nearly all succeed.
  for (const double p : {0.5, 0.9, 0.999}) {
    Goodness goodness;
    Stream stream(1, Purpose::test_sample, 0);
    for (int place = 0; place < 4000; ++place) {
      double k = 0;
      for (int i = 0; i < 32; ++i) k += stream.uniform() < p ? 1 : 0;
      goodness.add(k, 32, p);
    }
    EXPECT_NEAR(goodness.chi2 / goodness.degrees, 1, p > 0.99 ? 0.5 : 0.1) << p;
  }
}

TEST(Goodness, SurePlacesProveNothing) {
  Goodness goodness{.degrees = -2};
  for (int i = 0; i < 1000; ++i) goodness.add(32, 32, 1 - 1e-9);
  EXPECT_LT(goodness.degrees, 0);
  EXPECT_EQ(goodness.p_value(), 1);
  for (int i = 0; i < 6; ++i) goodness.add(i % 2 == 0 ? 26 : 6, 32, 0.5);
  EXPECT_LT(goodness.p_value(), 1e-6);
}

}  // namespace
}  // namespace rgsweep::analysis

// Each distribution three ways: exact cumulants against integrals of its density, samples against cumulants
// and distribution function, and fixed first samples; float draws beside double ones.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/laplace.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/quadrature/exp_sinh.hpp>
#include <boost/math/quadrature/tanh_sinh.hpp>
#include <gtest/gtest.h>

#include "rgsweep/data/distribution.hpp"
#include "rgsweep/math/cumulant_accumulator.hpp"
#include "rgsweep/math/moments.hpp"

namespace rgsweep::data {
namespace {

namespace bm = boost::math;
using Function = std::function<double(double)>;
constexpr double inf = std::numeric_limits<double>::infinity();

// Standardised densities and distribution functions, from another library where it has them. The density is a
// function of x - centre, the centre being where it is not smooth: the edge of a gamma with k < 1 is a
// singularity.
struct Law {
  std::string text;
  double lower, upper, centre;
  Function density, cumulative;
};

template <class Base>
Law scaled(const std::string& text, const Base& base) {
  const double sigma = std::sqrt(bm::variance(base));
  return {text,
          -inf,
          inf,
          0,
          [=](double x) { return sigma * bm::pdf(base, sigma * x); },
          [=](double x) { return bm::cdf(base, sigma * x); }};
}

Law gamma_law(const std::string& text, double k) {
  const bm::gamma_distribution<> base(k);
  const double edge = -std::sqrt(k);
  return {text,
          edge,
          inf,
          edge,
          [=](double t) { return -edge * bm::pdf(base, -edge * t); },
          [=](double x) { return bm::cdf(base, std::max(0.0, -edge * (x - edge))); }};
}

Law bimodal_law(double m) {
  const double sigma = std::sqrt(1 - m * m);
  const bm::normal low(-m, sigma), high(m, sigma);
  return {"bimodal(" + std::to_string(m) + ")",
          -inf,
          inf,
          0,
          [=](double x) { return (bm::pdf(low, x) + bm::pdf(high, x)) / 2; },
          [=](double x) { return (bm::cdf(low, x) + bm::cdf(high, x)) / 2; }};
}

std::vector<Law> laws() {
  const double root3 = std::numbers::sqrt3;
  return {scaled("gaussian", bm::normal()),
          {"uniform", -root3, root3, 0, [=](double) { return 1 / (2 * root3); },
           [=](double x) { return (x + root3) / (2 * root3); }},
          scaled("laplace", bm::laplace()),
          gamma_law("exponential", 1),
          gamma_law("gamma(2)", 2),
          gamma_law("gamma(0.3)", 0.3),
          gamma_law("gamma(40)", 40),
          bimodal_law(0.9),
          bimodal_law(0.25),
          scaled("student_t(5)", bm::students_t(5)),
          scaled("student_t(12)", bm::students_t(12)),
          scaled("student_t(8.5)", bm::students_t(8.5))};
}

// Integral of x^n times the density over the support.
double raw_moment(const Law& law, int n) {
  const Function integrand = [&](double t) {
    const double density = law.density(t);
    return density == 0 ? 0 : std::pow(law.centre + t, n) * density;  // far out the power may overflow
  };
  if (std::isfinite(law.upper))
    return bm::quadrature::tanh_sinh<double>().integrate(integrand, law.lower, law.upper);
  bm::quadrature::exp_sinh<double> half_line;
  double sum = half_line.integrate(integrand);
  if (law.lower < law.centre) sum += half_line.integrate([&](double t) { return integrand(-t); });
  return sum;
}

std::vector<double> draw(const Distribution& distribution, std::size_t n, std::uint64_t key = 1) {
  Stream stream(key, Purpose::train_sample, 0);
  std::vector<double> values(n);
  distribution.sample(stream, values);
  return values;
}

TEST(DistributionTable, CumulantsAreThoseOfTheDensity) {
  for (const Law& law : laws()) {
    const Distribution distribution = parse_distribution(law.text);
    EXPECT_NEAR(raw_moment(law, 0), 1, 1e-9) << law.text;
    std::vector<double> raw;
    for (int n = 1; n <= max_cumulant; ++n) {
      const bool exists = distribution.entry().name != "student_t" || distribution.argument() > n;
      raw.push_back(exists ? raw_moment(law, n) : std::nan(""));
    }
    const std::vector<double> kappa = math::cumulants_from_raw_moments(raw);
    for (int n = 1; n <= max_cumulant; ++n) {
      const auto i = static_cast<std::size_t>(n) - 1;
      if (std::isnan(kappa[i])) {
        EXPECT_TRUE(std::isnan(distribution.cumulant(n))) << law.text << ", order " << n;
      } else {
        EXPECT_NEAR(distribution.cumulant(n), kappa[i], 1e-8 * std::max(1.0, std::abs(raw[i])))
            << law.text << ", order " << n;
      }
    }
  }
}

TEST(DistributionTable, RademacherCumulantsAreThoseOfASign) {
  const auto kappa = math::cumulants_from_raw_moments(std::vector<double>{0, 1, 0, 1, 0, 1, 0, 1});
  for (int n = 1; n <= max_cumulant; ++n)
    EXPECT_EQ(parse_distribution("rademacher").cumulant(n), kappa[static_cast<std::size_t>(n) - 1]);
}

TEST(DistributionTable, StudentHasOnlyTheOrdersThatExist) {
  const Distribution t = parse_distribution("student_t(6)");
  EXPECT_EQ(t.cumulant(4), 3);
  EXPECT_EQ(t.cumulant(5), 0);
  for (int n = 6; n <= 8; ++n) EXPECT_TRUE(std::isnan(t.cumulant(n))) << n;
  EXPECT_TRUE(std::isnan(parse_distribution("student_t(3)").cumulant(3)));
  EXPECT_TRUE(std::isnan(parse_distribution("student_t(4)").cumulant(4)));
  EXPECT_EQ(parse_distribution("student_t(2.5)").cumulant(2), 1);
}

TEST(DistributionTable, EveryEntryIsStandardisedAndAsEvenAsItSays) {
  for (const DistributionEntry& entry : distributions()) {
    const Distribution d = parse_distribution(entry.name);
    EXPECT_EQ(d.cumulant(1), 0) << entry.name;
    EXPECT_EQ(d.cumulant(2), 1) << entry.name;
    EXPECT_EQ(d.is_even(), d.cumulant(3) == 0) << entry.name;
    EXPECT_FALSE(entry.summary.empty());
    double largest = 0;
    for (const double x : draw(d, 1000)) largest = std::max(largest, std::abs(x));
    EXPECT_LE(largest, d.bound()) << entry.name;
    if (std::isfinite(d.bound())) {
      EXPECT_GT(largest, 0.99 * d.bound()) << entry.name;
    }
  }
}

TEST(DistributionTable, SampleMomentsAgreeWithinFiveStandardErrors) {
  for (const std::string text : {"gaussian", "uniform", "laplace", "exponential", "rademacher", "gamma",
                                 "gamma(0.3)", "bimodal", "bimodal(0.3)", "student_t(12)"}) {
    const Distribution distribution = parse_distribution(text);
    math::CumulantAccumulator accumulator;
    accumulator.add(draw(distribution, 100000));
    const auto k = accumulator.k_statistics(), errors = accumulator.standard_errors();
    for (int n = 1; n <= 4; ++n) {
      const auto i = static_cast<std::size_t>(n) - 1;
      // The spread of a sign's variance is of second order in 1/N, about 1e-5 here.
      EXPECT_NEAR(k[i], distribution.cumulant(n), 5 * errors[i] + 1e-4 * (text == "rademacher"))
          << text << ", order " << n;
    }
  }
}

TEST(DistributionTable, SamplesFollowTheDistributionFunction) {
  constexpr std::size_t n = 20000;
  for (const Law& law : laws()) {
    std::vector<double> values = draw(parse_distribution(law.text), n, 2);
    std::sort(values.begin(), values.end());
    double distance = 0;  // Kolmogorov and Smirnov's
    for (std::size_t i = 0; i < n; ++i) {
      const double p = law.cumulative(values[i]);
      distance = std::max({distance, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
    }
    EXPECT_LT(distance * std::sqrt(n), 1.95) << law.text;  // exceeded once in a thousand
  }
}

template <class Scalar>
void expect_parts_make_the_whole(const Distribution& distribution) {
  for (const std::size_t n : {101U, 1000U}) {
    std::vector<Scalar> whole(n), parts(n);
    Stream at_once(1, Purpose::train_sample, 0), in_parts = at_once;
    distribution.sample(at_once, std::span<Scalar>(whole));
    std::span<Scalar> rest(parts);
    for (std::size_t size = 1; !rest.empty(); size = 3 * size + 1) {
      size = std::min(size, rest.size());
      distribution.sample(in_parts, rest.first(size));
      rest = rest.subspan(size);
    }
    EXPECT_EQ(parts, whole) << distribution.text();
  }
}

TEST(DistributionTable, OneLongDrawIsManyShortOnes) {
  for (const DistributionEntry& entry : distributions()) {
    expect_parts_make_the_whole<double>(parse_distribution(entry.name));
    expect_parts_make_the_whole<float>(parse_distribution(entry.name));
  }
}

TEST(DistributionTable, FloatDrawsAreTheDoubleOnes) {
  for (const DistributionEntry& entry : distributions()) {
    const Distribution distribution = parse_distribution(entry.name);
    const std::vector<double> expected = draw(distribution, 100000, 3);
    Stream stream(3, Purpose::train_sample, 0);
    std::vector<float> actual(expected.size());
    distribution.sample(stream, std::span<float>(actual));
    const bool rounded = entry.name != "gaussian" && entry.name != "bimodal";
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (rounded) {
        ASSERT_EQ(actual[i], static_cast<float>(expected[i])) << entry.name << ", sample " << i;
      } else {
        ASSERT_NEAR(actual[i], expected[i], 2e-6) << entry.name << ", sample " << i;
      }
      ASSERT_LE(std::abs(actual[i]), distribution.bound()) << entry.name;
    }
  }
}

// Results on disk depend on these numbers: a change here is a change of the file format. They are the same on
// every processor and compiler; of k < 1 to a few units in the last place, by the library's power.
TEST(DistributionTable, FirstSamplesStayWhatTheyWere) {
  const std::map<std::string, std::vector<double>> golden{
      {"gaussian",
       {-0.20238499078945973, -0.72251868511625816, 0.50624929630728199, -0.86697828043382108,
        2.6619363368974414, -0.15677157442542458}},
      {"uniform",
       {0.88214588313102471, 0.71545138203476577, 0.3607085888121771, 1.1574109556579399, -1.6330658980162562,
        1.6996184104606571}},
      {"laplace",
       {0.50341543358966534, 0.37677688686204636, 0.16512086194113845, 0.78016358533984076,
        -2.0238060853827253, 2.8128026029343727}},
      {"exponential",
       {-0.71850353258051181, -0.65261466515678723, -0.49603015562219832, -0.81861691878732668,
        2.5552411941213968, -0.99059347039367585}},
      {"rademacher", {1, 1, 1, 1, 1, -1}},
      {"gamma(2)",
       {-0.41096750827904061, -0.77987560318783522, -0.37309970435632966, -0.4128848102136255,
        0.061031730425368913, -0.003756518631476244}},
      {"bimodal(0.9)",
       {0.81178242774593357, 0.58506140667583462, -0.679331047715798, 0.52209292893443082,
        0.26031114866747862, -0.96833514501401918}},
      {"student_t(5)",
       {-0.22015120558734078, 0.47560744904886276, 0.078049983890355376, 0.62651953072502742,
        1.4224239076982577, -0.69755009585196115}},
      {"gamma(0.5)",
       {0.23888535371474257, 0.052515776396938864, -0.49293448627652703, -0.19515538577721489,
        0.08691001353385315, -0.68238304653021808}},
  };
  for (const DistributionEntry& entry : distributions()) {
    const std::string text = parse_distribution(entry.name).text();
    ASSERT_TRUE(golden.contains(text)) << text;
  }
  for (const auto& [text, expected] : golden) {
    const std::vector<double> actual = draw(parse_distribution(text), 6, 0x0123456789abcdef);
    ASSERT_EQ(expected.size(), actual.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
      EXPECT_NEAR(actual[i], expected[i], text == "gamma(0.5)" ? 1e-13 : 0) << text << ", sample " << i;
  }
}

}  // namespace
}  // namespace rgsweep::data

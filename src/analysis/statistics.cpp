#include "rgsweep/analysis/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "rgsweep/math/statistics.hpp"

namespace rgsweep::analysis {
namespace {

TestStatistics test_statistics(const std::vector<double>& test_mse, double threshold) {
  TestStatistics s;
  std::size_t successes = 0;
  double sum = 0;
  for (const double mse : test_mse) {
    if (std::isnan(mse)) continue;
    ++s.n;
    if (mse < threshold) ++successes;
    sum += mse;
  }
  if (s.n == 0) return s;
  const auto n = static_cast<double>(s.n);
  s.success_fraction = static_cast<double>(successes) / n;
  const math::Interval interval = math::wilson_interval(s.success_fraction, n);
  s.success_low = interval.lower;
  s.success_high = interval.upper;
  s.mse_median = math::quantile(test_mse, 0.5);
  s.mse_lower_quartile = math::quantile(test_mse, 0.25);
  s.mse_upper_quartile = math::quantile(test_mse, 0.75);
  s.mse_mean = sum / n;
  return s;
}

void order_statistics(const Ensemble& ensemble, Statistics& s) {
  std::vector<double> order;
  for (const double m : ensemble.order_parameter)
    if (!std::isnan(m)) order.push_back(m);
  const auto mean = [&](auto term) {
    double sum = 0;
    for (const double m : order) sum += term(m);
    return sum / static_cast<double>(order.size());  // NaN without any
  };
  const double m1 = mean([](double m) { return std::abs(m); });
  const double m2 = mean([](double m) { return m * m; });
  const double m4 = mean([](double m) { return m * m * m * m; });
  s.order_parameter_mean_abs = m1;
  // <m^2> - <|m|>^2 without its cancellation.
  s.susceptibility =
      ensemble.units * mean([m1](double m) { return (std::abs(m) - m1) * (std::abs(m) - m1); });
  s.binder = 1 - m4 / (3 * m2 * m2);
}

}  // namespace

Statistics statistics(const Ensemble& ensemble, double threshold) {
  if (!(threshold > 0)) throw std::logic_error("statistics(): a threshold > 0");
  Statistics s;
  s.n = ensemble.size();
  s.n_diverged =
      static_cast<std::size_t>(std::count(ensemble.diverged.begin(), ensemble.diverged.end(), char{true}));
  for (const std::vector<double>& mse : ensemble.test_mse) s.tests.push_back(test_statistics(mse, threshold));
  order_statistics(ensemble, s);
  return s;
}

}  // namespace rgsweep::analysis

// What an ensemble of seeds says at one place of a curve: section 6 of the science, without the fits.
//   success fraction P(test MSE < eps) with its Wilson interval; median, quartiles and mean of the test MSE
//   <|m|>,  susceptibility chi = N_units (<m^2> - <|m|>^2),  Binder U4 = 1 - <m^4> / (3 <m^2>^2)
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "rgsweep/analysis/curve.hpp"

namespace rgsweep::analysis {

inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// On one test distribution.
struct TestStatistics {
  std::size_t n = 0;                    ///< members measured on this distribution, the diverged ones included
  double success_fraction = undefined;  ///< share of them with test MSE < eps; never a diverged one
  double success_low = undefined;       ///< Wilson 95 % interval
  double success_high = undefined;
  double mse_median = undefined;  ///< a diverged member counts as infinite, here and below
  double mse_lower_quartile = undefined;
  double mse_upper_quartile = undefined;
  double mse_mean = undefined;
};

struct Statistics {
  std::size_t n = 0;
  std::size_t n_diverged = 0;
  std::vector<TestStatistics> tests;
  /// Over the members that have an order parameter; undefined where none has. U4 also where m is 0
  /// throughout, chi also where the number of units is not known.
  double order_parameter_mean_abs = undefined;
  double susceptibility = undefined;
  double binder = undefined;
};

/// `threshold` is eps > 0, relative to Var(target) as test_mse is.
Statistics statistics(const Ensemble& ensemble, double threshold);

}  // namespace rgsweep::analysis

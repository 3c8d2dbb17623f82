// Synthetic curves whose critical values are known: members succeed with a given probability, or have a given
// order parameter.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

#include "rgsweep/analysis/curve.hpp"
#include "rgsweep/analysis/resampling.hpp"
#include "rgsweep/core/rng.hpp"

namespace rgsweep::analysis {

inline constexpr double success_threshold = 1e-3;

inline std::vector<double> linspace(double first, double last, std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(first + (last - first) * static_cast<double>(i) / static_cast<double>(count - 1));
  return values;
}

inline double sigmoid(double t) {
  return 1 / (1 + std::exp(-t));
}

/// One member: its test error and its order parameter, from its own uniform number.
struct Draw {
  double test_mse;
  double order_parameter;
};

/// Members 0 ... members-1 at each x. With `paired` a seed has the same uniform number at every x.
inline Curve curve_of(const std::vector<double>& x, std::size_t members, bool paired, Stream& stream,
                      const std::function<Draw(double x, double uniform)>& draw) {
  Curve curve{.parameters = {}, .paired = paired};
  std::vector<double> by_seed(members);
  for (double& u : by_seed) u = stream.uniform();
  for (const double place : x) {
    Ensemble ensemble{.x = place, .units = 2, .test_mse = {{}}};
    for (std::size_t i = 0; i < members; ++i) {
      const Draw member = draw(place, paired ? by_seed[i] : stream.uniform());
      ensemble.seeds.push_back(static_cast<std::int64_t>(i));
      ensemble.diverged.push_back(0);
      ensemble.test_mse[0].push_back(member.test_mse);
      ensemble.order_parameter.push_back(member.order_parameter);
    }
    curve.ensembles.push_back(std::move(ensemble));
  }
  return curve;
}

/// Success with probability(x), at any threshold between 1e-6 and 0.1.
inline Curve success_curve(const std::vector<double>& x, std::size_t members, Stream& stream,
                           const std::function<double(double)>& probability, bool paired = false) {
  return curve_of(x, members, paired, stream, [&](double place, double uniform) {
    return Draw{uniform < probability(place) ? 1e-6 : 0.1, std::numeric_limits<double>::quiet_NaN()};
  });
}

inline ResamplingPlan plan_of(std::size_t resamples, std::uint64_t key, std::size_t members) {
  ResamplingPlan plan{resamples, key, std::vector<std::int64_t>(members), {}};
  std::iota(plan.all_seeds.begin(), plan.all_seeds.end(), 0);
  return plan;
}

/// A table of one row from counts.
inline Replicates counts_of(const std::vector<float>& k, const std::vector<float>& n) {
  Replicates table{.columns = 2 * k.size(), .resamples = 0};
  table.values = k;
  table.values.insert(table.values.end(), n.begin(), n.end());
  return table;
}

}  // namespace rgsweep::analysis

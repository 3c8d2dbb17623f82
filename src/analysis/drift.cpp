#include "rgsweep/analysis/drift.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "rgsweep/analysis/extrapolation.hpp"
#include "rgsweep/math/statistics.hpp"

namespace rgsweep::analysis {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double normal_95 = 1.959963984540054;

std::vector<RowKinds> kinds(std::span<const Replicated* const> parts) {
  std::vector<RowKinds> result;
  for (const Replicated* part : parts) result.emplace_back(*part);
  return result;
}

double log_distance(double critical, double end, double side) {
  const double d = side * (end - critical);
  return d > 0 ? std::log(d) : nan;
}

std::vector<double> logarithms(std::span<const double> values) {
  std::vector<double> result;
  for (const double value : values) result.push_back(std::log(value));
  return result;
}

/// Inverse squares of deviations that have been drawn onto a power law of the size, (ln size, ln deviation)
/// onto a straight line. Deviations that came out small by chance would get the larger weights: that scatters
/// the mean more, and makes its deviation come out small too.
std::vector<double> smooth_weights(std::span<const double> sizes, std::span<const double> deviations) {
  const std::vector<double> x = logarithms(sizes), y = logarithms(deviations);
  const auto n = static_cast<double>(x.size());
  double sum_x = 0, sum_y = 0, xx = 0, xy = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    sum_x += x[k];
    sum_y += y[k];
  }
  for (std::size_t k = 0; k < x.size(); ++k) {
    xx += (x[k] - sum_x / n) * (x[k] - sum_x / n);
    xy += (x[k] - sum_x / n) * (y[k] - sum_y / n);
  }
  std::vector<double> weights;
  for (const double at : x)
    weights.push_back(std::exp(-2 * (sum_y / n + (xx > 0 ? xy / xx * (at - sum_x / n) : 0))));
  return weights;
}

/// Standard deviations of ln d over the resamples.
std::vector<double> log_deviations(std::span<const Replicated* const> critical, double end, double side) {
  std::vector<double> deviations;
  for (const Replicated* c : critical) {
    Replicated logs = *c;
    for (double& value : logs.values) value = log_distance(value, end, side);
    deviations.push_back(std::max(resampled_deviation(logs), 1e-9));
  }
  return deviations;
}

/// Covariance of the critical values over the resamples: from their quantiles, which a few wild resamples do
/// not move, and for paired ones with the correlation of the values within three deviations.
Eigen::MatrixXd covariance(std::span<const Replicated* const> critical) {
  const auto n = static_cast<Eigen::Index>(critical.size());
  Eigen::MatrixXd result = Eigen::MatrixXd::Identity(n, n);
  Eigen::VectorXd deviation(n);
  for (Eigen::Index i = 0; i < n; ++i)
    deviation[i] = std::max(resampled_deviation(*critical[static_cast<std::size_t>(i)]), 1e-9);
  const auto standard = [&](Eigen::Index i, std::size_t r) {
    const Replicated& c = *critical[static_cast<std::size_t>(i)];
    return (c.values[r] - c.values[0]) / deviation[i];
  };
  if (critical.front()->paired)
    for (Eigen::Index i = 0; i < n; ++i)
      for (Eigen::Index j = 0; j < i; ++j) {
        double xy = 0, xx = 0, yy = 0;
        for (std::size_t r = 1; r <= critical.front()->resamples; ++r) {
          const double x = standard(i, r), y = standard(j, r);
          if (!(std::abs(x) < 3 && std::abs(y) < 3)) continue;
          xy += x * y;
          xx += x * x;
          yy += y * y;
        }
        // Short of 1, so that the matrix can be inverted whatever the resamples are.
        const double correlation = xx > 0 && yy > 0 ? std::clamp(xy / std::sqrt(xx * yy), -0.99, 0.99) : 0;
        result(i, j) = result(j, i) = correlation;
      }
  return deviation.asDiagonal() * result * deviation.asDiagonal();
}

double p_value(double chi2, double degrees) {
  return degrees > 0 ? math::chi_squared_tail(chi2, degrees) : 1;
}

Replicated exponents(std::span<const double> sizes, std::span<const Replicated* const> critical, double end,
                     double side) {
  const std::vector<double> weights = smooth_weights(sizes, log_deviations(critical, end, side));
  double w = 0, mean = 0, variance = 0;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    w += weights[k];
    mean += weights[k] * std::log(sizes[k]);
  }
  mean /= w;
  for (std::size_t k = 0; k < sizes.size(); ++k)
    variance += weights[k] * std::pow(std::log(sizes[k]) - mean, 2);
  return joint_rows(kinds(critical)).replicated([&](const std::vector<std::size_t>& rows) {
    double sum = 0;
    for (std::size_t k = 0; k < sizes.size(); ++k)
      sum += weights[k] * (std::log(sizes[k]) - mean) * log_distance(critical[k]->values[rows[k]], end, side);
    return sum / variance;
  });
}

/// With its BCa interval.
Estimate weighted_mean(std::span<const Replicated* const> critical, const std::vector<double>& weights) {
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  return estimate(joint_rows(kinds(critical)).replicated([&](const std::vector<std::size_t>& rows) {
    double sum = 0;
    for (std::size_t k = 0; k < critical.size(); ++k) sum += weights[k] / all * critical[k]->values[rows[k]];
    return sum;
  }));
}

}  // namespace

Drift drift_of(std::span<const double> sizes, std::span<const Replicated* const> critical, double end,
               double side) {
  Drift drift{.lengths = sizes.size(),
              .amplitude = nan,
              .limit_exponent = nan,
              .last_distance = nan,
              .nearest_limit = nan,
              .farthest_limit = nan};
  if (sizes.empty()) return drift;
  const auto n = static_cast<Eigen::Index>(sizes.size());
  Eigen::VectorXd distance(n), log_size(n);
  for (Eigen::Index k = 0; k < n; ++k) {
    distance[k] = side * (end - critical[static_cast<std::size_t>(k)]->values[0]);
    log_size[k] = std::log(sizes[static_cast<std::size_t>(k)]);
  }
  const Eigen::MatrixXd errors = covariance(critical);
  // Weights by the variances alone: where seeds are paired the values are correlated, and those of least
  // variance then rest on differences between nearly equal entries of an estimated covariance.
  const Eigen::VectorXd weights = errors.diagonal().cwiseInverse() / errors.diagonal().cwiseInverse().sum();
  const double mean = weights.dot(distance), deviation = std::sqrt(weights.dot(errors * weights));
  std::vector<double> deviations;
  for (Eigen::Index k = 0; k < n; ++k) deviations.push_back(std::sqrt(errors(k, k)));
  drift.constant = weighted_mean(critical, smooth_weights(sizes, deviations));
  if (std::isnan(drift.constant.low)) {
    drift.constant.low = drift.constant.value - normal_95 * deviation;
    drift.constant.high = drift.constant.value + normal_95 * deviation;
  }
  const Eigen::VectorXd rest = distance.array() - mean;
  drift.constant_p_value = p_value(rest.dot(errors.llt().solve(rest)), static_cast<double>(n) - 1);
  if (n < 2) return drift;
  drift.exponent = estimate(exponents(sizes, critical, end, side));
  if (n < 3) return drift;

  const Extrapolation extrapolation(distance, log_size, errors);
  const Extrapolation::Fit fit = extrapolation.best();
  const math::Interval limit = extrapolation.interval(fit);
  drift.limit = {end - side * fit.limit, end - side * limit.upper, end - side * limit.lower};
  if (side < 0) std::swap(drift.limit.low, drift.limit.high);
  drift.limit_exponent = 1 / fit.exponent;
  drift.amplitude = side * fit.amplitude * std::exp(fit.exponent * log_size.maxCoeff());
  drift.limit_p_value = p_value(fit.chi2, static_cast<double>(n) - 3);
  drift.last_distance = fit.limit + fit.amplitude;
  drift.nearest_limit = limit.lower;
  drift.farthest_limit = limit.upper;
  return drift;
}

Estimate threshold_exponent(std::span<const Replicated* const> critical,
                            std::span<const Replicated* const> other, double factor, double end,
                            double side) {
  std::vector<double> weights;
  for (const double deviation : log_deviations(critical, end, side))
    weights.push_back(1 / (deviation * deviation));
  // Two thresholds are two views of the same members: row by row, for the data and the resamples alone.
  Replicated mean{critical.front()->resamples, critical.front()->paired, {}, {}};
  for (std::size_t r = 0; r <= mean.resamples; ++r) {
    double sum = 0, sum_of_weights = 0;
    for (std::size_t k = 0; k < critical.size(); ++k) {
      sum += weights[k] *
             (log_distance(other[k]->values[r], end, side) - log_distance(critical[k]->values[r], end, side));
      sum_of_weights += weights[k];
    }
    mean.values.push_back(sum / sum_of_weights / std::log(factor));
  }
  return estimate(mean);
}

}  // namespace rgsweep::analysis

#include "rgsweep/analysis/drift.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <boost/math/tools/minima.hpp>

#include "rgsweep/math/statistics.hpp"

namespace rgsweep::analysis {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double chi2_95 = 3.841458820694124;  ///< 95 % of chi^2 with one degree of freedom
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

/// Inverse variances of ln d.
std::vector<double> weights_of(std::span<const Replicated* const> critical, double end, double side) {
  std::vector<double> weights;
  for (const Replicated* c : critical) {
    Replicated logs = *c;
    for (double& value : logs.values) value = log_distance(value, end, side);
    const double deviation = std::max(resampled_deviation(logs), 1e-9);
    weights.push_back(1 / (deviation * deviation));
  }
  return weights;
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

/// Generalised least squares of d_k = d_inf + B (T_k / T_max)^(-1/z).
class Extrapolation {
 public:
  Extrapolation(const Eigen::VectorXd& distance, const Eigen::VectorXd& log_size,
                const Eigen::MatrixXd& covariance)
      : whiten_(covariance.llt().matrixL()), log_size_(log_size.array() - log_size.maxCoeff()) {
    y_ = white(distance);
    ones_ = white(Eigen::VectorXd::Ones(distance.size()));
    largest_ = distance.maxCoeff();
  }

  struct Fit {
    double limit, amplitude, exponent, chi2;  ///< exponent: 1/z
  };

  /// With or without the limit given.
  Fit best(std::optional<double> limit = std::nullopt) const {
    const auto chi2 = [&](double log_exponent) { return at(std::exp(log_exponent), limit).chi2; };
    // chi^2 may have two minima in 1/z: look everywhere before going down into one.
    const double low = std::log(slowest_drift), high = std::log(fastest_drift);
    constexpr int cells = 24;
    int lowest = 0;
    for (int i = 1; i <= cells; ++i)
      if (chi2(low + (high - low) * i / cells) < chi2(low + (high - low) * lowest / cells)) lowest = i;
    const double step = (high - low) / cells, centre = low + step * lowest;
    const auto [place, value] = boost::math::tools::brent_find_minima(chi2, std::max(low, centre - step),
                                                                      std::min(high, centre + step), 30);
    const Fit refined = at(std::exp(place), limit), edge = at(std::exp(centre), limit);
    return refined.chi2 < edge.chi2 ? refined : edge;
  }

  /// Where chi^2 is at most 3.84 above its minimum; limits above `most` times the largest distance are not
  /// looked for and come as infinite.
  math::Interval interval(const Fit& fit) const {
    const auto inside = [&](double limit) { return best(limit).chi2 - fit.chi2 <= chi2_95; };
    const auto edge = [&](double in, double out) {
      for (int i = 0; i < 40; ++i) {
        const double middle = (in + out) / 2;
        (inside(middle) ? in : out) = middle;
      }
      return in;
    };
    constexpr double most = 100;
    const double low = inside(0) ? 0 : edge(fit.limit, 0);
    double out = std::max(fit.limit, 0.1 * largest_);
    while (inside(out)) {
      if (out > most * largest_) return {low, infinity};
      out *= 2;
    }
    return {low, edge(fit.limit, out)};
  }

 private:
  Eigen::VectorXd white(const Eigen::VectorXd& v) const {
    return whiten_.triangularView<Eigen::Lower>().solve(v);
  }

  Fit at(double exponent, std::optional<double> limit) const {
    const Eigen::VectorXd powers = white((-exponent * log_size_).array().exp().matrix());
    const auto with_limit = [&](double d) {
      const Eigen::VectorXd rest = y_ - d * ones_;
      const double amplitude = powers.dot(rest) / powers.squaredNorm();
      return Fit{d, amplitude, exponent, (rest - amplitude * powers).squaredNorm()};
    };
    if (limit) return with_limit(*limit);
    const double pp = powers.squaredNorm(), po = powers.dot(ones_), oo = ones_.squaredNorm();
    const double free = (pp * ones_.dot(y_) - po * powers.dot(y_)) / (pp * oo - po * po);
    return with_limit(std::max(free, 0.0));
  }

  Eigen::MatrixXd whiten_;
  Eigen::VectorXd log_size_, y_, ones_;
  double largest_;
};

double p_value(double chi2, double degrees) {
  return degrees > 0 ? math::chi_squared_tail(chi2, degrees) : 1;
}

Replicated exponents(std::span<const double> sizes, std::span<const Replicated* const> critical, double end,
                     double side) {
  const std::vector<double> weights = weights_of(critical, end, side);
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
  const double constant = end - side * mean;
  drift.constant = {constant, constant - normal_95 * deviation, constant + normal_95 * deviation};
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
  const std::vector<double> weights = weights_of(critical, end, side);
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

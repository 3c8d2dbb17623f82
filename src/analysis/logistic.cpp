#include "rgsweep/analysis/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rgsweep/math/statistics.hpp"

namespace rgsweep::analysis {
namespace {

constexpr int most_steps = 50;
/// In units of the standardised x, whose range is about 2. Far beyond any slope that counts can tell apart.
constexpr double longest_step = 4, tolerance = 1e-9;

double sigmoid(double t) {
  return 1 / (1 + std::exp(-t));
}

/// x -> (x - centre) / scale, so that Newton's steps have one size for every axis.
struct Standard {
  double centre, scale;
};

Standard standard(std::span<const double> x, std::span<const float> n) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (n[i] > 0) {
      low = std::min(low, x[i]);
      high = std::max(high, x[i]);
    }
  return {(low + high) / 2, (high - low) / 2};
}

/// One Newton step; the information is a 2 x 2 matrix.
struct Step {
  double b0, b1;
};

Step newton_step(double b0, double b1, Standard to, std::span<const double> x, std::span<const float> k,
                 std::span<const float> n) {
  double i00 = 0, i01 = 0, i11 = 0, s0 = 0, s1 = 0;
  // The leverage h_i = v_i (1, u) I^-1 (1, u)' needs the whole information first. Its part of the score is
  // linear in the entries of I^-1 = (i11, -i01; -i01, i00) / det: one pass gathers the three sums of each.
  double a0 = 0, a1 = 0, a2 = 0, a3 = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (n[i] == 0) continue;
    const double u = (x[i] - to.centre) / to.scale, trials = n[i];
    const double p = sigmoid(b0 + b1 * u), v = trials * p * (1 - p), residual = k[i] - trials * p;
    i00 += v;
    i01 += v * u;
    i11 += v * u * u;
    s0 += residual;
    s1 += residual * u;
    const double w = v * (0.5 - p);
    a0 += w;
    a1 += w * u;
    a2 += w * u * u;
    a3 += w * u * u * u;
  }
  const double det = i00 * i11 - i01 * i01;
  s0 += (i11 * a0 - 2 * i01 * a1 + i00 * a2) / det;
  s1 += (i11 * a1 - 2 * i01 * a2 + i00 * a3) / det;
  return {(i11 * s0 - i01 * s1) / det, (i00 * s1 - i01 * s0) / det};
}

}  // namespace

double LogisticFit::probability(double x) const {
  return sigmoid(intercept + slope * x);
}

LogisticFit fit_logistic(std::span<const double> x, std::span<const float> k, std::span<const float> n,
                         const LogisticFit* start) {
  const Standard to = standard(x, n);
  if (!(to.scale > 0)) return {std::nan(""), std::nan("")};
  double b0 = 0, b1 = 0;
  if (start != nullptr && std::isfinite(start->slope)) {
    b0 = start->intercept + start->slope * to.centre;
    b1 = start->slope * to.scale;
  }
  for (int i = 0; i < most_steps; ++i) {
    Step step = newton_step(b0, b1, to, x, k, n);
    if (!std::isfinite(step.b0) || !std::isfinite(step.b1)) {
      // Every fitted probability is 0 or 1 to the last digit: go back to where the information is not 0.
      b0 /= 4;
      b1 /= 4;
      continue;
    }
    const double length = std::max(std::abs(step.b0), std::abs(step.b1));
    const double limit = longest_step + 0.5 * std::max(std::abs(b0), std::abs(b1));
    const double damping = length > limit ? limit / length : 1;
    b0 += damping * step.b0;
    b1 += damping * step.b1;
    if (length < tolerance * (1 + std::abs(b0) + std::abs(b1))) break;
  }
  return {b0 - b1 * to.centre / to.scale, b1 / to.scale};
}

void Goodness::add(double k, double n, double p) {
  const double variance = n * p * (1 - p), floor = 0.25;
  chi2 += (k - n * p) * (k - n * p) / std::max(variance, floor);
  degrees += std::min(1.0, variance / floor);
}

double Goodness::p_value() const {
  return degrees > 0 ? math::chi_squared_tail(chi2, degrees) : 1;
}

}  // namespace rgsweep::analysis

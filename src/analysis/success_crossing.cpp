#include "rgsweep/analysis/success_crossing.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "rgsweep/analysis/logistic.hpp"
#include "rgsweep/core/rng.hpp"

namespace rgsweep::analysis {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Logistic fits on the places first ... last, in a coordinate that ascends with the axis.
class RangeFit {
 public:
  RangeFit(const SuccessCurve& curve, Coordinate coordinate, std::size_t first, std::size_t last)
      : end_(coordinate == Coordinate::axis ? std::nullopt : curve.end),
        side_(side_of(curve.x, curve.end).value_or(1)),
        first_(first),
        places_(curve.x.size()) {
    for (std::size_t i = first; i <= last; ++i) u_.push_back(coordinate_of(curve.x[i]));
  }

  LogisticFit fit(std::span<const float> row, const LogisticFit* start = nullptr) const {
    return fit_logistic(u_, successes(row), members(row), start);
  }
  Goodness goodness(std::span<const float> row, const LogisticFit& fit) const {
    Goodness goodness{.degrees = -2};
    for (std::size_t i = 0; i < u_.size(); ++i)
      goodness.add(double{successes(row)[i]}, double{members(row)[i]}, fit.probability(u_[i]));
    return goodness;
  }
  double misfit(std::span<const float> row, const LogisticFit& fit) const {
    double sum = 0;
    for (std::size_t i = 0; i < u_.size(); ++i) {
      const double k = double{successes(row)[i]}, n = double{members(row)[i]};
      const double p = std::clamp(fit.probability(u_[i]), 1e-12, 1 - 1e-12);
      sum -= 2 * (k * std::log(p) + (n - k) * std::log1p(-p));
    }
    return sum;
  }

  /// Along the axis, from where the fitted probability is 90 % to where it is 10 %.
  double width(const LogisticFit& fit) const {
    const double half = std::log(9.0) / std::abs(fit.slope);
    return axis_of(fit.midpoint() + half) - axis_of(fit.midpoint() - half);
  }

  /// The place before a step in which the crossing is, when nothing says where in it.
  std::optional<std::size_t> unresolved_step(std::span<const float> row, const LogisticFit& fit) const {
    const double width = 2 * std::log(9.0) / std::abs(fit.slope);
    const auto after = std::upper_bound(u_.begin(), u_.end(), fit.midpoint());
    if (after == u_.begin() || after == u_.end()) return std::nullopt;
    if (width >= *after - *(after - 1) && !separated(row)) return std::nullopt;
    return first_ + static_cast<std::size_t>(after - 1 - u_.begin());
  }

  double axis_of(double u) const { return end_ ? *end_ - side_ * std::exp(-side_ * u) : u; }

 private:
  double coordinate_of(double x) const { return end_ ? -side_ * std::log(side_ * (*end_ - x)) : x; }

  /// Whether no place has both successes and failures.
  bool separated(std::span<const float> row) const {
    for (std::size_t i = 0; i < u_.size(); ++i)
      if (successes(row)[i] > 0 && successes(row)[i] < members(row)[i]) return false;
    return true;
  }
  std::span<const float> successes(std::span<const float> row) const {
    return row.subspan(first_, u_.size());
  }
  std::span<const float> members(std::span<const float> row) const {
    return row.subspan(places_ + first_, u_.size());
  }

  std::optional<double> end_;
  double side_;
  std::size_t first_, places_;
  std::vector<double> u_ = {};
};

}  // namespace

std::vector<std::string> coordinate_names() {
  return {"axis", "log_distance"};
}

std::optional<double> side_of(std::span<const double> x, std::optional<double> end) {
  if (!end || x.empty()) return std::nullopt;
  if (x.back() <= *end && x.front() < *end) return 1;
  if (x.front() >= *end && x.back() > *end) return -1;
  return std::nullopt;
}

std::optional<Crossing> main_crossing(const SuccessCurve& curve, const Passage& passage) {
  std::vector<Crossing> crossings = passage.crossings;
  if (crossings.empty()) return std::nullopt;
  if (const auto side = side_of(curve.x, curve.end)) {
    std::vector<Crossing> lost;
    std::copy_if(crossings.begin(), crossings.end(), std::back_inserter(lost),
                 [&](const Crossing& c) { return c.direction * *side < 0; });
    if (!lost.empty()) crossings = std::move(lost);
  }
  Crossing crossing = farthest_crossing(crossings, curve.x, curve.end);
  // The place at the end has no members; its logarithmic coordinate is not finite.
  if (curve.x[crossing.last] == curve.end) --crossing.last;
  if (curve.x[crossing.first] == curve.end) ++crossing.first;
  return crossing;
}

double logistic_misfit(const SuccessCurve& curve, const Crossing& crossing, Coordinate coordinate) {
  const RangeFit range(curve, coordinate, crossing.first, crossing.last);
  const std::span<const float> data = curve.success->row(0);
  return range.misfit(data, range.fit(data));
}

std::optional<CriticalValue> success_crossing(const SuccessCurve& curve, const Crossing& crossing,
                                              Coordinate coordinate, std::uint64_t key) {
  const std::span<const float> data = curve.success->row(0);
  const Crossing fitted = fitted_range(crossing, curve.x, [&](std::size_t first, std::size_t last) {
    const RangeFit range(curve, coordinate, first, last);
    return range.goodness(data, range.fit(data)).p_value() >= least_p_value;
  });
  const RangeFit range(curve, coordinate, fitted.first, fitted.last);
  const LogisticFit fit = range.fit(data);
  CriticalValue critical{.first = fitted.first,
                         .last = fitted.last,
                         .direction = fitted.direction,
                         .resolved = !range.unresolved_step(data, fit),
                         .fit_p_value = range.goodness(data, fit).p_value(),
                         .width = range.width(fit)};
  const std::size_t resamples = curve.success->resamples;
  critical.replicated = replicated(*curve.success, [&](std::size_t r, std::span<const float> row) {
    const LogisticFit of_row = r == 0 ? fit : range.fit(row, &fit);
    if (!(of_row.slope * fitted.direction > 0)) return nan;
    const auto before = range.unresolved_step(row, of_row);
    if (!before) return range.axis_of(of_row.midpoint());
    const double part = r >= 1 && r <= resamples ? Stream(key, Purpose::bootstrap, r).uniform() : 0.5;
    return curve.x[*before] + part * (curve.x[*before + 1] - curve.x[*before]);
  });
  return if_known(std::move(critical));
}

}  // namespace rgsweep::analysis

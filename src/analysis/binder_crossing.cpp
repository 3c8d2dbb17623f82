// The difference of two Binder cumulants vanishes where they cross: a local cubic and its inverted test
// (local_zero.hpp).
#include "rgsweep/analysis/binder_crossing.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "rgsweep/analysis/local_zero.hpp"

namespace rgsweep::analysis {
namespace {

constexpr int degree = 3;
constexpr std::size_t least_places = 5;
/// Half width of the local cubic in distances between the extremes of the difference, one on each side of the
/// crossing: wider ones no longer follow its shape. In steps of the axis it must hold enough places.
constexpr double parts_of_extremes = 1.0 / 3, least_steps = 2.5;
/// Deviations of the contrast from 0: noise crosses 0 wherever the widths agree.
constexpr double least_contrast = 3;

/// Mean of the values above c less that of the values below, as far as `reach`, in its standard deviations.
double contrast(const NoisyCurve& curve, double c, double reach) {
  Eigen::VectorXd weights(curve.y.size());
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    const double u = (curve.x[static_cast<std::size_t>(i)] - c) / reach, rest = std::max(1 - u * u, 0.0);
    weights[i] = (u > 0 ? 1 : -1) * rest * rest;
  }
  return weights.dot(curve.y) / std::sqrt(weights.dot(curve.covariance * weights));
}

struct Places {
  std::vector<double> x = {};
  std::vector<std::size_t> small = {}, large = {};  ///< columns of the Binder cumulants
};

Places common_places(std::span<const double> x_small, std::span<const double> x_large,
                     std::optional<double> end) {
  Places common;
  for (std::size_t i = 0; i < x_small.size(); ++i) {
    const auto same = std::lower_bound(x_large.begin(), x_large.end(), x_small[i]);
    if (same == x_large.end() || *same != x_small[i] || *same == end) continue;
    common.x.push_back(x_small[i]);
    common.small.push_back(x_small.size() + i);
    common.large.push_back(x_large.size() + static_cast<std::size_t>(same - x_large.begin()));
  }
  return common;
}

}  // namespace

std::optional<CriticalValue> binder_crossing(std::span<const double> x_small, const Replicates& small,
                                             std::span<const double> x_large, const Replicates& large,
                                             std::optional<double> end) {
  const Places common = common_places(x_small, x_large, end);
  if (common.x.size() < least_places) return std::nullopt;
  const JointRows joint = joint_rows({RowKinds(small), RowKinds(large)});
  const auto curve = noisy_curve(common.x, joint, smallest_sample(joint), Errors::jackknife,
                                 [&](const std::vector<std::size_t>& rows) {
                                   std::vector<double> values;
                                   for (std::size_t i = 0; i < common.x.size(); ++i)
                                     values.push_back(double{large.row(rows[1])[common.large[i]]} -
                                                      double{small.row(rows[0])[common.small[i]]});
                                   return values;
                                 });
  if (!curve) return std::nullopt;
  const double range = common.x.back() - common.x.front();
  const double step = range / static_cast<double>(common.x.size() - 1);
  const auto place = [&](double at) {
    return static_cast<std::size_t>(std::lower_bound(x_small.begin(), x_small.end(), at) - x_small.begin());
  };
  const std::vector<double> smooth = smoothed({curve->y.data(), common.x.size()});
  const auto [lowest, highest] = std::minmax_element(smooth.begin(), smooth.end());
  const double extremes = std::abs(common.x[static_cast<std::size_t>(highest - smooth.begin())] -
                                   common.x[static_cast<std::size_t>(lowest - smooth.begin())]);
  const double half_width = parts_of_extremes * extremes;
  if (half_width < least_steps * step) return std::nullopt;
  std::optional<CriticalValue> clearest;
  double best = least_contrast;
  for (const LocalFit::Zero& zero : LocalFit(*curve, Quantity::value, degree, half_width).zeros()) {
    const double deviations = zero.direction * contrast(*curve, zero.place.value, 2 * half_width);
    if (deviations <= best) continue;
    best = deviations;
    clearest = CriticalValue{.value = zero.place, .direction = zero.direction};
    const double low = std::max(zero.place.value - half_width, common.x.front());
    const double high = std::min(zero.place.value + half_width, common.x.back());
    clearest->first = place(low);
    clearest->last = place(*(std::upper_bound(common.x.begin(), common.x.end(), high) - 1));
  }
  return clearest;
}

}  // namespace rgsweep::analysis

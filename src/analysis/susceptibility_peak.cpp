// The derivative of the susceptibility vanishes at its maximum: a local cubic, whose derivative is right for
// peaks that are steeper on one side than on the other, and its inverted test (local_zero.hpp).
#include "rgsweep/analysis/susceptibility_peak.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "rgsweep/analysis/local_zero.hpp"

namespace rgsweep::analysis {
namespace {

constexpr int degree = 3;
constexpr std::size_t least_places = 5;
/// Half width of the local cubic in widths of the peak at half height: wider ones no longer follow the peak's
/// shape. In steps of the axis it must hold enough places to say anything.
constexpr double widths_of_peak = 0.75, least_steps = 3;

struct HalfHeight {
  std::size_t first, highest, last;
};

/// The places of the smoothed peak down to half its height above the lowest; none when it does not come down
/// to that on both sides.
std::optional<HalfHeight> half_height(const std::vector<double>& smooth) {
  const auto [lowest, highest] = std::minmax_element(smooth.begin(), smooth.end());
  const double half = (*lowest + *highest) / 2;
  const auto top = static_cast<std::size_t>(highest - smooth.begin());
  std::size_t first = top, last = top;
  while (first > 0 && smooth[first - 1] >= half) --first;
  while (last + 1 < smooth.size() && smooth[last + 1] >= half) ++last;
  if (first == 0 || last + 1 == smooth.size()) return std::nullopt;
  return HalfHeight{first, top, last};
}

}  // namespace

std::optional<CriticalValue> susceptibility_peak(std::span<const double> x, const Replicates& order,
                                                 std::optional<double> end) {
  std::vector<std::size_t> columns;
  std::vector<double> at;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i] != end) {
      columns.push_back(i);
      at.push_back(x[i]);
    }
  if (columns.size() < least_places) return std::nullopt;
  const JointRows joint = joint_rows({RowKinds(order)});
  const auto curve = noisy_curve(at, joint, smallest_sample(joint), Errors::resampled,
                                 [&](const std::vector<std::size_t>& rows) {
                                   std::vector<double> values;
                                   for (const std::size_t column : columns)
                                     values.push_back(double{order.row(rows[0])[column]});
                                   return values;
                                 });
  if (!curve) return std::nullopt;
  const auto range = half_height(smoothed({curve->y.data(), at.size()}));
  if (!range) return std::nullopt;
  // The full width at half height, from half a step before its first place to half a step after its last.
  const double below = at[range->first - 1], above = at[range->last + 1];
  const double width = (at[range->last] + above - below - at[range->first]) / 2;
  const double step = (above - below) / static_cast<double>(range->last - range->first + 2);
  const double half_width = widths_of_peak * width;
  if (half_width < least_steps * step) return std::nullopt;
  const LocalFit derivative(*curve, Quantity::derivative, degree, half_width);
  const double top = at[range->highest];
  std::optional<CriticalValue> nearest;
  for (const LocalFit::Zero& zero : derivative.zeros())
    if (zero.direction < 0 &&
        (!nearest || std::abs(zero.place.value - top) < std::abs(nearest->value.value - top)))
      nearest = CriticalValue{
          .value = zero.place, .first = columns[range->first], .last = columns[range->last], .width = width};
  return nearest;
}

}  // namespace rgsweep::analysis

#include "rgsweep/analysis/replicates.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "rgsweep/math/statistics.hpp"

namespace rgsweep::analysis {

JointRows joint_rows(const std::vector<RowKinds>& parts) {
  if (parts.empty()) throw std::logic_error("joint_rows(): nothing to join");
  JointRows joint{.resamples = parts.front().resamples, .paired = parts.front().paired};
  for (const RowKinds& part : parts)
    if (part.resamples != joint.resamples || part.paired != joint.paired ||
        (joint.paired && part.left_out->size() != parts.front().left_out->size()))
      throw std::logic_error("joint_rows(): the parts are resampled in different ways");
  for (std::size_t r = 0; r <= joint.resamples; ++r) joint.rows.emplace_back(parts.size(), r);
  if (joint.paired) {
    joint.left_out = *parts.front().left_out;
    for (std::size_t i = 0; i < joint.left_out.size(); ++i)
      joint.rows.emplace_back(parts.size(), 1 + joint.resamples + i);
    return joint;
  }
  std::size_t samples = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    std::size_t most = 0;
    for (std::size_t i = 0; i < parts[p].left_out->size(); ++i) {
      const LeaveOut& leave_out = (*parts[p].left_out)[i];
      joint.left_out.push_back({samples + leave_out.sample, leave_out.members});
      joint.rows.emplace_back(parts.size(), 0)[p] = 1 + joint.resamples + i;
      most = std::max(most, leave_out.sample + 1);
    }
    samples += most;
  }
  return joint;
}

std::size_t smallest_sample(const JointRows& joint) {
  std::map<std::size_t, double> members;
  for (const LeaveOut& leave_out : joint.left_out) members[leave_out.sample] += leave_out.members;
  double smallest = members.empty() ? 0 : std::numeric_limits<double>::infinity();
  for (const auto& [sample, count] : members) smallest = std::min(smallest, count);
  return static_cast<std::size_t>(smallest);
}

Estimate estimate(const Replicated& statistic) {
  std::size_t samples = 0;
  for (const LeaveOut& leave_out : statistic.left_out) samples = std::max(samples, leave_out.sample + 1);
  std::vector<std::vector<math::LeftOut>> left_out(samples);
  for (std::size_t i = 0; i < statistic.left_out.size(); ++i)
    left_out[statistic.left_out[i].sample].push_back(
        {statistic.values[1 + statistic.resamples + i], statistic.left_out[i].members});
  const double value = statistic.values.at(0);
  const math::Interval interval = math::bca_interval(value, statistic.resampled(), left_out);
  return {value, interval.lower, interval.upper};
}

double resampled_deviation(const Replicated& statistic) {
  // Half of the central interval that holds a normal standard deviation on each side.
  constexpr double low = 0.15865525393145705;
  return (math::quantile(statistic.resampled(), 1 - low) - math::quantile(statistic.resampled(), low)) / 2;
}

}  // namespace rgsweep::analysis

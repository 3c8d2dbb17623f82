#include "rgsweep/analysis/crossing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rgsweep/math/statistics.hpp"

namespace rgsweep::analysis {
namespace {

constexpr double confidence = 1.959963984540054;  // 95 %

/// Places [first, last).
struct Stretch {
  std::size_t first, last;
};

/// The division into stretches of least total cost + penalty a stretch (optimal partitioning,
/// B. Jackson et al., IEEE Signal Process. Lett. 12, 105, 2005).
std::vector<Stretch> partition(std::size_t places, double penalty,
                               const std::function<double(Stretch)>& cost) {
  std::vector<double> best(places + 1, 0);
  std::vector<std::size_t> start(places + 1, 0);
  for (std::size_t end = 1; end <= places; ++end) {
    best[end] = std::numeric_limits<double>::infinity();
    for (std::size_t first = 0; first < end; ++first) {
      const double total = best[first] + cost({first, end}) + penalty;
      if (total < best[end]) {
        best[end] = total;
        start[end] = first;
      }
    }
  }
  std::vector<Stretch> stretches;
  for (std::size_t end = places; end > 0; end = start[end]) stretches.push_back({start[end], end});
  std::reverse(stretches.begin(), stretches.end());
  return stretches;
}

/// `sides`: 1 above, -1 below, 0 uncertain, by stretch.
Passage passage_of(const std::vector<Stretch>& stretches, const std::vector<int>& sides) {
  Passage passage;
  passage.stretches = stretches.size();
  int side = 0;
  Crossing next{0, 0, 0, 0, 0};
  for (std::size_t s = 0; s < stretches.size(); ++s) {
    passage.above = passage.above || sides[s] > 0;
    passage.below = passage.below || sides[s] < 0;
    passage.uncertain = passage.uncertain || sides[s] == 0;
    if (sides[s] == 0) continue;
    if (sides[s] != side) {
      if (side != 0) passage.crossings.push_back({sides[s], next.first, next.before, stretches[s].first, 0});
      next.first = stretches[s].first;
    }
    side = sides[s];
    next.before = stretches[s].last - 1;
    if (!passage.crossings.empty()) passage.crossings.back().last = stretches[s].last - 1;
  }
  return passage;
}

/// Each further stretch has a mean and a place to begin.
double penalty_of(double observations) {
  return 2 * std::log(std::max(observations, 2.0));
}

template <class Value>
std::vector<double> running_sum(std::size_t count, const Value& value) {
  std::vector<double> sums{0};
  for (std::size_t i = 0; i < count; ++i) sums.push_back(sums.back() + value(i));
  return sums;
}

double x_log_x(double x) {
  return x > 0 ? x * std::log(x) : 0;
}

}  // namespace

Passage success_passage(std::span<const float> k, std::span<const float> n, bool paired) {
  const std::vector<double> successes = running_sum(k.size(), [&](std::size_t i) { return k[i]; });
  const std::vector<double> members = running_sum(n.size(), [&](std::size_t i) { return n[i]; });
  const auto within = [](const std::vector<double>& sums, Stretch s) { return sums[s.last] - sums[s.first]; };
  const std::vector<Stretch> stretches = partition(k.size(), penalty_of(members.back()), [&](Stretch s) {
    const double sum = within(members, s), succeeded = within(successes, s);
    return -2 * (x_log_x(succeeded) + x_log_x(sum - succeeded) - x_log_x(sum));
  });
  const double seeds = n.empty() ? 0 : *std::max_element(n.begin(), n.end());
  std::vector<int> sides;
  for (const Stretch& s : stretches) {
    const double sum = within(members, s);
    const math::Interval interval =
        math::wilson_interval(within(successes, s) / sum, paired ? std::min(sum, seeds) : sum, confidence);
    sides.push_back(interval.lower > 0.5 ? 1 : interval.upper < 0.5 ? -1 : 0);
  }
  return passage_of(stretches, sides);
}

const Crossing& farthest_crossing(const std::vector<Crossing>& crossings, std::span<const double> x,
                                  std::optional<double> end) {
  if (!end) return crossings.front();
  const auto distance = [&](const Crossing& c) { return std::abs(*end - (x[c.before] + x[c.after]) / 2); };
  return *std::max_element(crossings.begin(), crossings.end(),
                           [&](const Crossing& a, const Crossing& b) { return distance(a) < distance(b); });
}

Crossing fitted_range(Crossing crossing, std::span<const double> x,
                      const std::function<bool(std::size_t first, std::size_t last)>& fits) {
  const double middle = (x[crossing.before] + x[crossing.after]) / 2;
  while (!fits(crossing.first, crossing.last)) {
    const bool can_begin_later = crossing.first + 1 < crossing.before;
    const bool can_end_earlier = crossing.last > crossing.after + 1;
    if (!can_begin_later && !can_end_earlier) break;
    if (can_begin_later && (!can_end_earlier || middle - x[crossing.first] > x[crossing.last] - middle))
      ++crossing.first;
    else
      --crossing.last;
  }
  return crossing;
}

}  // namespace rgsweep::analysis

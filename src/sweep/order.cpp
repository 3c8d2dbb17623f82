// Cost classes as pairs of digits (those that cost depends on, the others), their order, and shards by
// stride.
#include "rgsweep/sweep/order.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep::sweep {

namespace {

/// One digit of a point's number in its box.
struct Digit {
  std::uint64_t size, stride;
};

/// The digits of a box that have several values, slowest first: those that the cost depends on, or the
/// others.
std::vector<Digit> digits(const Grid& grid, const Box& box, bool cost) {
  std::vector<Digit> result;
  std::uint64_t stride = box.size;
  for (std::size_t key = 0; key < box.sets.size(); ++key) {
    if (box.sets[key] == unused_set) continue;
    const std::uint64_t size = grid.sets().size(box.sets[key]);
    stride /= size;
    if (size > 1 && grid.table()[key].cost == cost) result.push_back({size, stride});
  }
  return result;
}

std::uint64_t product(const std::vector<Digit>& digits) {
  std::uint64_t result = 1;
  for (const Digit& digit : digits) result *= digit.size;
  return result;
}

/// The number in the box of the i-th combination of some digits, the others being 0.
std::uint64_t combination(const std::vector<Digit>& digits, std::uint64_t i) {
  std::uint64_t result = 0;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    result += i % digit->size * digit->stride;
    i /= digit->size;
  }
  return result;
}

bool too_many_classes(const Grid& grid) {
  std::uint64_t classes = 0;
  for (const Box& box : grid.boxes()) {
    const std::uint64_t more = product(digits(grid, box, true));
    if (more > class_limit || (classes += more) > class_limit) return true;
  }
  return false;
}

}  // namespace

CostOrder::CostOrder(const Grid& grid, const std::function<double(const Parameters&)>& predicted_seconds)
    : grid_(&grid), coarse_(too_many_classes(grid)) {
  const auto predict = [&](std::uint64_t index) {
    const double seconds = predicted_seconds(grid.at(index));
    if (!std::isfinite(seconds) || seconds < 0)
      throw std::logic_error("the predicted cost of point " + std::to_string(index) + " is " +
                             std::to_string(seconds));
    return seconds;
  };
  for (std::size_t b = 0; b < grid.boxes().size(); ++b) {
    const Box& box = grid.boxes()[b];
    if (coarse_) {
      const std::uint64_t samples = std::min<std::uint64_t>(box.size, 64);
      double sum = 0;
      for (std::uint64_t i = 0; i < samples; ++i)
        // The middle of the i-th of equal parts, without overflow.
        sum += predict(box.first + box.size / samples * i + box.size / samples / 2);
      classes_.push_back({sum / static_cast<double>(samples), 0, box.size, b, 0});
      continue;
    }
    const std::vector<Digit> cost = digits(grid, box, true);
    const std::uint64_t classes = product(cost);
    for (std::uint64_t i = 0; i < classes; ++i) {
      const std::uint64_t offset = combination(cost, i);
      classes_.push_back({predict(box.first + offset), 0, box.size / classes, b, offset});
    }
  }
  std::sort(classes_.begin(), classes_.end(), [](const CostClass& x, const CostClass& y) {
    if (x.seconds != y.seconds) return x.seconds > y.seconds;
    return x.box != y.box ? x.box < y.box : x.offset < y.offset;
  });
  std::uint64_t first = 0;
  for (CostClass& cost_class : classes_) {
    cost_class.first = first;
    first += cost_class.count;
    total_seconds_ += cost_class.seconds * static_cast<double>(cost_class.count);
  }
}

std::size_t CostOrder::class_of(std::uint64_t ordinal) const {
  if (ordinal >= size())
    throw std::out_of_range("ordinal " + std::to_string(ordinal) + " is beyond the grid");
  const auto after = std::upper_bound(classes_.begin(), classes_.end(), ordinal,
                                      [](std::uint64_t o, const CostClass& c) { return o < c.first; });
  return static_cast<std::size_t>(after - classes_.begin()) - 1;
}

std::uint64_t CostOrder::index(std::uint64_t ordinal) const {
  const CostClass& cost_class = classes_[class_of(ordinal)];
  const Box& box = grid_->boxes()[cost_class.box];
  const std::uint64_t i = ordinal - cost_class.first;
  if (coarse_) return box.first + i;
  return box.first + cost_class.offset + combination(digits(*grid_, box, false), i);
}

Shard Shard::parse(std::string_view text) {
  const auto number = [](std::string_view digits) {
    std::uint64_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return read.ec == std::errc{} && read.ptr == digits.data() + digits.size() ? value : 0;
  };
  const std::size_t slash = text.find('/');
  Shard shard{0, 0};
  if (slash != std::string_view::npos)
    shard = {number(trim(text.substr(0, slash))), number(trim(text.substr(slash + 1)))};
  if (shard.index < 1 || shard.count < 1 || shard.index > shard.count || shard.count > shard_limit)
    throw UsageError("'" + std::string(text) +
                     "' is not a shard; allowed: I/N with 1 <= I <= N <= " + std::to_string(shard_limit));
  return shard;
}

std::uint64_t shard_size(std::uint64_t points, const Shard& shard) {
  return points / shard.count + (shard.index - 1 < points % shard.count ? 1 : 0);
}

std::vector<double> shard_seconds(const CostOrder& order, std::uint64_t count) {
  if (count < 1) throw std::logic_error("no shards");
  // A class gives every shard count/N of its points, and one more to a run of shards that may wrap around:
  // `step` holds where such runs begin and end.
  std::vector<double> step(count + 1, 0.0);
  double all = 0;
  for (const CostClass& c : order.classes()) {
    const std::uint64_t each = c.count / count;
    all += c.seconds * static_cast<double>(each);
    const std::uint64_t begin = c.first % count, length = c.count % count;
    if (length == 0) continue;
    step[begin] += c.seconds;
    if (begin + length <= count) {
      step[begin + length] -= c.seconds;
    } else {
      step[0] += c.seconds;
      step[begin + length - count] -= c.seconds;
    }
  }
  std::vector<double> result(count);
  double more = 0;
  for (std::uint64_t i = 0; i < count; ++i) result[i] = all + (more += step[i]);
  return result;
}

}  // namespace rgsweep::sweep

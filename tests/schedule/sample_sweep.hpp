// A small sweep for tests of the controller: a source over cost classes, a controller, and a count of the
// results.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "rgsweep/core/rng.hpp"
#include "rgsweep/schedule/class_source.hpp"
#include "rgsweep/schedule/controller.hpp"

namespace rgsweep::schedule::testing {

inline std::uint64_t same(std::uint64_t ordinal) {
  return ordinal;
}
inline bool nothing(std::uint64_t) {
  return false;
}

/// `classes` cost classes of `each` points, evenly spread in log from `least` to `most` seconds.
inline std::vector<CostClass> spread(std::uint64_t classes, std::uint64_t each, double least, double most) {
  std::vector<CostClass> result;
  for (std::uint64_t k = 0; k < classes; ++k)
    result.push_back(
        {least * std::pow(most / least, static_cast<double>(k) / static_cast<double>(classes - 1)), k * each,
         each});
  return result;
}

/// A factor between 1/1.5 and 1.5 that depends on the index only.
inline double noise(std::uint64_t index) {
  Stream stream(index, Purpose::observable, 1);
  return std::pow(1.5, 2 * stream.uniform() - 1);
}

/// A source, a controller and a count of the results for each index.
struct Sweep {
  Sweep(const std::vector<CostClass>& costs, int workers, const Policy& policy = {})
      : classes(costs),
        source(costs, {}, same, nothing),
        controller(source, policy, workers, [this](Result&& result) {
          EXPECT_EQ(result.row.point_id, result.task.index);
          ++seen.at(result.task.index);
        }) {
    seen.resize(classes.back().first_ordinal + classes.back().count);
  }
  double predicted(std::uint64_t index) const { return classes[index / classes[0].count].predicted_seconds; }
  bool all_once() const {
    return std::all_of(seen.begin(), seen.end(), [](int n) { return n == 1; });
  }

  std::vector<CostClass> classes;
  std::vector<int> seen;
  ClassSource source;
  Controller controller;
};

}  // namespace rgsweep::schedule::testing

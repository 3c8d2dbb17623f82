// Points and rows for the tests of the experiments.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rgsweep/experiment/experiment.hpp"
#include "rgsweep/experiment/keys.hpp"

namespace rgsweep::experiment {

/// A complete point: the defaults with these keys changed.
inline Parameters make_point(const std::vector<std::pair<std::string, std::string>>& settings = {}) {
  Parameters point(spec_keys());
  for (const auto& [key, text] : settings) point.set(key, text);
  point.complete();
  return point;
}

inline Schema schema_for(const Parameters& point) {
  Extents extents;
  extents.include(point);
  return result_schema(spec_keys(), extents);
}

}  // namespace rgsweep::experiment

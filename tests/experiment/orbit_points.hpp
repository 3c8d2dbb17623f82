// Points and outcomes of the orbit experiment for its tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "points.hpp"

namespace rgsweep::experiment {

using Settings = std::vector<std::pair<std::string, std::string>>;

inline Parameters orbit_point(const Settings& more = {}) {
  Settings settings = {{"sweep.experiment", "orbit"}};
  settings.insert(settings.end(), more.begin(), more.end());
  return make_point(settings);
}

/// A finished point with its numbers by column.
struct Outcome {
  explicit Outcome(const Parameters& point, const Context& context = {}) : schema(schema_for(point)) {
    row = run_point(point, schema, context);
  }
  double operator[](const char* column) const { return schema.values(row, column)[0]; }
  Status status() const { return static_cast<Status>(static_cast<int>((*this)["status"])); }
  std::string message() const { return schema.text(row, "message"); }
  Schema schema;
  Row row;
};

}  // namespace rgsweep::experiment

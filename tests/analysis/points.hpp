// Small results files made by hand: two test distributions, some parameters, and the columns that an
// analysis reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "../temporary_folder.hpp"
#include "rgsweep/core/record.hpp"
#include "rgsweep/store/segment.hpp"

namespace rgsweep::analysis {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinity = std::numeric_limits<double>::infinity();

inline Schema points_schema() {
  return Schema({{.name = "test", .size = 2, .labels = {"gaussian", "uniform"}}},
                {{.name = "seed", .type = ColumnType::integer, .parameter = true},
                 {.name = "pairing", .type = ColumnType::text, .parameter = true},
                 {.name = "model_width", .type = ColumnType::integer, .parameter = true},
                 {.name = "model_features", .type = ColumnType::integer, .parameter = true},
                 {.name = "model_symmetry", .type = ColumnType::text, .parameter = true},
                 {.name = "activation_slope", .long_name = "slope for z < 0", .parameter = true},
                 {.name = "activation_alpha", .parameter = true},
                 {.name = "task_block", .type = ColumnType::integer, .parameter = true},
                 {.name = "task_test", .type = ColumnType::text, .parameter = true},
                 {.name = "training_steps", .type = ColumnType::integer, .parameter = true},
                 {.name = "status", .type = ColumnType::flag, .flag_meanings = status_names()},
                 {.name = "test_mse", .dimensions = {"test"}},
                 {.name = "order_parameter"},
                 {.name = "wall_seconds", .units = "s", .reproducible = false}});
}

/// A point of a leaky_relu network, whose alpha is unused.
struct Point {
  double slope = 0;
  double seed = 0;
  double gaussian = nan;  ///< test_mse on the two distributions
  double uniform = nan;
  double m = nan;
  double width = 2;
  std::string symmetry = "none";
  Status status = Status::done;
  std::string tests = "gaussian, uniform";
  double steps = 100;
  double features = -1;  ///< of each of the two nodes of a graph network
  std::string pairing = "independent";
};

using Points = std::vector<Point>;

/// A file of points, in a folder that goes away with it. Their ids are a scrambled order, as hashes are.
class PointsFile {
 public:
  explicit PointsFile(const Points& points, const Schema& schema = points_schema()) {
    std::vector<Row> rows;
    for (const Point& point : points) {
      Row row = schema.missing();
      row.point_id = (rows.size() + 1) * 0x9E3779B97F4A7C15U;
      schema.value(row, "seed") = point.seed;
      schema.text(row, "pairing") = point.pairing;
      schema.value(row, "model_width") = point.width;
      schema.value(row, "model_features") = point.features;
      schema.text(row, "model_symmetry") = point.symmetry;
      schema.value(row, "activation_slope") = point.slope;
      schema.value(row, "task_block") = 2;
      schema.text(row, "task_test") = point.tests;
      schema.value(row, "training_steps") = point.steps;
      schema.value(row, "status") = static_cast<double>(point.status);
      schema.values(row, "test_mse")[0] = point.gaussian;
      schema.values(row, "test_mse")[1] = point.uniform;
      schema.value(row, "order_parameter") = point.m;
      rows.push_back(row);
    }
    store::write_segment(folder_ / "points.h5", schema, rows, {});
  }

  const std::filesystem::path& folder() const { return folder_.path(); }
  store::SegmentReader reader() const { return store::SegmentReader(folder_ / "points.h5"); }

 private:
  TemporaryFolder folder_;
};

}  // namespace rgsweep::analysis

#include "rgsweep/experiment/experiment.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "points.hpp"
#include "rgsweep/nn/trainer.hpp"

namespace rgsweep::experiment {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

const Settings quick = {
    {"training.steps", "50"}, {"task.test_samples", "500"}, {"task.test", "uniform, gaussian"}};

Parameters quick_point(const Settings& more = {}) {
  Settings settings = quick;
  settings.insert(settings.end(), more.begin(), more.end());
  return make_point(settings);
}

Status status_of(const Schema& schema, Row& row) {
  return static_cast<Status>(static_cast<int>(schema.value(row, "status")));
}

TEST(Experiment, NullPointHasParametersAndNothingElse) {
  const Parameters point = make_point({{"sweep.experiment", "null"}, {"sweep.seed", "7"}});
  const Schema schema = schema_for(point);
  Row row = run_point(point, schema, {});
  EXPECT_EQ(row.point_id, point.point_id());
  EXPECT_EQ(status_of(schema, row), Status::done);
  EXPECT_EQ(schema.value(row, "seed"), 7);
  EXPECT_EQ(schema.text(row, "model_symmetry"), "");
  EXPECT_TRUE(std::isnan(schema.value(row, "activation_slope")));
  EXPECT_EQ(schema.value(row, "model_width"), -1);
  EXPECT_FALSE(schema.has("test_mse"));
}

TEST(Experiment, RgRowIsComplete) {
  const Parameters point = quick_point();
  const Schema schema = schema_for(point);
  Row row = run_point(point, schema, {});
  EXPECT_EQ(status_of(schema, row), Status::done);
  EXPECT_EQ(schema.value(row, "steps_run"), 50);
  EXPECT_EQ(schema.text(row, "task_train"), "gaussian");
  for (const Column& column : schema.columns()) {
    // Fewer distinct log-spaced steps than places leave the end of a trace empty, as are unused keys.
    if (column.parameter || column.type != ColumnType::real ||
        column.dimensions == std::vector<std::string>{"checkpoint"})
      continue;
    for (double value : schema.values(row, column.name)) EXPECT_TRUE(std::isfinite(value)) << column.name;
  }
  const auto steps = schema.values(row, "checkpoint_step");
  EXPECT_EQ(steps[0], 0);
  EXPECT_EQ(steps.back(), 50);
  // Uniform inputs: kappa_4 of the target is 2^(1-2) * (-6/5), order 4 of the second test.
  EXPECT_DOUBLE_EQ(schema.values(row, "target_cumulant")[3], 0);
  EXPECT_DOUBLE_EQ(schema.values(row, "target_cumulant")[6 + 3], -0.6);
}

TEST(Experiment, EveryArchitectureAndActivationTrains) {
  const Settings cases[] = {
      {{"model.architecture", "gnn"}, {"activation.kind", "tanh"}, {"model.symmetry", "exchange"}},
      {{"model.architecture", "gnn"}, {"model.graph", "ring"}, {"model.readout", "sum"}, {"task.block", "3"}},
      {{"model.symmetry", "equivariant"}, {"model.width", "6"}, {"task.block", "3"}},
      {{"model.symmetry", "odd"}, {"activation.kind", "quadratic"}, {"model.bias", "all"}},
  };
  for (const Settings& settings : cases) {
    const Parameters point = quick_point(settings);
    const Schema schema = schema_for(point);
    Row row = run_point(point, schema, {});
    EXPECT_EQ(status_of(schema, row), Status::done) << schema.text(row, "message");
    EXPECT_GT(predicted_seconds(point), 0);
    EXPECT_LT(schema.value(row, "test_mse"), 10);
    const std::string symmetry = point.text("model.symmetry");
    EXPECT_LT(schema.value(row, "even_fraction"), symmetry == "odd" ? 1e-12 : 1.1);
    EXPECT_LT(schema.value(row, "exchange_asymmetry"), symmetry == "equivariant" ? 1e-12 : 1.1);
  }
}

TEST(Experiment, WhatDoesNotGoTogetherFailsWithItsReason) {
  const Parameters point = quick_point({{"model.symmetry", "odd"}, {"model.width", "3"}});
  const Schema schema = schema_for(point);
  Row row = run_point(point, schema, {});
  EXPECT_EQ(status_of(schema, row), Status::failed);
  EXPECT_EQ(schema.text(row, "message"),
            "model.width = 3 does not fit model.symmetry = odd; allowed: multiples of 2");
}

TEST(Experiment, RowsAreReproducibleInEveryPrecision) {
  for (const char* precision : {"float32", "float64"}) {
    const Parameters point = quick_point({{"training.precision", precision}});
    const Schema schema = schema_for(point);
    Row a = run_point(point, schema, {}), b = run_point(point, schema, {});
    schema.value(a, "wall_seconds") = schema.value(b, "wall_seconds") = 0;
    EXPECT_TRUE(a == b) << precision;
  }
}

// The same instruction set on a processor with other caches must give the same bits.
TEST(Experiment, RowsDoNotDependOnTheCaches) {
  const Parameters point =
      quick_point({{"model.width", "64"}, {"model.depth", "2"}, {"training.batch", "2048"}});
  const Schema schema = schema_for(point);
  Row a = run_point(point, schema, {});
  Eigen::setCpuCacheSizes(64 << 10, 2 << 20, 32 << 20);
  Row b = run_point(point, schema, {});
  schema.value(a, "wall_seconds") = schema.value(b, "wall_seconds") = 0;
  EXPECT_TRUE(a == b);
}

TEST(Experiment, PointsOfASweepWithMoreTestsLeaveTheOthersEmpty) {
  const Parameters one =
      make_point({{"training.steps", "5"}, {"task.test_samples", "100"}, {"trace.orders", "3"}});
  Extents extents;
  extents.include(quick_point());
  extents.include(one);
  const Schema schema = result_schema(spec_keys(), extents);
  Row row = run_point(one, schema, {});
  EXPECT_TRUE(std::isfinite(schema.values(row, "test_mse")[0]));
  EXPECT_TRUE(std::isnan(schema.values(row, "test_mse")[1]));  // uniform
  EXPECT_TRUE(std::isfinite(schema.values(row, "output_cumulant")[2]));
  EXPECT_TRUE(std::isnan(schema.values(row, "output_cumulant")[3]));
}

TEST(Experiment, DivergenceIsAStatus) {
  const Parameters point = quick_point({{"training.learning_rate", "100"}});
  const Schema schema = schema_for(point);
  Row row = run_point(point, schema, {});
  EXPECT_EQ(status_of(schema, row), Status::diverged);
  EXPECT_NE(schema.text(row, "message"), "");
  EXPECT_LT(schema.value(row, "steps_run"), 50);
}

TEST(Experiment, WhatAPointThrowsIsAStatus) {
  const Parameters point = quick_point();
  const Schema schema = schema_for(point);
  Row row = run_point(point, schema, {[]() -> bool { throw std::runtime_error("broken disk"); }});
  EXPECT_EQ(status_of(schema, row), Status::failed);
  EXPECT_EQ(schema.text(row, "message"), "broken disk");
  EXPECT_EQ(schema.text(row, "model_symmetry"), "none");
  EXPECT_TRUE(std::isnan(schema.value(row, "train_loss")));
}

TEST(Experiment, AStopLeavesThePoint) {
  const Parameters point = quick_point();
  EXPECT_THROW(run_point(point, schema_for(point), {[] { return true; }}), nn::TrainingStopped);
}

TEST(Experiment, PairedPointsOfOneSeedShareTheirRandomNumbers) {
  const auto key = [](const char* pairing, const char* slope, const char* seed) {
    return stream_key(
        make_point({{"sweep.pairing", pairing}, {"activation.slope", slope}, {"sweep.seed", seed}}));
  };
  EXPECT_EQ(key("paired", "0.1", "3"), key("paired", "0.9", "3"));
  EXPECT_NE(key("paired", "0.1", "3"), key("paired", "0.1", "4"));
  EXPECT_NE(key("independent", "0.1", "3"), key("independent", "0.9", "3"));
}

TEST(Experiment, PredictedCostGrowsWithTheWork) {
  const double base = predicted_seconds(make_point());
  EXPECT_GT(base, 0);
  EXPECT_GT(predicted_seconds(make_point({{"training.steps", "80000"}})), 5 * base);
  EXPECT_GT(predicted_seconds(make_point({{"model.width", "256"}})), 2 * base);
  EXPECT_LT(predicted_seconds(make_point({{"task.train_samples", "256"}})), base);
}

}  // namespace
}  // namespace rgsweep::experiment

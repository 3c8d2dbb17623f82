#include "rgsweep/experiment/experiment.hpp"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "points.hpp"
#include "rgsweep/core/error.hpp"
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
        (!column.dimensions.empty() && column.dimensions.front() == "checkpoint"))
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

// The recursion of the exact map: kappa_4 of uniform numbers is -6/5, and a quarter of it after m = 2 steps.
TEST(Experiment, FlowStandsBesideTheExactRecursion) {
  const Parameters point = quick_point({{"task.train", "uniform"}, {"trace.flow_steps", "3"}});
  Extents extents;
  extents.include(quick_point());  // four steps
  extents.include(point);
  const Schema schema = result_schema(spec_keys(), extents);
  Row row = run_point(point, schema, {});
  const auto target = schema.values(row, "flow_target"), flow = schema.values(row, "flow_cumulant");
  ASSERT_EQ(target.size(), 4U * 6);
  EXPECT_DOUBLE_EQ(target[6 + 3], -0.3);
  EXPECT_DOUBLE_EQ(target[12 + 1], 1);
  EXPECT_DOUBLE_EQ(target[12 + 5], 48.0 / 7 / 64);
  for (std::size_t i = 0; i < 24; ++i) {
    EXPECT_EQ(std::isfinite(target[i]), i < 18) << i;
    EXPECT_EQ(std::isfinite(flow[i]), i < 18) << i;
  }
}

TEST(Experiment, FlowOfWhatIsLeftIsEmpty) {
  const Settings settings = {{"task.test_samples", "7"}, {"trace.orders", "4"}};  // 7, 3, 1 and 0 numbers
  Parameters point = quick_point(settings);
  Schema schema = schema_for(point);
  Row row = run_point(point, schema, {});
  const auto flow = schema.values(row, "flow_cumulant");
  const std::size_t left[] = {7, 3, 1, 0};
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(std::isfinite(flow[i]), i % 4 < left[i / 4]) << i;
  // Without any step there are no such columns.
  point = quick_point({{"trace.flow_steps", "0"}});
  schema = schema_for(point);
  EXPECT_FALSE(schema.has("flow_cumulant") || schema.has("flow_target"));
  row = run_point(point, schema, {});
  EXPECT_EQ(status_of(schema, row), Status::done);
}

TEST(Experiment, DistancesAreFromEverySymmetryThatTheNetworkCanHave) {
  const auto deltas = [](const Settings& settings) {
    const Parameters point = quick_point(settings);
    const Schema schema = schema_for(point);
    Row row = run_point(point, schema, {});
    std::map<std::string, double> result;
    for (const char* symmetry : {"exchange", "equivariant", "odd", "full"})
      result[symmetry] = schema.value(row, "delta_" + std::string(symmetry));
    result["trace"] = schema.values(row, "delta_trace")[19];
    return result;
  };
  auto of = deltas({{"model.symmetry", "equivariant"}, {"training.steps", "100"}});
  EXPECT_NEAR(of["equivariant"], 0, 1e-12);
  EXPECT_GT(of["exchange"], 1e-6);
  EXPECT_GT(of["odd"], 1e-6);
  EXPECT_EQ(of["trace"], of["exchange"]);
  of = deltas({{"model.symmetry", "odd"}, {"training.steps", "100"}});
  EXPECT_NEAR(of["odd"], 0, 1e-12);
  of = deltas({{"model.width", "3"}});
  EXPECT_TRUE(std::isnan(of["equivariant"]) && std::isnan(of["odd"]));
  EXPECT_TRUE(std::isfinite(of["exchange"]) && std::isfinite(of["full"]));
  of = deltas({{"model.architecture", "gnn"}});
  EXPECT_TRUE(std::isnan(of["equivariant"]));
  EXPECT_TRUE(std::isfinite(of["odd"]));
  // A symmetry that is imposed softly is the one that is traced.
  of = deltas({{"model.symmetry", "full"}, {"training.symmetry_penalty", "0.01"}, {"training.steps", "100"}});
  EXPECT_GT(of["full"], 1e-12);
  EXPECT_EQ(of["trace"], of["full"]);
  EXPECT_NE(of["trace"], of["exchange"]);
}

TEST(Experiment, WeightsAreSavedOnRequest) {
  const Parameters small = quick_point(), large = quick_point({{"model.width", "4"}, {"model.depth", "2"}});
  EXPECT_FALSE(schema_for(small).has("weights"));
  Extents extents;
  extents.save_weights = true;
  extents.include(large);
  extents.include(make_point({{"sweep.experiment", "null"}}));
  extents.include(small);
  EXPECT_EQ(extents.parameters, 4U * 3 + 4 * 5 + 5);
  const Schema schema = result_schema(spec_keys(), extents);
  EXPECT_NE(schema.columns()[schema.index("weights")].layout, "");
  for (const Parameters* point : {&small, &large}) {
    Row row = run_point(*point, schema, {});
    const std::size_t count = point == &small ? 9U : 37U;
    const auto weights = schema.values(row, "weights");
    for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_EQ(std::isfinite(weights[i]), i < count) << i;
    // Without them the row is the same.
    const Schema without = schema_for(*point);
    Row bare = run_point(*point, without, {});
    EXPECT_EQ(without.value(bare, "test_mse"), schema.value(row, "test_mse"));
  }
}

TEST(Experiment, PointsThatCannotBeAreKnownBeforehand) {
  EXPECT_NO_THROW(check_point(quick_point()));
  EXPECT_NO_THROW(check_point(make_point({{"sweep.experiment", "null"}})));
  EXPECT_THROW(check_point(quick_point({{"model.symmetry", "odd"}, {"model.width", "3"}})), UsageError);
  for (const std::string& key : checked_keys()) EXPECT_NE(spec_keys().find(key), KeyTable::npos) << key;
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
  EXPECT_GT(predicted_seconds(make_point({{"training.steps", "800000"}})), 5 * base);
  EXPECT_GT(predicted_seconds(make_point({{"model.width", "256"}})), 2 * base);
  EXPECT_LT(predicted_seconds(make_point({{"task.train_samples", "256"}})), base);
  EXPECT_LT(predicted_seconds(make_point({{"trace.flow_steps", "0"}})), base);
  EXPECT_GT(predicted_seconds(make_point({{"trace.flow_steps", "8"}})), base);
}

}  // namespace
}  // namespace rgsweep::experiment

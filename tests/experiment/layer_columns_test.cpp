// The columns of layers in the rows of points: which there are, where they are empty, and their errors.
#include "layer_columns.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "points.hpp"

namespace rgsweep::experiment {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

Parameters point_with(const Settings& more) {
  Settings settings = {{"training.steps", "40"},   {"task.test_samples", "600"},
                       {"trace.checkpoints", "4"}, {"trace.theory_checkpoints", "2"},
                       {"trace.orders", "4"},      {"task.train", "uniform"},
                       {"model.bias", "all"}};
  settings.insert(settings.end(), more.begin(), more.end());
  return make_point(settings);
}

const Settings graph = {
    {"trace.theory", "on"}, {"model.architecture", "gnn"}, {"model.depth", "2"}, {"activation.kind", "tanh"}};

/// A row, read by column, checkpoint, layer (from 1) and order.
struct Read {
  Schema schema;
  Row row;

  double at(const std::string& column, std::size_t checkpoint, std::size_t layer, std::size_t order) const {
    const auto shape = schema.shape(schema.index(column));
    return schema.values(row, column)[(checkpoint * shape[1] + layer - 1) * shape[2] + order - 1];
  }
  double error(const std::string& column, const std::string& closure, std::size_t checkpoint,
               std::size_t layer, std::size_t order) const {
    const auto shape = schema.shape(schema.index(column));
    const auto& labels = schema.dimension("closure").labels;
    const auto k =
        static_cast<std::size_t>(std::find(labels.begin(), labels.end(), closure) - labels.begin());
    return schema.values(row,
                         column)[((checkpoint * shape[1] + k) * shape[2] + layer - 1) * shape[3] + order - 1];
  }
};

Read run(const Parameters& point, const Schema& schema) {
  Row row = run_point(point, schema, {});
  EXPECT_EQ(schema.value(row, "status"), static_cast<double>(Status::done)) << schema.text(row, "message");
  return {schema, std::move(row)};
}

TEST(LayerColumns, PointsWithoutTheoryHaveWhatWasMeasured) {
  const Parameters point = point_with({});
  const Schema schema = schema_for(point);
  std::vector<std::string> names;
  for (const Column& column : schema.columns())
    if (column.name.starts_with("layer_cumulant")) names.push_back(column.name);
  EXPECT_EQ(names, (std::vector<std::string>{"layer_cumulant", "layer_cumulant_standard_error",
                                             "layer_cumulant_post", "layer_cumulant_standard_error_post"}));
  EXPECT_EQ(schema.dimension("layer").size, 2U);
  EXPECT_EQ(schema.dimension("layer").first, 1);
  const Read read = run(point, schema);
  for (std::size_t c = 0; c < 4; ++c)
    for (std::size_t n = 1; n <= 4; ++n) {
      EXPECT_TRUE(std::isfinite(read.at("layer_cumulant", c, 1, n)));
      EXPECT_TRUE(std::isfinite(read.at("layer_cumulant_post", c, 1, n)));
      EXPECT_TRUE(std::isfinite(read.at("layer_cumulant", c, 2, n)));
      EXPECT_TRUE(std::isnan(read.at("layer_cumulant_post", c, 2, n)));
    }
}

TEST(LayerColumns, TheoryIsItsOwnPoint) {
  EXPECT_EQ(point_with({{"trace.theory", "off"}}).point_id(), point_with({}).point_id());
  EXPECT_NE(point_with({{"trace.theory", "on"}}).point_id(), point_with({}).point_id());
  EXPECT_TRUE(closure_labels(point_with({})).empty());
  EXPECT_EQ(closure_labels(point_with({{"trace.theory", "on"}})),
            (std::vector<std::string>{"gaussian", "edgeworth"}));
  EXPECT_EQ(closure_labels(point_with(graph)).size(), 6U);
}

TEST(LayerColumns, NetworksOfOtherSizesShareAFile) {
  const Parameters shallow = point_with({{"trace.theory", "on"}}), deep = point_with(graph),
                   plain = point_with({{"trace.orders", "2"}});
  Extents extents;
  for (const Parameters* point : {&shallow, &deep, &plain}) extents.include(*point);
  const Schema schema = result_schema(spec_keys(), extents);
  EXPECT_EQ(schema.dimension("layer").size, 3U);
  const Read one = run(shallow, schema), two = run(deep, schema), none = run(plain, schema);
  for (const std::size_t checkpoint : {0U, 3U}) {  // the first and the last have theory
    EXPECT_TRUE(std::isfinite(one.at("layer_cumulant_truth", checkpoint, 2, 4)));
    EXPECT_TRUE(std::isnan(one.at("layer_cumulant_truth", checkpoint, 3, 1)));
    EXPECT_TRUE(std::isfinite(one.at("layer_cumulant_edgeworth", checkpoint, 2, 4)));
    EXPECT_TRUE(std::isnan(one.at("layer_cumulant_edgeworth_joint", checkpoint, 1, 2)));
    EXPECT_TRUE(std::isnan(one.error("layer_cumulant_error", "gaussian_joint", checkpoint, 1, 2)));
    EXPECT_TRUE(std::isfinite(two.at("layer_cumulant_truth", checkpoint, 3, 4)));
    EXPECT_EQ(two.at("layer_cumulant_edgeworth_joint", checkpoint, 3, 2),
              two.at("layer_cumulant_edgeworth", checkpoint, 3, 2));
    EXPECT_NE(two.at("layer_cumulant_edgeworth_independent", checkpoint, 3, 2),
              two.at("layer_cumulant_edgeworth", checkpoint, 3, 2));
    EXPECT_TRUE(std::isnan(none.at("layer_cumulant_truth", checkpoint, 1, 2)));
    EXPECT_TRUE(std::isfinite(none.at("layer_cumulant", checkpoint, 1, 2)));
    EXPECT_TRUE(std::isnan(none.at("layer_cumulant", checkpoint, 1, 3)));
  }
  EXPECT_TRUE(std::isnan(one.at("layer_cumulant_truth", 1, 1, 2)));
  EXPECT_TRUE(std::isfinite(one.at("layer_cumulant", 1, 1, 2)));
}

TEST(LayerColumns, ErrorsAreRelativeToTheTruth) {
  const Parameters point = point_with(graph);
  const Read read = run(point, schema_for(point));
  int compared = 0;
  for (const std::string closure : {"gaussian", "edgeworth", "gaussian_independent", "edgeworth_joint"})
    for (const std::string side : {"", "_post"})
      for (std::size_t layer = 1; layer <= 3; ++layer)
        for (std::size_t n = 1; n <= 4; ++n) {
          const double truth = read.at("layer_cumulant_truth" + side, 3, layer, n);
          const double predicted = read.at("layer_cumulant_" + closure + side, 3, layer, n);
          const double error = read.error("layer_cumulant_error" + side, closure, 3, layer, n);
          if (!(std::abs(truth) > read.at("layer_cumulant_truth_error" + side, 3, layer, n))) {
            EXPECT_TRUE(std::isnan(error));
            continue;
          }
          ++compared;
          EXPECT_DOUBLE_EQ(error, std::abs(predicted - truth) / std::abs(truth));
          // Measured and exact agree within six standard errors.
          EXPECT_NEAR(read.at("layer_cumulant" + side, 3, layer, n), truth,
                      6 * read.at("layer_cumulant_standard_error" + side, 3, layer, n));
        }
  EXPECT_GT(compared, 60);
  // The first layer's pre-activations are exact, and the gaussian closure knows no order beyond the second.
  EXPECT_LT(read.error("layer_cumulant_error", "edgeworth", 3, 1, 4), 1e-6);
  EXPECT_EQ(read.error("layer_cumulant_error", "gaussian", 3, 3, 4), 1);
}

TEST(LayerColumns, ErrorsAreRelativeToWhatWasMeasuredWhereThereIsNoTruth) {
  const Parameters point = point_with({{"trace.theory", "on"}, {"task.block", "4"}});
  const Read read = run(point, schema_for(point));
  EXPECT_TRUE(std::isnan(read.at("layer_cumulant_truth", 3, 1, 2)));
  const double measured = read.at("layer_cumulant_post", 3, 1, 2);
  EXPECT_DOUBLE_EQ(read.error("layer_cumulant_error_post", "gaussian", 3, 1, 2),
                   std::abs(read.at("layer_cumulant_gaussian_post", 3, 1, 2) - measured) / measured);
  // Uniform inputs: the third cumulant of z is 0 and what was measured is noise.
  EXPECT_TRUE(std::isnan(read.error("layer_cumulant_error", "gaussian", 3, 1, 3)));
}

// The last checkpoint of a training that stops early was not planned as the last.
TEST(LayerColumns, TheLastCheckpointHasTheoryAlsoWhenTheTargetIsReached) {
  const Parameters point = point_with({{"trace.theory", "on"},
                                       {"training.steps", "4000"},
                                       {"trace.checkpoints", "12"},
                                       {"training.target_loss", "10"}});
  const Read read = run(point, schema_for(point));
  const auto steps = read.schema.values(read.row, "checkpoint_step");
  std::size_t last = 0;
  while (last + 1 < steps.size() && steps[last + 1] >= 0) ++last;
  ASSERT_LT(last, 11U);
  EXPECT_EQ(steps[last], read.schema.values(read.row, "steps_run")[0]);
  EXPECT_TRUE(std::isfinite(read.at("layer_cumulant_truth", last, 2, 2)));
  EXPECT_TRUE(std::isnan(read.at("layer_cumulant_truth", last - 1, 2, 2)));
}

}  // namespace
}  // namespace rgsweep::experiment

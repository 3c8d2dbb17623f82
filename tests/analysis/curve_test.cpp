#include "rgsweep/analysis/curve.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "points.hpp"
#include "rgsweep/core/error.hpp"

namespace rgsweep::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;

template <class Error>
std::string message_of(const PointsFile& file, const std::string& axis) {
  try {
    read_curves(file.reader(), axis);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(ReadCurves, GroupsByEveryParameterButAxisAndSeed) {
  const PointsFile file(Points{{.slope = 0.5, .seed = 1, .gaussian = 11, .symmetry = "none"},
                               {.slope = 0, .seed = 0, .gaussian = 12, .symmetry = "none"},
                               {.slope = 0.5, .seed = 0, .gaussian = 13, .symmetry = "none"},
                               {.slope = 0.5, .seed = 0, .gaussian = 14, .symmetry = "exchange"},
                               {.slope = 0.5, .seed = 0, .gaussian = 15, .width = 3, .symmetry = "none"}});
  const Curves curves = read_curves(file.reader(), "activation_slope");
  EXPECT_EQ(curves.axis.name, "activation_slope");
  EXPECT_EQ(curves.axis.long_name, "slope for z < 0");
  EXPECT_THAT(curves.tests, ElementsAre("gaussian", "uniform"));
  std::vector<std::string> names;
  for (const Column& column : curves.parameters) names.push_back(column.name);
  EXPECT_THAT(names, ElementsAre("pairing", "model_width", "model_features", "model_symmetry",
                                 "activation_alpha", "task_block", "task_test", "training_steps"));

  ASSERT_EQ(curves.curves.size(), 3U);  // sorted: width 2 exchange, width 2 none, width 3 none
  EXPECT_EQ(curves.used, 5U);
  EXPECT_EQ(curves.curves[0].parameters[1], Value(std::int64_t{2}));
  EXPECT_EQ(curves.curves[0].parameters[3], Value(std::string("exchange")));
  EXPECT_EQ(curves.curves[0].parameters[4], Value());
  EXPECT_EQ(curves.curves[2].parameters[1], Value(std::int64_t{3}));
  EXPECT_THAT(curves.varying(), ElementsAre(1, 3));
  EXPECT_THAT(curves.axis_values(), ElementsAre(0, 0.5));

  const Curve& none = curves.curves[1];
  ASSERT_EQ(none.ensembles.size(), 2U);
  EXPECT_EQ(none.ensembles[0].x, 0);
  EXPECT_THAT(none.ensembles[1].seeds, ElementsAre(0, 1));
  EXPECT_THAT(none.ensembles[1].test_mse[0], ElementsAre(13, 11));
  EXPECT_EQ(none.ensembles[1].units, 2);
  EXPECT_EQ(curves.curves[2].ensembles[0].units, 3);
}

TEST(ReadCurves, OrderOfTheFileDoesNotMatter) {
  Points points;
  for (int i = 0; i < 20; ++i)
    points.push_back({.slope = 0.1 * (i % 5), .seed = static_cast<double>(i / 5), .gaussian = 1.0 * i});
  const PointsFile forward(points);
  std::reverse(points.begin(), points.end());
  const PointsFile backward(points);
  const Curves a = read_curves(forward.reader(), "activation_slope"),
               b = read_curves(backward.reader(), "activation_slope");
  ASSERT_EQ(a.curves.size(), 1U);
  ASSERT_EQ(a.curves[0].ensembles.size(), 5U);
  for (std::size_t e = 0; e < 5; ++e) {
    EXPECT_THAT(a.curves[0].ensembles[e].seeds, ElementsAre(0, 1, 2, 3));
    EXPECT_EQ(a.curves[0].ensembles[e].test_mse[0], b.curves[0].ensembles[e].test_mse[0]);
  }
}

TEST(ReadCurves, UnusedKeysAreEqual) {  // NaN in alpha, and -1 in width, would each split the curve otherwise
  const PointsFile file(
      Points{{.slope = 0, .seed = 0, .gaussian = 1, .m = 0.5, .width = -1, .symmetry = ""},
             {.slope = 0, .seed = 1, .gaussian = 2, .m = 0.5, .width = -1, .symmetry = ""}});
  const Curves curves = read_curves(file.reader(), "activation_slope");
  ASSERT_EQ(curves.curves.size(), 1U);
  EXPECT_THAT(curves.curves[0].parameters,
              ElementsAre(std::string("independent"), Value(), Value(), Value(), Value(), std::int64_t{2},
                          std::string("gaussian, uniform"), std::int64_t{100}));
  EXPECT_EQ(curves.curves[0].ensembles[0].size(), 2U);
  EXPECT_THAT(curves.curves[0].ensembles[0].units, IsNan());
}

TEST(ReadCurves, DivergedIsInfiniteOnTheTestsOfThePoint) {
  const PointsFile file(Points{{.seed = 0, .gaussian = 1e-9, .uniform = 2, .m = 0.25},
                               {.seed = 1, .m = 0.75, .status = Status::diverged},
                               {.seed = 2, .status = Status::failed},
                               {.seed = 3, .status = Status::pending},
                               {.seed = 0, .gaussian = 3, .width = 5, .tests = "gaussian"},
                               {.seed = 1, .width = 5, .status = Status::diverged, .tests = "gaussian"}});
  const Curves curves = read_curves(file.reader(), "activation_slope");
  ASSERT_EQ(curves.curves.size(), 2U);
  EXPECT_EQ(curves.used, 4U);
  EXPECT_EQ(curves.unfinished, 2U);
  const Ensemble& both = curves.curves[0].ensembles[0];
  EXPECT_THAT(both.seeds, ElementsAre(0, 1));
  EXPECT_THAT(both.diverged, ElementsAre(false, true));
  EXPECT_THAT(both.test_mse, ElementsAre(ElementsAre(1e-9, infinity), ElementsAre(2, infinity)));
  EXPECT_THAT(both.order_parameter, ElementsAre(0.25, IsNan()));
  const Ensemble& gaussian = curves.curves[1].ensembles[0];
  EXPECT_THAT(gaussian.test_mse, ElementsAre(ElementsAre(3, infinity), ElementsAre(IsNan(), IsNan())));
}

TEST(ReadCurves, AnyNumericParameterIsAnAxis) {
  const PointsFile file(Points{{.slope = 0.5, .gaussian = 1, .width = 8},
                               {.slope = 0.5, .gaussian = 2, .width = 2},
                               {.slope = 0.5, .gaussian = 3, .width = -1},
                               {.slope = 0.25, .gaussian = 4, .width = 2}});
  for (const std::string axis : {"model.width", "model_width"}) {
    const Curves curves = read_curves(file.reader(), axis);
    EXPECT_EQ(curves.axis.name, "model_width");
    ASSERT_EQ(curves.curves.size(), 2U);
    EXPECT_EQ(curves.curves[0].parameters[3], Value(0.25));
    EXPECT_EQ(curves.curves[1].ensembles[0].x, 2);
    EXPECT_EQ(curves.curves[1].ensembles[0].units, 2);
    EXPECT_EQ(curves.curves[1].ensembles[1].x, 8);
    EXPECT_EQ(curves.curves[1].ensembles[1].units, 8);
    EXPECT_EQ(curves.without_axis, 1U);
    EXPECT_THAT(curves.axis_values(), ElementsAre(2, 8));
  }
}

TEST(ReadCurves, UnitsOfGraphNetworksAreThoseOfAllNodes) {
  const PointsFile file(Points{{.gaussian = 1, .width = -1, .features = 3}, {.gaussian = 1, .width = 5}});
  const Curves curves = read_curves(file.reader(), "slope");
  ASSERT_EQ(curves.curves.size(), 2U);
  EXPECT_EQ(curves.curves[0].ensembles[0].units, 6);
  EXPECT_EQ(curves.curves[1].ensembles[0].units, 5);
}

// Where files from before and after a key are merged, the old points lack its value.
TEST(ReadCurves, KeysThatAreYoungerThanAPointHaveTheirDefault) {
  const KeyTable keys({{.name = "model.symmetry", .initial = "none", .summary = ""},
                       {.name = "activation.alpha",
                        .type = ValueType::real,
                        .initial = "0.5",
                        .summary = "",
                        .used_when = {{"model.symmetry", {"exchange", "full"}}},
                        .later = true},
                       {.name = "training.steps",
                        .type = ValueType::integer,
                        .initial = "100",
                        .summary = "",
                        .later = true}});
  const PointsFile file(Points{{.seed = 0, .gaussian = 1, .symmetry = "exchange", .steps = -1},
                               {.seed = 1, .gaussian = 1, .symmetry = "exchange", .steps = 100},
                               {.seed = 0, .gaussian = 1, .symmetry = "none", .steps = -1},
                               {.seed = 1, .gaussian = 1, .symmetry = "none", .steps = 200}});
  EXPECT_EQ(read_curves(file.reader(), "slope").curves.size(), 4U);
  const Curves curves = read_curves(file.reader(), "slope", keys);
  ASSERT_EQ(curves.curves.size(), 3U);
  EXPECT_EQ(curves.curves[0].parameters[3], Value(std::string("exchange")));
  EXPECT_EQ(curves.curves[0].parameters[4], Value(0.5));
  EXPECT_EQ(curves.curves[0].parameters[7], Value(std::int64_t{100}));
  EXPECT_EQ(curves.curves[0].ensembles[0].size(), 2U);
  EXPECT_EQ(curves.curves[1].parameters[4], Value());  // free networks do not use it
  const Curves along = read_curves(file.reader(), "steps", keys);
  EXPECT_EQ(along.without_axis, 0U);
  EXPECT_THAT(along.axis_values(), ElementsAre(100, 200));
}

TEST(ReadCurves, KnowsWhichCurvesArePaired) {
  const PointsFile file(Points{{.gaussian = 1, .pairing = "paired"}, {.gaussian = 1}});
  const Curves curves = read_curves(file.reader(), "slope");
  ASSERT_EQ(curves.curves.size(), 2U);
  EXPECT_FALSE(curves.curves[0].paired);
  EXPECT_TRUE(curves.curves[1].paired);
}

TEST(ReadCurves, RefusesOtherAxes) {
  const PointsFile file(Points{{.gaussian = 1}});
  for (const std::string axis : {"seed", "model.symmetry", "test_mse", ""})
    EXPECT_THAT(message_of<UsageError>(file, axis), HasSubstr("allowed: model_width, ")) << axis;
}

TEST(ReadCurves, RefusesFilesWithoutCurves) {
  EXPECT_THAT(message_of<StoreError>(PointsFile(Points{{.status = Status::failed}}), "activation.slope"),
              HasSubstr("points.h5: no point is done or diverged"));
  EXPECT_THAT(message_of<StoreError>(PointsFile(Points{}), "activation.slope"),
              HasSubstr("no point is done"));
  EXPECT_THAT(message_of<StoreError>(PointsFile(Points{{.gaussian = 1}}), "activation.alpha"),
              HasSubstr("no finished point uses activation_alpha"));
}

}  // namespace
}  // namespace rgsweep::analysis

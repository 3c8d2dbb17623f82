#include "rgsweep/analysis/axis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "points.hpp"
#include "rgsweep/core/error.hpp"

namespace rgsweep::analysis {
namespace {

using testing::HasSubstr;

template <class Call>
std::string usage_error(Call call) {
  try {
    call();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(AxisColumn, TakesKeysColumnsAndTheirLastParts) {
  const Schema schema = points_schema();
  for (const char* name : {"activation.slope", "activation_slope", "slope"})
    EXPECT_EQ(axis_column(schema, name).name, "activation_slope") << name;
  EXPECT_EQ(axis_column(schema, "width").name, "model_width");
  EXPECT_EQ(axis_column(schema, "training steps").name, "training_steps");
  EXPECT_EQ(axis_column(schema, "steps").name, "training_steps");
}

TEST(AxisColumn, RefusesWhatIsNoAxis) {
  const Schema schema = points_schema();
  for (const char* name :
       {"seed", "sweep.seed", "model.symmetry", "symmetry", "test_mse", "wall_seconds", ""})
    EXPECT_THAT(usage_error([&] { axis_column(schema, name); }),
                HasSubstr("allowed: model_width, model_features, activation_slope, activation_alpha"))
        << name;
  EXPECT_THAT(usage_error([&] { axis_column(schema, "activation.slop"); }),
              HasSubstr("did you mean 'activation_slope'?"));
}

TEST(AxisColumn, SaysWhichColumnsShareALastPart) {
  const Schema schema({}, {{.name = "model_depth", .type = ColumnType::integer, .parameter = true},
                           {.name = "orbit_depth", .type = ColumnType::integer, .parameter = true}});
  EXPECT_THAT(usage_error([&] { axis_column(schema, "depth"); }),
              HasSubstr("axis depth may be any of model_depth, orbit_depth"));
  EXPECT_EQ(axis_column(schema, "orbit.depth").name, "orbit_depth");
}

TEST(DefaultAxis, IsTheSlopeIfItVaries) {
  const PointsFile slopes(Points{{.slope = 0.5, .width = 2}, {.slope = 0.75, .width = 4}});
  EXPECT_EQ(default_axis(slopes.reader()).name, "activation_slope");
  const PointsFile widths(Points{{.width = 2, .steps = 10}, {.width = 4, .steps = 20}, {.width = -1}});
  EXPECT_THAT(usage_error([&] { default_axis(widths.reader()); }),
              HasSubstr("activation_slope does not vary in " + (widths.folder() / "points.h5").string() +
                        "; choose with --axis one that does: model_width, training_steps"));
  // An unused width is no second value.
  const PointsFile nothing(Points{{.width = 2}, {.width = -1}});
  EXPECT_THAT(usage_error([&] { default_axis(nothing.reader()); }),
              HasSubstr("neither does any other numeric parameter but the seed"));
}

TEST(LinearEnd, OfSlopeAndAlpha) {
  EXPECT_EQ(linear_end("activation_slope"), 1);
  EXPECT_EQ(linear_end("activation_alpha"), 0);
  EXPECT_FALSE(linear_end("model_width").has_value());
  EXPECT_EQ(last_part("training_learning_rate"), "learning_rate");
  EXPECT_EQ(last_part("seed"), "seed");
}

}  // namespace
}  // namespace rgsweep::analysis

#include "rgsweep/experiment/keys.hpp"

#include <gtest/gtest.h>

#include "points.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/hash.hpp"

namespace rgsweep::experiment {
namespace {

TEST(Keys, EveryDefaultIsAllowed) {
  for (const Key& key : spec_keys().keys()) {
    EXPECT_NO_THROW(key.parse(key.initial)) << key.name;
    EXPECT_FALSE(key.summary.empty()) << key.name;
  }
}

TEST(Keys, UnusedKeysAreNotPartOfThePoint) {
  EXPECT_EQ(make_point({{"sweep.experiment", "null"}}).canonical_text(),
            "sweep.experiment=null\nsweep.seed=0\n");
  const Parameters linear = make_point({{"activation.kind", "linear"}, {"activation.slope", "0.7"}});
  EXPECT_FALSE(linear.has("activation.slope"));
  EXPECT_EQ(linear.point_id(), make_point({{"activation.kind", "linear"}}).point_id());
  EXPECT_TRUE(make_point().has("activation.slope"));
}

TEST(Keys, EachArchitectureAndActivationHasItsOwn) {
  const Parameters mlp =
      make_point({{"model.features", "4"}, {"model.graph", "ring"}, {"activation.alpha", "2"}});
  EXPECT_EQ(mlp.point_id(), make_point().point_id());
  const Parameters gnn = make_point({{"model.architecture", "gnn"}, {"model.width", "7"}});
  EXPECT_FALSE(gnn.has("model.width"));
  EXPECT_EQ(gnn.text("model.graph"), "pair");
  EXPECT_EQ(gnn.integer("model.features"), 2);
  EXPECT_EQ(gnn.text("model.readout"), "sink");
  const Parameters quadratic = make_point({{"activation.kind", "quadratic"}});
  EXPECT_FALSE(quadratic.has("activation.slope"));
  EXPECT_EQ(quadratic.real("activation.alpha"), 1);
  const Parameters spline = make_point({{"activation.kind", "spline"}});
  EXPECT_EQ(spline.real("activation.slope"), 0.1);
  EXPECT_EQ(spline.integer("activation.knots"), 9);
  EXPECT_EQ(spline.integer("activation.degree"), 3);
  EXPECT_EQ(spline.real("activation.range"), 3);
  EXPECT_EQ(spline.text("activation.trainable_weights"), "on");
  for (const char* key :
       {"activation.knots", "activation.degree", "activation.range", "activation.trainable_weights"}) {
    EXPECT_FALSE(mlp.has(key)) << key;
    EXPECT_FALSE(quadratic.has(key)) << key;
  }
}

TEST(Keys, DistributionsAreCanonical) {
  const Parameters a =
      make_point({{"task.train", "gamma( 2.0 )"}, {"task.test", "uniform,gaussian , uniform"}});
  EXPECT_EQ(a.text("task.train"), "gamma(2)");
  EXPECT_EQ(a.text("task.test"), "gaussian, uniform");
  EXPECT_THROW(make_point({{"task.test", "uniform, gausian"}}), UsageError);
  EXPECT_THROW(make_point({{"task.train", "student_t(1)"}}), UsageError);
}

TEST(Keys, FlowStepsAreLaterThanTheFirstResults) {
  EXPECT_EQ(make_point({{"trace.flow_steps", "4"}}).point_id(), make_point().point_id());
  EXPECT_NE(make_point({{"trace.flow_steps", "5"}}).point_id(), make_point().point_id());
  EXPECT_EQ(make_point().integer("trace.flow_steps"), 4);
}

TEST(Keys, TheoryIsLaterThanTheFirstResults) {
  EXPECT_EQ(make_point({{"trace.theory", "off"}, {"trace.theory_checkpoints", "5"}}).point_id(),
            make_point().point_id());
  const Parameters on = make_point({{"trace.theory", "on"}});
  EXPECT_NE(on.point_id(), make_point().point_id());
  EXPECT_EQ(on.integer("trace.theory_checkpoints"), 0);
  EXPECT_FALSE(make_point().has("trace.theory_checkpoints"));
}

// Results are found again by this text and its hash: a change here abandons every existing file.
TEST(Keys, IdentityOfTheDefaultPointIsFrozen) {
  EXPECT_EQ(make_point().canonical_text(),
            "activation.kind=leaky_relu\n"
            "activation.slope=0.1\n"
            "model.architecture=mlp\n"
            "model.bias=none\n"
            "model.depth=1\n"
            "model.init=normal\n"
            "model.init_scale=1\n"
            "model.symmetry=none\n"
            "model.width=2\n"
            "sweep.experiment=rg\n"
            "sweep.pairing=independent\n"
            "sweep.seed=0\n"
            "task.block=2\n"
            "task.test=gaussian\n"
            "task.test_samples=131072\n"
            "task.train=gaussian\n"
            "task.train_samples=0\n"
            "trace.checkpoints=20\n"
            "trace.orders=6\n"
            "training.batch=256\n"
            "training.learning_rate=0.05\n"
            "training.optimizer=sgd\n"
            "training.precision=float32\n"
            "training.schedule=constant\n"
            "training.steps=8000\n"
            "training.weight_decay=0\n");
}

}  // namespace
}  // namespace rgsweep::experiment

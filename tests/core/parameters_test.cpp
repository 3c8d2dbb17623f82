#include "rgsweep/core/parameters.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep {
namespace {

const KeyTable& table() {
  static const KeyTable keys({
      {.name = "sweep.seed", .type = ValueType::integer, .initial = "0", .summary = "", .minimum = 0},
      {.name = "model.kind", .initial = "mlp", .summary = "", .choices = {"mlp", "gnn"}},
      {.name = "model.graph",
       .initial = "pair",
       .summary = "",
       .choices = {"pair", "ring"},
       .used_when = {{"model.kind", {"gnn"}}}},
      {.name = "training.rate",
       .type = ValueType::real,
       .initial = "0.1",
       .summary = "",
       .minimum = 0,
       .open_minimum = true},
      {.name = "sweep.name", .initial = "x", .summary = "", .identity = false},
  });
  return keys;
}

std::string message(const Key& key, std::string_view text) {
  try {
    key.parse(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Parameters, ColumnNames) {
  EXPECT_EQ(table()[0].column(), "seed");
  EXPECT_EQ(table()[3].column(), "training_rate");
}

TEST(Parameters, MessagesSayWhatIsAllowed) {
  EXPECT_EQ(message(table()[1], "mpl"),
            "unknown value 'mpl' (did you mean 'mlp'?); allowed: one of mlp, gnn");
  EXPECT_EQ(message(table()[1], "mlp(2)"), "unknown value 'mlp(2)'; allowed: one of mlp, gnn");
  EXPECT_EQ(message(table()[3], "0"), "0 is out of range; allowed: real > 0");
  EXPECT_EQ(message(table()[0], "1.5"), "'1.5' is not an integer; allowed: integer >= 0");
  EXPECT_EQ(message(table()[0], ""), "the value is empty; allowed: integer >= 0");
  EXPECT_EQ(message(table()[3], "2"), "");
}

TEST(Parameters, UnknownKeyNamesTheNearest) {
  try {
    table().index("training.rte");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "unknown key 'training.rte' (did you mean 'training.rate'?); see 'rgsweep list keys'");
  }
}

TEST(Parameters, UnusedKeysLeaveTheIdentity) {
  Parameters a(table());
  a.set("model.graph", "ring");
  a.complete();
  EXPECT_FALSE(a.has("model.graph"));
  EXPECT_EQ(a.canonical_text(), "model.kind=mlp\nsweep.seed=0\ntraining.rate=0.1\n");
  Parameters b(table());
  b.set("sweep.name", "another");
  b.complete();
  EXPECT_EQ(a.point_id(), b.point_id());
  Parameters c(table());
  c.set("model.kind", "gnn");
  c.complete();
  EXPECT_EQ(c.text("model.graph"), "pair");
  EXPECT_NE(a.point_id(), c.point_id());
}

TEST(Parameters, LaterKeysLeaveTheIdentityAtTheirDefault) {
  const KeyTable keys({
      {.name = "a", .type = ValueType::integer, .initial = "1", .summary = ""},
      {.name = "b", .type = ValueType::real, .initial = "0", .summary = "", .later = true},
  });
  Parameters point(keys);
  point.complete();
  EXPECT_EQ(point.canonical_text(), "a=1\n");
  point.set("b", "0.0");
  EXPECT_EQ(point.canonical_text(), "a=1\n");
  point.set("b", "0.5");
  EXPECT_EQ(point.canonical_text(), "a=1\nb=0.5\n");
}

TEST(Parameters, WrongUseIsALogicError) {
  Parameters a(table());
  a.complete();
  EXPECT_THROW(a.text("model.graph"), std::logic_error);
  EXPECT_THROW(a.real("sweep.seed"), std::logic_error);
  EXPECT_THROW(a.real("no.key"), std::logic_error);
  EXPECT_THROW(KeyTable({{.name = "a", .initial = "", .summary = "", .used_when = {{"b", {"x"}}}},
                         {.name = "b", .initial = "", .summary = ""}}),
               std::logic_error);
}

}  // namespace
}  // namespace rgsweep

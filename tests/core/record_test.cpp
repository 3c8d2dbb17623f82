#include "rgsweep/core/record.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

namespace rgsweep {
namespace {

Schema schema() {
  return Schema({{.name = "test", .size = 2, .labels = {"gaussian", "uniform"}},
                 {.name = "order", .size = 3, .first = 1}},
                {{.name = "kind", .type = ColumnType::text},
                 {.name = "steps", .type = ColumnType::integer},
                 {.name = "cumulant", .dimensions = {"test", "order"}},
                 {.name = "status", .type = ColumnType::flag, .flag_meanings = status_names()},
                 {.name = "message", .type = ColumnType::text}});
}

TEST(Record, LayoutPlacesEveryColumn) {
  const Schema s = schema();
  EXPECT_EQ(s.numbers(), 8U);
  EXPECT_EQ(s.texts(), 2U);
  EXPECT_EQ(s.offset(s.index("cumulant")), 1U);
  EXPECT_EQ(s.offset(s.index("message")), 1U);
  EXPECT_EQ(s.shape(s.index("cumulant")), (std::vector<std::size_t>{2, 3}));
}

TEST(Record, MissingRow) {
  const Schema s = schema();
  Row row = s.missing();
  EXPECT_EQ(s.value(row, "steps"), -1);
  EXPECT_EQ(s.value(row, "status"), 0);
  for (double x : s.values(row, "cumulant")) EXPECT_TRUE(std::isnan(x));
  s.text(row, "message") = "late";
  EXPECT_EQ(row.texts[1], "late");
  EXPECT_EQ(row, row);
  Row other = row;
  other.numbers[0] = 5;
  EXPECT_FALSE(row == other);
}

TEST(Record, WrongSchemasAndNamesAreLogicErrors) {
  EXPECT_THROW(Schema({}, {{.name = "a"}, {.name = "a"}}), std::logic_error);
  EXPECT_THROW(Schema({}, {{.name = "a", .dimensions = {"order"}}}), std::logic_error);
  EXPECT_THROW(
      Schema({{.name = "n", .size = 1}}, {{.name = "a", .type = ColumnType::text, .dimensions = {"n"}}}),
      std::logic_error);
  const Schema s = schema();
  Row row = s.missing();
  EXPECT_THROW(s.values(row, "kind"), std::logic_error);
  EXPECT_THROW(s.text(row, "steps"), std::logic_error);
  EXPECT_THROW(s.index("none"), std::logic_error);
}

}  // namespace
}  // namespace rgsweep

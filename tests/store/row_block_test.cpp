#include "../../src/store/row_block.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.hpp"

namespace rgsweep::store {
namespace {

using testing::ElementsAre;

TEST(RowBlock, GivesRowsBackAsTheyCame) {
  const Schema schema = sample_schema();
  RowBlock block(schema);
  const std::vector<Row> rows = sample_rows(schema, 0, 50);
  for (const Row& row : rows) block.append(row);
  ASSERT_EQ(block.rows(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(block.row(i), rows[i]);
    EXPECT_EQ(block.id(i), rows[i].point_id);
  }
  Row other = rows[3];
  schema.text(other, "message") = "another";
  block.replace(7, other);
  EXPECT_EQ(block.row(7), other);
  EXPECT_EQ(block.row(8), rows[8]);
}

TEST(RowBlock, HoldsEachTextOfAColumnOnce) {
  const Schema schema({}, {{.name = "a", .type = ColumnType::text}, {.name = "b", .type = ColumnType::text}});
  RowBlock block(schema);
  for (std::uint64_t i = 0; i < 6; ++i)
    block.append({.point_id = i, .numbers = {}, .texts = {i % 2 == 0 ? "x" : i == 3 ? "z" : "y", "same"}});
  EXPECT_THAT(block.texts(0), ElementsAre("x", "y", "z"));
  EXPECT_THAT(block.texts(1), ElementsAre("same"));
  const std::size_t before = block.bytes();
  block.append({.point_id = 9, .numbers = {}, .texts = {"y", "same"}});
  EXPECT_EQ(block.bytes() - before, 8U + 2 * 4U);  // an id and two places in the lists
  block.append({.point_id = 10, .numbers = {}, .texts = {std::string(1000, 'w'), "same"}});
  EXPECT_GT(block.bytes() - before, 1000U);
}

TEST(RowBlock, OrderIsThatOfTheIdsAndOfArrival) {
  const Schema schema({}, {{.name = "loss"}});
  RowBlock block(schema);
  for (const std::uint64_t id : {30U, 10U, 20U, 10U, 5U})
    block.append({.point_id = id, .numbers = {0}, .texts = {}});
  EXPECT_THAT(block.order(), ElementsAre(4, 1, 3, 2, 0));
  block.clear();
  EXPECT_TRUE(block.empty());
  EXPECT_EQ(block.bytes(), 0U);
}

TEST(RowBlock, RefusesWhatAFileCannotHold) {
  const Schema schema({}, {{.name = "loss"}, {.name = "width", .type = ColumnType::integer}});
  RowBlock block(schema);
  for (const double width : {0.5, 0x1p54, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW(block.append({.point_id = 1, .numbers = {0.5, width}, .texts = {}}), std::logic_error)
        << width;
  EXPECT_THROW(block.append({.point_id = 1, .numbers = {0.5}, .texts = {}}), std::logic_error);
  EXPECT_THROW(block.append({.point_id = 1, .numbers = {0.5, 1}, .texts = {"x"}}), std::logic_error);
  EXPECT_TRUE(block.empty());
  block.append({.point_id = 1, .numbers = {0.5, -0x1p53}, .texts = {}});
  EXPECT_EQ(block.rows(), 1U);
}

}  // namespace
}  // namespace rgsweep::store

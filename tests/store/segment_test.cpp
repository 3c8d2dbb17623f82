#include "rgsweep/store/segment.hpp"

#include <algorithm>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "sample.hpp"

namespace rgsweep::store {
namespace {

using testing::HasSubstr;

template <class Error, class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Segment, EveryColumnComesBack) {
  const TemporaryFolder folder;
  const Schema schema = sample_schema();
  std::vector<Row> rows = sample_rows(schema, 0, 11);
  std::reverse(rows.begin(), rows.end());
  const Attributes attributes{{"spec", std::string("[sweep]\nname = größe\n")},
                              {"ranks", std::int64_t{4}},
                              {"epsilon", 0.25},
                              {"note", ""}};
  write_segment(folder / "a.h5", schema, rows, attributes);
  std::reverse(rows.begin(), rows.end());

  const SegmentReader reader(folder / "a.h5");
  EXPECT_EQ(reader.schema(), schema);
  EXPECT_EQ(reader.rows(), 11U);
  std::vector<Row> read;
  reader.read(0, 11, read);
  EXPECT_EQ(read, rows);
  reader.read(7, 2, read);
  EXPECT_EQ(read, (std::vector<Row>{rows[7], rows[8]}));
  EXPECT_EQ(reader.point_ids().back(), 11U);
  for (const auto& [name, value] : attributes) EXPECT_EQ(reader.attributes().at(name), value) << name;
}

TEST(Segment, WholeColumns) {
  const TemporaryFolder folder;
  const Schema schema = sample_schema();
  write_segment(folder / "a.h5", schema, sample_rows(schema, 0, 3), {});
  const SegmentReader reader(folder / "a.h5", false);
  const std::vector<double> cumulants = reader.numbers("output_cumulant");
  ASSERT_EQ(cumulants.size(), 18U);
  EXPECT_EQ(cumulants[2 * 6 + 1 * 3 + 2], 2 + 5.0 / 16);
  EXPECT_EQ(reader.texts("model_symmetry"), (std::vector<std::string>{"none", "exchange", "none"}));
  EXPECT_THAT(message_of<StoreError>([&] { reader.numbers("loss"); }),
              HasSubstr("a.h5: there is no column loss"));
  EXPECT_THROW(reader.numbers("host"), StoreError);
  EXPECT_THROW(reader.texts("status"), StoreError);
}

TEST(Segment, LongerThanOneBlockAndChunk) {
  const TemporaryFolder folder;
  const Schema schema = sample_schema();
  const std::vector<Row> rows = sample_rows(schema, 0, 9000);
  write_segment(folder / "a.h5", schema, rows, {});
  std::vector<Row> read;
  SegmentReader(folder / "a.h5").read(4000, 5000, read);
  EXPECT_TRUE(std::equal(read.begin(), read.end(), rows.begin() + 4000, rows.end()));
}

TEST(Segment, WithoutRowsAndWithEmptyDimensions) {
  const TemporaryFolder folder;
  write_segment(folder / "none.h5", sample_schema(), {}, {});
  const SegmentReader none(folder / "none.h5");
  EXPECT_EQ(none.schema(), sample_schema());
  EXPECT_EQ(none.rows(), 0U);
  EXPECT_TRUE(none.numbers("status").empty());

  const Schema schema({{.name = "checkpoint", .size = 0}},
                      {{.name = "loss_trace", .dimensions = {"checkpoint"}}});
  Row row = schema.missing();
  row.point_id = 5;
  write_segment(folder / "empty.h5", schema, {row}, {});
  const SegmentReader empty(folder / "empty.h5");
  EXPECT_EQ(empty.schema(), schema);
  std::vector<Row> read;
  empty.read(0, 1, read);
  EXPECT_EQ(read, std::vector<Row>{row});
}

// A text that all rows of a segment share stands there once, and is read as if it stood in each.
TEST(Segment, TextOfAllRowsIsStoredOnce) {
  const TemporaryFolder folder;
  const Schema schema = sample_schema();
  for (const char* name : {"results.h5", "seg-00000001.h5"}) {
    for (const std::string& text : {std::string("node"), std::string(), std::string(100, 'x')}) {
      std::vector<Row> rows = sample_rows(schema, 0, 5000);
      for (Row& row : rows) schema.text(row, "host") = text;
      write_segment(folder / name, schema, rows, {});
      const SegmentReader reader(folder / name);
      if (name[0] == 's') {
        EXPECT_EQ(reader.constant_text("host"), text);
      } else {
        EXPECT_EQ(reader.constant_text("host"), std::nullopt);
      }
      EXPECT_EQ(reader.constant_text("message"), std::nullopt);
      EXPECT_EQ(reader.texts("host"), std::vector<std::string>(5000, text));
      std::vector<Row> read;
      reader.read(4000, 1000, read);
      EXPECT_EQ(read, std::vector<Row>(rows.begin() + 4000, rows.end()));
    }
  }
  write_segment(folder / "none.h5", schema, {}, {});
  EXPECT_EQ(SegmentReader(folder / "none.h5").constant_text("host"), std::nullopt);
  EXPECT_THAT(message_of<StoreError>([&] { SegmentReader(folder / "none.h5").constant_text("status"); }),
              HasSubstr("status"));
}

TEST(Segment, TextThatIsNotUtf8IsMadeReadable) {
  const TemporaryFolder folder;
  const Schema schema({}, {{.name = "message", .type = ColumnType::text}});
  Row row = schema.missing();
  row.texts[0] = std::string("ok\xff \xc3\xa9\xc3(") + '\0' + "\xed\xa0\x80.";
  write_segment(folder / "a.h5", schema, {row}, {});
  EXPECT_EQ(SegmentReader(folder / "a.h5").texts("message")[0], "ok? \xc3\xa9?(???.");
}

TEST(Segment, RowsThatDoNotFitAreLogicErrors) {
  const TemporaryFolder folder;
  const Schema schema = sample_schema();
  std::vector<Row> rows = sample_rows(schema, 0, 2);
  rows[1].point_id = rows[0].point_id;
  EXPECT_THROW(write_segment(folder / "a.h5", schema, rows, {}), std::logic_error);
  rows = sample_rows(schema, 0, 1);
  schema.value(rows[0], "model_width") = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(message_of<std::logic_error>([&] { write_segment(folder / "a.h5", schema, rows, {}); }),
              HasSubstr("model_width"));
  rows[0].texts.pop_back();
  EXPECT_THROW(write_segment(folder / "a.h5", schema, rows, {}), std::logic_error);
  EXPECT_THROW(write_segment(folder / "a.h5", Schema({}, {{.name = "point_id"}}), {}, {}), std::logic_error);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Segment, FailuresNameTheFileAndPrintNothing) {
  const TemporaryFolder folder;
  testing::internal::CaptureStderr();
  EXPECT_THAT(message_of<StoreError>([&] { write_segment(folder / "no/a.h5", sample_schema(), {}, {}); }),
              HasSubstr("a.h5"));
  EXPECT_THAT(message_of<StoreError>([&] { SegmentReader(folder / "b.h5"); }), HasSubstr("b.h5"));
  overwrite(folder / "c.h5", "time,loss\n1,2\n");
  EXPECT_THAT(message_of<StoreError>([&] { SegmentReader(folder / "c.h5"); }), HasSubstr("c.h5"));
  EXPECT_THROW(SegmentReader(folder.path()), StoreError);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Segment, ReplacesAnOlderFileInOneStep) {
  const TemporaryFolder folder;
  const Schema schema = sample_schema();
  write_segment(folder / "a.h5", schema, sample_rows(schema, 0, 5), {});
  const SegmentReader old(folder / "a.h5");
  write_segment(folder / "a.h5", schema, sample_rows(schema, 0, 2), {});
  EXPECT_EQ(old.point_ids().size(), 5U);
  EXPECT_EQ(SegmentReader(folder / "a.h5").rows(), 2U);
  EXPECT_FALSE(has_temporary_files(folder.path()));
}

}  // namespace
}  // namespace rgsweep::store

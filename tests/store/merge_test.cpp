#include "rgsweep/store/merge.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/store/segment.hpp"
#include "sample.hpp"

namespace rgsweep::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Paths = std::vector<std::filesystem::path>;

/// The address sanitizer keeps freed memory, so that nothing can be said about memory under it.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer);
#else
constexpr bool sanitized = false;
#endif

std::vector<Row> all_rows(const SegmentReader& reader) {
  std::vector<Row> rows;
  reader.read(0, reader.rows(), rows);
  return rows;
}

std::string refusal(const std::filesystem::path& out, const Paths& inputs) {
  try {
    merge(out, inputs, {});
  } catch (const StoreError& error) {
    return error.what();
  }
  return "";
}

/// Two columns and a status, as little as the rules about duplicates need.
Schema small_schema() {
  return Schema({}, {{.name = "loss"},
                     {.name = "status", .type = ColumnType::flag, .flag_meanings = status_names()},
                     {.name = "wall_seconds", .reproducible = false},
                     {.name = "message", .type = ColumnType::text}});
}

Row small_row(std::uint64_t id, double loss, Status status, const std::string& message = "") {
  Row row = small_schema().missing();
  row.point_id = id;
  row.numbers = {loss, static_cast<double>(status), 1};
  row.texts = {message};
  return row;
}

// A text that all rows of all inputs share is stored once in a segment; one that differs between inputs, or
// that an input does not have, is not.
TEST(Merge, TextOfAllRowsIsStoredOnce) {
  const TemporaryFolder folder;
  const Schema schema = small_schema();
  const auto input = [&](const std::string& name, std::uint64_t id, const std::string& message) {
    write_segment(folder / name, schema, {small_row(id, 1, Status::done, message)}, {});
    return folder / name;
  };
  const std::filesystem::path a = input("seg-00000001.h5", 1, "same"),
                              b = input("seg-00000002.h5", 2, "same"),
                              c = input("seg-00000003.h5", 3, "other"), d = input("seg-00000004.h5", 4, "");
  write_segment(folder / "bare.h5", Schema({}, {{.name = "loss"}}),
                {{.point_id = 5, .numbers = {1}, .texts = {}}}, {});
  write_segment(folder / "none.h5", schema, {}, {});
  const auto merged = [&](const Paths& inputs) {
    merge(folder / "out.h5", inputs, {});
    merge(folder / "seg-00000009.h5", inputs, {});
    const SegmentReader file(folder / "out.h5"), segment(folder / "seg-00000009.h5");
    EXPECT_EQ(file.constant_text("message"), std::nullopt);
    EXPECT_EQ(file.texts("message"), segment.texts("message"));
    return std::make_pair(segment.constant_text("message"), segment.texts("message"));
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(merged({a, b, folder / "none.h5"}),
            std::make_pair(std::optional<std::string>("same"), Texts{"same", "same"}));
  EXPECT_EQ(merged({a, b, c}), std::make_pair(std::optional<std::string>(), Texts{"same", "same", "other"}));
  EXPECT_EQ(merged({a, folder / "bare.h5"}), std::make_pair(std::optional<std::string>(), Texts{"same", ""}));
  EXPECT_EQ(merged({d, folder / "bare.h5"}), std::make_pair(std::optional<std::string>(""), Texts{"", ""}));
}

TEST(Merge, InterleavesByPointId) {
  const TemporaryFolder folder;
  const Schema schema = sample_schema();
  const std::vector<Row> rows = sample_rows(schema, 0, 300);
  std::vector<std::vector<Row>> shards(3);
  for (std::size_t i = 0; i < rows.size(); ++i) shards[i % 7 % 3].push_back(rows[i]);
  Paths inputs;
  for (std::size_t s = 0; s < shards.size(); ++s) {
    inputs.push_back(folder / ("shard" + std::to_string(s) + ".h5"));
    write_segment(inputs.back(), schema, shards[s], {});
  }
  MergeOptions options;
  options.buffer_bytes = 1;  // the smallest blocks
  EXPECT_EQ(merge(folder / "out.h5", inputs, {{"spec", std::string("x")}}, options), 300U);
  const SegmentReader merged(folder / "out.h5");
  EXPECT_EQ(all_rows(merged), rows);
  EXPECT_EQ(merged.schema(), schema);
  EXPECT_EQ(merged.attributes().at("spec"), Attribute(std::string("x")));

  // The order of the inputs and an earlier merge change nothing, nor does an output that is an input.
  std::swap(inputs[0], inputs[2]);
  inputs.push_back(folder / "out.h5");
  const std::string once = contents(folder / "out.h5");
  merge(folder / "out.h5", inputs, {{"spec", std::string("x")}}, options);
  EXPECT_EQ(all_rows(SegmentReader(folder / "out.h5")), rows);
}

TEST(Merge, UnitesColumnsLabelsAndExtents) {
  const TemporaryFolder folder;
  const Schema a(
      {{.name = "test", .size = 2, .labels = {"gaussian", "uniform"}},
       {.name = "order", .size = 2, .first = 1}},
      {{.name = "cumulant", .dimensions = {"test", "order"}}, {.name = "seed", .type = ColumnType::integer}});
  const Schema b(
      {{.name = "test", .size = 2, .labels = {"laplace", "gaussian"}},
       {.name = "order", .size = 3, .first = 1}},
      {{.name = "cumulant", .dimensions = {"test", "order"}}, {.name = "message", .type = ColumnType::text}});
  Row row_a{1, {11, 12, 21, 22, 7}, {}};
  Row row_b{2, {31, 32, 33, 11, 12, 13}, {"late"}};
  write_segment(folder / "a.h5", a, {row_a}, {});
  write_segment(folder / "b.h5", b, {row_b}, {});
  merge(folder / "out.h5", {folder / "a.h5", folder / "b.h5"}, {});

  const SegmentReader out(folder / "out.h5");
  EXPECT_EQ(out.schema().dimension("test").labels,
            (std::vector<std::string>{"gaussian", "uniform", "laplace"}));
  EXPECT_EQ(out.schema().dimension("order").size, 3U);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Row> rows = all_rows(out);
  EXPECT_EQ(rows[0], (Row{1, {11, 12, nan, 21, 22, nan, nan, nan, nan, 7}, {""}}));
  EXPECT_EQ(rows[1], (Row{2, {11, 12, 13, nan, nan, nan, 31, 32, 33, -1}, {"late"}}));
}

TEST(Merge, BaseSchemaComesFirstEvenWithoutInputs) {
  const TemporaryFolder folder;
  EXPECT_EQ(merge(folder / "out.h5", {}, {}, {.base = sample_schema()}), 0U);
  EXPECT_EQ(SegmentReader(folder / "out.h5").schema(), sample_schema());
}

TEST(Merge, OnePointInSeveralFiles) {
  const TemporaryFolder folder;
  const Schema schema = small_schema();
  Row slower = small_row(1, 0.5, Status::done);
  schema.value(slower, "wall_seconds") = 9;
  write_segment(folder / "a.h5", schema,
                {small_row(1, 0.5, Status::done), small_row(2, NAN, Status::failed, "first"),
                 small_row(3, NAN, Status::failed, "first"), small_row(4, 2, Status::diverged),
                 small_row(5, NAN, Status::pending)},
                {});
  write_segment(folder / "b.h5", schema,
                {slower, small_row(2, NAN, Status::failed, "second"), small_row(3, 0.25, Status::done),
                 small_row(4, NAN, Status::failed, "later"), small_row(5, NAN, Status::failed, "late")},
                {});
  merge(folder / "out.h5", {folder / "a.h5", folder / "b.h5"}, {});
  const std::vector<Row> rows = all_rows(SegmentReader(folder / "out.h5"));
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[0], small_row(1, 0.5, Status::done));
  EXPECT_EQ(rows[1], small_row(2, NAN, Status::failed, "second"));
  EXPECT_EQ(rows[2], small_row(3, 0.25, Status::done));
  EXPECT_EQ(rows[3], small_row(4, 2, Status::diverged));
  EXPECT_EQ(rows[4], small_row(5, NAN, Status::failed, "late"));
}

TEST(Merge, WhatOneFileLacksComesFromTheOther) {
  const TemporaryFolder folder;
  write_segment(folder / "a.h5", Schema({}, {{.name = "loss"}}), {Row{1, {0.5}, {}}}, {});
  write_segment(folder / "b.h5", Schema({}, {{.name = "loss"}, {.name = "delta"}}),
                {Row{1, {0.5, 0.125}, {}}}, {});
  merge(folder / "out.h5", {folder / "a.h5", folder / "b.h5"}, {});
  EXPECT_EQ(all_rows(SegmentReader(folder / "out.h5")), (std::vector<Row>{{1, {0.5, 0.125}, {}}}));
}

// A file that was continued after it got a column holds it for its later points only.
TEST(Merge, WhatIsMissingInOneRowComesFromAnother) {
  const TemporaryFolder folder;
  const Schema schema({{.name = "k", .size = 3}},
                      {{.name = "weights", .dimensions = {"k"}, .layout = "in order"},
                       {.name = "steps", .type = ColumnType::integer},
                       {.name = "train", .type = ColumnType::text}});
  const Row bare = [&] {
    Row row = schema.missing();
    row.point_id = 1;
    return row;
  }();
  Row whole{1, {0.25, 0.5, NAN, 7}, {"gaussian"}};
  write_segment(folder / "bare.h5", schema, {bare}, {});
  write_segment(folder / "full.h5", schema, {whole}, {});
  for (const auto& [first, second] : {std::pair("bare.h5", "full.h5"), std::pair("full.h5", "bare.h5")}) {
    merge(folder / "out.h5", {folder / first, folder / second}, {});
    EXPECT_EQ(all_rows(SegmentReader(folder / "out.h5")), std::vector<Row>{whole});
  }
  whole.numbers[1] = 0.75;
  write_segment(folder / "other.h5", schema, {whole}, {});
  EXPECT_THAT(refusal(folder / "out.h5", {folder / "full.h5", folder / "bare.h5", folder / "other.h5"}),
              HasSubstr("weights is 0.5"));
  EXPECT_EQ(SegmentReader(folder / "full.h5").schema().columns()[0].layout, "in order");
}

TEST(Merge, DifferentResultsOfOnePointAreRefused) {
  const TemporaryFolder folder;
  const Schema schema = small_schema();
  write_segment(folder / "a.h5", schema, {small_row(0xab, 0.5, Status::done)}, {});
  write_segment(folder / "b.h5", schema, {small_row(0xab, 0.25, Status::done)}, {});
  write_segment(folder / "c.h5", schema, {small_row(0xab, 0.5, Status::diverged)}, {});
  EXPECT_THAT(
      refusal(folder / "out.h5", {folder / "a.h5", folder / "b.h5"}),
      AllOf(HasSubstr("00000000000000ab"), HasSubstr("a.h5"), HasSubstr("b.h5"), HasSubstr("loss is 0.5")));
  EXPECT_THAT(refusal(folder / "out.h5", {folder / "c.h5", folder / "a.h5"}), HasSubstr("status is 2"));
  EXPECT_FALSE(std::filesystem::exists(folder / "out.h5"));
  EXPECT_FALSE(has_temporary_files(folder.path()));
}

TEST(Merge, SchemasThatContradictAreRefused) {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, const Schema& schema) {
    write_segment(folder / name, schema, {}, {});
    return folder / name;
  };
  const auto a = write("a.h5", Schema({{.name = "n", .size = 2}}, {{.name = "x", .dimensions = {"n"}}}));
  const auto type = write("b.h5", Schema({}, {{.name = "x", .type = ColumnType::text}}));
  const auto shape = write("c.h5", Schema({}, {{.name = "x"}}));
  const auto first =
      write("d.h5", Schema({{.name = "n", .size = 2, .first = 1}}, {{.name = "x", .dimensions = {"n"}}}));
  for (const auto& other : {type, shape, first})
    EXPECT_THAT(refusal(folder / "out.h5", {a, other}), HasSubstr(other.string()));
  EXPECT_THAT(refusal(folder / "out.h5", {a, folder / "absent.h5"}), HasSubstr("absent.h5"));
}

/// 20,000 rows of 1.6 kB in eight files: merging may not hold them in memory.
TEST(Merge, MemoryDoesNotGrowWithTheRows) {
  const TemporaryFolder folder;
  const Schema schema({{.name = "k", .size = 200}}, {{.name = "x", .dimensions = {"k"}}});
  Paths inputs;
  for (std::uint64_t f = 0; f < 8; ++f) {
    std::vector<Row> rows;
    for (std::uint64_t i = f; i < 20000; i += 8)
      rows.push_back({i, std::vector<double>(200, static_cast<double>(i)), {}});
    inputs.push_back(folder / (std::to_string(f) + ".h5"));
    write_segment(inputs.back(), schema, std::move(rows), {});
  }
  const auto most_kilobytes = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  const auto before = most_kilobytes();
  MergeOptions options;
  options.buffer_bytes = std::size_t{1} << 20;
  EXPECT_EQ(merge(folder / "out.h5", inputs, {}, options), 20000U);
  if (!sanitized) {
    EXPECT_LT(most_kilobytes() - before, 24 << 10);
  }
  const SegmentReader out(folder / "out.h5");
  std::vector<Row> rows;
  out.read(12345, 1, rows);
  EXPECT_EQ(rows[0].numbers, std::vector<double>(200, 12345));
}

}  // namespace
}  // namespace rgsweep::store

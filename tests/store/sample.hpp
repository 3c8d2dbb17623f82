// A schema with every kind of column, in which no two extents are equal so that a transpose shows, and rows
// whose values follow from their number; read_back.py knows the same formulas.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "../temporary_folder.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/core/record.hpp"

namespace rgsweep::store {

inline Schema sample_schema() {
  return Schema(
      {{.name = "test",
        .size = 2,
        .labels = {"gaussian", "gamma(2)"},
        .long_name = "distribution of the test inputs"},
       {.name = "order", .size = 3, .first = 1, .long_name = "order of the cumulant"},
       {.name = "checkpoint", .size = 4}},
      {{.name = "model_symmetry", .type = ColumnType::text, .long_name = "symmetry", .parameter = true},
       {.name = "activation_slope", .long_name = "slope for z < 0", .parameter = true},
       {.name = "model_width", .type = ColumnType::integer, .parameter = true},
       {.name = "status", .type = ColumnType::flag, .flag_meanings = status_names()},
       {.name = "message", .type = ColumnType::text},
       {.name = "output_cumulant", .dimensions = {"test", "order"}},
       {.name = "checkpoint_step", .type = ColumnType::integer, .dimensions = {"checkpoint"}},
       {.name = "reached",
        .type = ColumnType::flag,
        .dimensions = {"checkpoint", "test"},
        .flag_meanings = {"no", "yes"}},
       {.name = "wall_seconds", .units = "s", .reproducible = false},
       {.name = "host", .type = ColumnType::text, .reproducible = false}});
}

/// Row i; its id is i + 1, so that ids ascend with i.
inline Row sample_row(const Schema& schema, std::uint64_t i) {
  Row row = schema.missing();
  const auto x = static_cast<double>(i);
  row.point_id = i + 1;
  schema.text(row, "model_symmetry") = i % 2 == 0 ? "none" : "exchange";
  schema.value(row, "activation_slope") = i % 3 == 2 ? std::numeric_limits<double>::quiet_NaN() : x / 8;
  schema.value(row, "model_width") = i % 4 == 3 ? -1 : 9007199254740992.0 - x;
  schema.value(row, "status") = 1;
  schema.text(row, "message") = i % 5 == 4 ? "größer than 1" : "";
  for (std::size_t k = 0; k < 6; ++k)
    schema.values(row, "output_cumulant")[k] = x + static_cast<double>(k) / 16;
  for (std::size_t k = 0; k < 4; ++k)
    schema.values(row, "checkpoint_step")[k] = 10 * x + static_cast<double>(k);
  for (std::size_t k = 0; k < 8; ++k) schema.values(row, "reached")[k] = k < 3 ? 1 : 0;
  schema.value(row, "wall_seconds") = 0.5;
  schema.text(row, "host") = "node";
  return row;
}

inline std::vector<Row> sample_rows(const Schema& schema, std::uint64_t first, std::uint64_t count) {
  std::vector<Row> rows;
  for (std::uint64_t i = first; i < first + count; ++i) rows.push_back(sample_row(schema, i));
  return rows;
}

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void overwrite(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// Whether a writer left a file that it did not publish.
inline bool has_temporary_files(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".tmp") return true;
  return false;
}

}  // namespace rgsweep::store

// Writes one file, row after row in the order of point_id, under a temporary name until it is whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "pending_file.hpp"
#include "rgsweep/core/record.hpp"
#include "rgsweep/store/attributes.hpp"
#include "schema_io.hpp"

namespace rgsweep::store {

class SegmentWriter {
 public:
  /// Begins a temporary file, which goes away again unless it is committed. `expected_rows` only shapes the
  /// chunks. Texts longer than their column's `text_sizes` are a std::logic_error.
  SegmentWriter(const std::filesystem::path& path, const Schema& schema, std::uint64_t expected_rows,
                const Attributes& attributes, const TextSizes& text_sizes = {});
  /// Throws std::logic_error when the ids do not ascend or the row does not fit the schema.
  void append(Row row);
  /// The same for many rows, which are not copied.
  void append(std::span<const Row> rows);
  std::uint64_t rows() const { return written_ + pending_.size(); }
  /// Writes the trailer and publishes the file under its name. `allowed` as in files::publish().
  void commit(const std::function<void()>& allowed = {});

 private:
  void check_next(const Row& row);
  void write_pending();
  void write(std::span<const Row> rows);
  void write_numbers_of(std::size_t column, std::span<const Row> rows);
  void write_texts_of(std::size_t column, std::span<const Row> rows);

  PendingFile file_;
  bool segment_;
  Layout layout_;
  std::size_t block_rows_;
  std::vector<Row> pending_;
  std::uint64_t written_ = 0;
  bool any_ = false;
  std::uint64_t last_id_ = 0;
};

/// Throws std::logic_error, naming the column, unless the row has the schema's size and whole numbers
/// wherever the file stores integers.
void check_row(const Schema& schema, const Row& row);

}  // namespace rgsweep::store

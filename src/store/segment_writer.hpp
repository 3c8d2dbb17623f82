// Writes one file, row after row in the order of point_id, under a temporary name until it is whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "pending_file.hpp"
#include "rgsweep/core/record.hpp"
#include "rgsweep/store/attributes.hpp"
#include "row_block.hpp"
#include "schema_io.hpp"

namespace rgsweep::store {

class SegmentWriter {
 public:
  /// Begins a temporary file, which goes away again unless it is committed. `expected_rows` only shapes the
  /// chunks. Texts that do not fit their column's storage are a std::logic_error.
  SegmentWriter(const std::filesystem::path& path, const Schema& schema, std::uint64_t expected_rows,
                const Attributes& attributes, TextStorages texts);
  /// Throws std::logic_error when the ids do not ascend or the row does not fit the schema.
  void append(const Row& row);
  /// The same for the rows of a block of this schema at these places, in this order; they are not copied.
  void append(const RowBlock& rows, std::span<const std::uint32_t> places);
  std::uint64_t rows() const { return written_ + pending_.rows(); }
  /// Writes the trailer and publishes the file under its name. `allowed` as in files::publish().
  void commit(const std::function<void()>& allowed = {});

 private:
  using Places = std::span<const std::uint32_t>;
  void write_pending();
  void write(const RowBlock& rows, Places places);
  void write_ids(const RowBlock& rows, Places places);
  void write_numbers_of(std::size_t column, const RowBlock& rows, Places places);
  void write_texts_of(std::size_t column, const RowBlock& rows, Places places);

  PendingFile file_;
  TextStorages texts_;
  Layout layout_;
  std::size_t block_rows_;
  RowBlock pending_;
  std::uint64_t written_ = 0;
  bool any_ = false;
  std::uint64_t last_id_ = 0;
};

/// Whether a file is a segment, by its name: this program alone reads those, and texts of fixed length take
/// HDF5 a tenth of the time that others take.
bool is_segment(const std::filesystem::path& path);

/// What suits these rows in the file at `path`.
TextStorages text_storages(const std::filesystem::path& path, const Schema& schema, const RowBlock& rows);

}  // namespace rgsweep::store

// One immutable HDF5 file of finished points, in the layout that results files and segments share: every
// column a dataset over (point, dimensions of the column...), rows sorted by point_id, dimension scales as
// netCDF-4 writes them, and after the HDF5 part the 32-byte trailer of src/store/trailer.hpp, by which damage
// is found. A schema has no column `point_id`: that dataset is written from Row::point_id as 16 hex digits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rgsweep/core/record.hpp"
#include "rgsweep/store/attributes.hpp"

namespace rgsweep::store {

/// Sorts the rows by point_id and writes them to `path` in one atomic step: a temporary name in the same
/// folder, fsync, rename, fsync of the folder. The temporary file is removed when that fails. Throws
/// StoreError that names the file and what went wrong; std::logic_error on a point that stands twice.
void write_segment(const std::filesystem::path& path, const Schema& schema, const std::vector<Row>& rows,
                   const Attributes& attributes);

/// Reads a segment or a results file, whose schema it takes from the file alone. Needs no HDF5 file locks.
class SegmentReader {
 public:
  /// Throws StoreError when the file is missing, truncated, damaged or not of this program. `check` reads the
  /// whole file once to compare its hash; without it only the trailer and the length are looked at. A results
  /// file that another program has rewritten, and which therefore has no trailer, is accepted when HDF5 finds
  /// it complete; `check` then reads each of its values.
  explicit SegmentReader(const std::filesystem::path& path, bool check = true);
  ~SegmentReader();
  SegmentReader(SegmentReader&&) noexcept;
  SegmentReader& operator=(SegmentReader&&) noexcept;

  const std::filesystem::path& path() const;
  const Schema& schema() const;
  const Attributes& attributes() const;
  std::uint64_t rows() const;
  /// Whether its bytes are known to be those that this program wrote.
  bool sealed() const;
  /// Reads every value once, so that HDF5 compares its own checksums. Throws StoreError.
  void read_all() const;
  /// Ascending. Throws StoreError when they are not.
  std::vector<std::uint64_t> point_ids() const;
  /// Replaces `rows` by rows first, ..., first+count-1.
  void read(std::uint64_t first, std::uint64_t count, std::vector<Row>& rows) const;
  /// One whole column, row after row (rows() * Schema::size values): reals, integers and flags as double.
  std::vector<double> numbers(std::string_view column) const;
  /// One whole text column.
  std::vector<std::string> texts(std::string_view column) const;
  /// The most bytes of a text in this column; 0 where there is no limit, as in every file but segments.
  std::size_t text_size(std::string_view column) const;
  /// The text that all rows have, where it is a segment's and no row holds one of its own.
  std::optional<std::string> constant_text(std::string_view column) const;

 private:
  struct File;
  std::unique_ptr<File> file_;
};

}  // namespace rgsweep::store

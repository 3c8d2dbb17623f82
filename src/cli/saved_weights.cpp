#include "saved_weights.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "rgsweep/core/record.hpp"
#include "rgsweep/store/segment.hpp"

namespace rgsweep::cli {

namespace {

constexpr std::string_view column = "weights";
constexpr std::uint64_t block_rows = 16;  // rows may be megabytes long

using Ids = std::vector<std::uint64_t>;

void sort_into(const store::SegmentReader& reader, Ids& with, Ids& without) {
  const bool saved = reader.schema().has(column);
  if (!saved) {
    const Ids ids = reader.point_ids();
    const std::vector<double> statuses = reader.numbers("status");
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (statuses[i] == static_cast<double>(Status::done)) without.push_back(ids[i]);
    return;
  }
  std::vector<Row> rows;
  for (std::uint64_t first = 0; first < reader.rows(); first += block_rows) {
    reader.read(first, std::min(block_rows, reader.rows() - first), rows);
    for (Row& row : rows)
      if (reader.schema().value(row, "status") == static_cast<double>(Status::done))
        (std::isnan(reader.schema().value(row, column)) ? without : with).push_back(row.point_id);
  }
}

void sort_unique(Ids& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace

std::uint64_t done_without_weights(const std::vector<std::filesystem::path>& files) {
  Ids with, without;
  for (const std::filesystem::path& file : files) sort_into(store::SegmentReader(file, false), with, without);
  sort_unique(with);
  sort_unique(without);
  return static_cast<std::uint64_t>(std::count_if(without.begin(), without.end(), [&](std::uint64_t id) {
    return !std::binary_search(with.begin(), with.end(), id);
  }));
}

}  // namespace rgsweep::cli

#include "compaction.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "file_system.hpp"
#include "layout_names.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/segment.hpp"
#include "segment_writer.hpp"

namespace rgsweep::store {
namespace {

int size_class(std::uint64_t rows) {
  const auto bits = static_cast<int>(std::bit_width(rows));
  return rows == 0 ? 0 : (bits - 1) / 4;
}

}  // namespace

SegmentList::SegmentList(std::filesystem::path parts) : parts_(std::move(parts)) {
  for (const std::string& name : files::list(parts_))
    if (const std::optional<std::uint64_t> number = segment_number(name)) {
      segments_.push_back({*number, SegmentReader(parts_ / name, false).rows()});
      next_ = std::max(next_, *number + 1);
    }
}

std::filesystem::path SegmentList::path(std::uint64_t number) const {
  return parts_ / segment_name(number);
}

std::vector<std::filesystem::path> SegmentList::paths() const {
  std::vector<std::filesystem::path> result;
  for (const Segment& segment : segments_) result.push_back(path(segment.number));
  return result;
}

void SegmentList::write(const Schema& schema, const RowBlock& rows, std::span<const std::uint32_t> places,
                        const Attributes& attributes, const Allowed& allowed) {
  const std::filesystem::path to = path(next_);
  SegmentWriter writer(to, schema, places.size(), attributes, text_storages(to, schema, rows));
  writer.append(rows, places);
  writer.commit(allowed);
  segments_.push_back({next_++, places.size()});
}

void SegmentList::compact(const Schema& schema, const Attributes& attributes, const Allowed& allowed) {
  for (int level = 0; level < 16; ++level) {
    std::vector<std::filesystem::path> inputs;
    const auto belongs = [&](const Segment& segment) { return size_class(segment.rows) == level; };
    for (const Segment& segment : segments_)
      // A writer that was replaced in the middle of a compaction may have removed what its union holds.
      if (belongs(segment) && files::exists(path(segment.number))) inputs.push_back(path(segment.number));
    if (inputs.size() < fan_in) continue;
    const std::uint64_t rows = merge(path(next_), inputs, attributes, {.base = schema, .allowed = allowed});
    std::erase_if(segments_, belongs);
    segments_.push_back({next_++, rows});
    // The rows are in the new segment by now; a file that is left over by a crash holds the same rows once
    // more.
    for (const std::filesystem::path& input : inputs) {
      allowed();
      files::remove(input);
    }
  }
}

void SegmentList::remove_all(const Allowed& allowed) {
  for (const std::filesystem::path& segment : paths()) {
    allowed();
    files::remove(segment);
  }
  segments_.clear();
}

}  // namespace rgsweep::store

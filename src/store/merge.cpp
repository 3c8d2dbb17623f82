#include "rgsweep/store/merge.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "duplicates.hpp"
#include "file_system.hpp"
#include "layout_names.hpp"
#include "rgsweep/store/segment.hpp"
#include "segment_writer.hpp"
#include "unite.hpp"

namespace rgsweep::store {
namespace {

using Path = std::filesystem::path;

/// A fraction of a second of work.
constexpr std::uint64_t rows_between_questions = 4096;

/// One input, read in blocks of rows.
class Input {
 public:
  Input(SegmentReader reader, const Schema& schema, std::size_t block_rows)
      : reader_(std::move(reader)), map_(reader_.schema(), schema), block_rows_(block_rows) {
    fill();
  }
  bool empty() const { return at_ == block_.size(); }
  std::uint64_t next_id() const { return block_[at_].point_id; }
  Candidate take() {
    Candidate candidate{map_.translate(std::move(block_[at_])), &map_, &reader_.path()};
    if (++at_ == block_.size()) fill();
    if (!empty() && next_id() <= candidate.row.point_id)
      throw StoreError(reader_.path().string() + ": the rows are not sorted by point_id");
    return candidate;
  }

 private:
  void fill() {
    const std::uint64_t count = std::min<std::uint64_t>(block_rows_, reader_.rows() - read_);
    reader_.read(read_, count, block_);
    read_ += count;
    at_ = 0;
  }

  SegmentReader reader_;
  RowMap map_;
  std::size_t block_rows_;
  std::vector<Row> block_;
  std::size_t at_ = 0;
  std::uint64_t read_ = 0;
};

std::size_t bytes_of_row(const Schema& schema) {
  return sizeof(Row) + sizeof(double) * schema.numbers() + 64 * schema.texts();
}

/// What holds the texts of all readers; no limit anywhere where one of them has none.
TextSizes common_text_sizes(const Schema& schema, const std::vector<SegmentReader>& readers) {
  TextSizes sizes(schema.columns().size(), 0);
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    const Column& column = schema.columns()[c];
    if (column.type != ColumnType::text) continue;
    sizes[c] = 1;
    for (const SegmentReader& reader : readers) {
      if (!reader.schema().has(column.name)) continue;
      const std::size_t size = reader.text_size(column.name);
      if (size == 0) return {};
      sizes[c] = std::max(sizes[c], size);
    }
  }
  return sizes;
}

}  // namespace

std::uint64_t merge(const Path& out, const std::vector<Path>& inputs, const Attributes& attributes,
                    const MergeOptions& options) {
  files::allow_open_files(inputs.size());
  std::vector<SegmentReader> readers;
  Schema schema = options.base;
  std::uint64_t most_rows = 0;
  for (const Path& path : inputs) {
    readers.emplace_back(path);
    schema = unite(schema, readers.back().schema(), path);
    most_rows += readers.back().rows();
  }
  const std::size_t block_rows = std::clamp<std::size_t>(
      options.buffer_bytes / (bytes_of_row(schema) * std::max<std::size_t>(inputs.size(), 1)), 1, 4096);

  const TextSizes text_sizes =
      segment_number(out.filename().string()) ? common_text_sizes(schema, readers) : TextSizes();
  std::vector<std::unique_ptr<Input>> streams;
  for (SegmentReader& reader : readers)
    streams.push_back(std::make_unique<Input>(std::move(reader), schema, block_rows));
  SegmentWriter writer(out, schema, most_rows, attributes, text_sizes);
  std::vector<Candidate> candidates;
  for (;;) {
    std::uint64_t next = std::numeric_limits<std::uint64_t>::max();
    bool any = false;
    for (const auto& stream : streams)
      if (!stream->empty()) {
        next = std::min(next, stream->next_id());
        any = true;
      }
    if (!any) break;
    candidates.clear();
    for (const auto& stream : streams)
      if (!stream->empty() && stream->next_id() == next) candidates.push_back(stream->take());
    writer.append(candidates.size() == 1 ? std::move(candidates.front().row)
                                         : resolve(schema, std::move(candidates)));
    if (options.allowed && writer.rows() % rows_between_questions == 0) options.allowed();
  }
  streams.clear();
  writer.commit(options.allowed);
  return writer.rows();
}

std::vector<Path> sources(const Path& output) {
  std::vector<Path> result;
  if (files::exists(output)) result.push_back(output);
  const Path parts = parts_folder(output);
  for (const std::string& name : files::list(parts))
    if (segment_number(name)) result.push_back(parts / name);
  return result;
}

}  // namespace rgsweep::store

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

/// What holds the texts of all readers in one column.
TextStorage common_storage(const std::string& column, const std::vector<SegmentReader>& readers,
                           bool segment) {
  TextStorage storage;
  if (!segment) return storage;
  bool any = false, limited = true, same = true;
  for (const SegmentReader& reader : readers) {
    if (reader.rows() == 0) continue;
    const bool has = reader.schema().has(column);
    const std::size_t size = has ? reader.text_size(column) : 1;
    limited = limited && size > 0;
    storage.size = std::max(storage.size, size);
    const std::optional<std::string> text = has ? reader.constant_text(column) : std::string();
    if (!any) storage.constant = text;
    same = same && text && text == storage.constant;
    any = true;
  }
  if (!limited) storage.size = 0;
  if (!same || !limited) storage.constant.reset();
  return storage;
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

  TextStorages texts(schema.columns().size());
  for (std::size_t c = 0; c < texts.size(); ++c)
    if (const Column& column = schema.columns()[c]; column.type == ColumnType::text)
      texts[c] = common_storage(column.name, readers, is_segment(out));
  std::vector<std::unique_ptr<Input>> streams;
  for (SegmentReader& reader : readers)
    streams.push_back(std::make_unique<Input>(std::move(reader), schema, block_rows));
  SegmentWriter writer(out, schema, most_rows, attributes, std::move(texts));
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
    writer.append(candidates.size() == 1 ? candidates.front().row : resolve(schema, std::move(candidates)));
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

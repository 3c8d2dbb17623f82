#include "rgsweep/data/idx.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <system_error>

#include <zlib.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep::data {

namespace {

constexpr std::uint8_t unsigned_byte = 0x08;
constexpr std::size_t max_dimensions = 4;
constexpr std::size_t chunk = std::size_t{1} << 20;

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : name_(file.string()) {
    // gzopen() would open a folder and fail at its first read, with a worse message.
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored))
      throw StoreError(name_ + " is a folder, not an IDX file");
    errno = 0;
    file_.reset(gzopen(name_.c_str(), "rb"));
    if (!file_)
      throw StoreError("cannot open the IDX file " + name_ + ": " +
                       (errno != 0 ? std::generic_category().message(errno) : "out of memory"));
  }

  /// Bytes read, fewer than asked for only at the end of the file.
  std::size_t read(std::span<std::uint8_t> out) {
    const int count = gzread(file_.get(), out.data(), static_cast<unsigned>(out.size()));
    int code = Z_OK;
    const char* message = gzerror(file_.get(), &code);
    // A gzip stream that ends early is Z_BUF_ERROR after a read that otherwise went well.
    if (count < 0 || (code != Z_OK && code != Z_STREAM_END))
      throw StoreError(name_ + ": " +
                       (code == Z_BUF_ERROR ? std::string("the gzip stream is truncated")
                        : code == Z_ERRNO   ? std::generic_category().message(errno)
                                            : "the gzip stream is damaged (" + std::string(message) + ")"));
    return static_cast<std::size_t>(count);
  }

  [[noreturn]] void refuse(const std::string& what) const { throw StoreError(name_ + " " + what); }

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose_r(file); }
  };
  std::string name_;
  std::unique_ptr<gzFile_s, Close> file_;
};

std::string shape_text(const std::vector<std::size_t>& extents) {
  std::string text;
  for (const std::size_t extent : extents) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text;
}

std::vector<std::size_t> read_extents(Reader& reader) {
  std::array<std::uint8_t, 4> magic{};
  if (reader.read(magic) < magic.size() || magic[0] != 0 || magic[1] != 0)
    reader.refuse("is not an IDX file: it does not start with the four bytes 0, 0, type, dimensions");
  if (magic[2] != unsigned_byte)
    reader.refuse("holds values of IDX type " + std::to_string(magic[2]) + "; allowed: 8 (unsigned bytes)");
  if (magic[3] == 0 || magic[3] > max_dimensions)
    reader.refuse("has " + std::to_string(magic[3]) + " dimensions; allowed: 1 to " +
                  std::to_string(max_dimensions));
  std::vector<std::size_t> extents(magic[3]);
  for (std::size_t& extent : extents) {
    std::array<std::uint8_t, 4> bytes{};
    if (reader.read(bytes) < bytes.size()) reader.refuse("is truncated: it ends within its header");
    for (const std::uint8_t byte : bytes) extent = extent << 8 | byte;
  }
  if (std::find(extents.begin(), extents.end(), 0U) != extents.end())
    reader.refuse("holds no values: its shape is " + shape_text(extents));
  return extents;
}

}  // namespace

std::vector<std::size_t> read_idx_extents(const std::filesystem::path& file) {
  Reader reader(file);
  return read_extents(reader);
}

IdxArray read_idx(const std::filesystem::path& file, std::size_t max_values) {
  Reader reader(file);
  IdxArray array{read_extents(reader), {}};
  std::size_t total = 1;
  for (const std::size_t extent : array.extents) {
    if (extent > max_values / total)
      reader.refuse("is too large: its header promises " + shape_text(array.extents) +
                    " values; allowed: " + std::to_string(max_values));
    total *= extent;
  }
  while (array.values.size() < total) {
    const std::size_t have = array.values.size(), want = std::min(chunk, total - have);
    array.values.resize(have + want);
    const std::size_t got = reader.read(std::span(array.values).subspan(have, want));
    if (got < want)
      reader.refuse("is truncated: its header promises " + shape_text(array.extents) + " values, it holds " +
                    std::to_string(have + got));
  }
  std::array<std::uint8_t, 1> more{};
  if (reader.read(more) > 0)
    reader.refuse("is longer than its header says: more follows the " + shape_text(array.extents) +
                  " values");
  return array;
}

}  // namespace rgsweep::data

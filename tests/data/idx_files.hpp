// Small IDX files for the tests, plain and compressed, in a folder that goes away with the test.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <zlib.h>

#include "../temporary_folder.hpp"

namespace rgsweep::data {

using Bytes = std::vector<std::uint8_t>;

/// Header and values of an IDX file.
inline Bytes idx_bytes(const std::vector<std::uint32_t>& extents, const Bytes& values,
                       std::uint8_t type = 8) {
  Bytes bytes{0, 0, type, static_cast<std::uint8_t>(extents.size())};
  for (const std::uint32_t extent : extents)
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(extent >> shift));
  bytes.insert(bytes.end(), values.begin(), values.end());
  return bytes;
}

class Folder : public TemporaryFolder {
 public:
  std::filesystem::path path(const std::string& name) const { return *this / name; }

  std::filesystem::path write(const std::string& name, const Bytes& bytes) const {
    std::ofstream(path(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path(name);
  }

  std::filesystem::path write_gzip(const std::string& name, const Bytes& bytes) const {
    gzFile file = gzopen(path(name).c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return path(name);
  }
};

}  // namespace rgsweep::data

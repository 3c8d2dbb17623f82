// One HDF5 file that stands under a temporary name until it is whole.
#pragma once

#include <filesystem>
#include <functional>

#include "hdf5_handle.hpp"
#include "rgsweep/store/attributes.hpp"

namespace rgsweep::store {

class PendingFile {
 public:
  /// Begins a temporary file beside it.
  explicit PendingFile(const std::filesystem::path& path);
  /// Removes it, unless it was published.
  ~PendingFile();
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  operator hid_t() const { return file_; }
  /// Root attributes, and `Conventions`.
  void write_attributes(const Attributes& attributes);
  /// Writes what HDF5 still buffers.
  void flush();
  /// Closes the file, writes the trailer and publishes it under its name. Its datasets are closed by then;
  /// when one of them could not write all its data, StoreError. `allowed` as in files::publish().
  void publish(const std::function<void()>& allowed = {});

 private:
  std::filesystem::path path_, temporary_;
  std::uint64_t failures_before_ = failed_closes();
  Handle file_;
  bool published_ = false;
};

}  // namespace rgsweep::store

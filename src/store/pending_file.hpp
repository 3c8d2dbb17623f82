// One HDF5 file that stands under a temporary name until it is whole.
#pragma once

#include <filesystem>

#include "hdf5_handle.hpp"
#include "rgsweep/store/attributes.hpp"

namespace rgsweep::store {

class PendingFile {
 public:
  /// Begins PATH.tmp.
  explicit PendingFile(const std::filesystem::path& path);
  /// Removes PATH.tmp, unless it was published.
  ~PendingFile();
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  operator hid_t() const { return file_; }
  /// Root attributes, and `Conventions`.
  void write_attributes(const Attributes& attributes);
  /// Writes what HDF5 still buffers. Here a failure can be reported; when datasets are closed it would go
  /// unnoticed.
  void flush();
  /// Closes the file, writes the trailer and publishes it under its name. Its datasets are closed by then.
  void publish();

 private:
  std::filesystem::path path_, temporary_;
  Handle file_;
  bool published_ = false;
};

}  // namespace rgsweep::store

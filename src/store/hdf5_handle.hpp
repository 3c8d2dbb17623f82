// HDF5 identifiers that close themselves, and HDF5 failures as StoreErrors that name the object. Only sources
// of this folder include this header or hdf5.h.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <hdf5.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep::store {

/// Throws StoreError "cannot WHAT: reason", the reason being the system's (No space left on device) or else
/// the innermost entry of HDF5's error stack.
[[noreturn]] void fail_hdf5(const std::string& what);

/// Passes a non-negative HDF5 return value on and throws as fail_hdf5 otherwise.
template <class Result>
Result checked(Result result, const std::string& what) {
  if (result < 0) fail_hdf5(what);
  return result;
}

/// How many identifiers could not be closed in order. Closing a dataset may write what HDF5 still buffers,
/// and a destructor cannot say that this failed: whoever publishes a file compares the count.
std::uint64_t failed_closes();
/// Closes, and counts a failure.
void close_quietly(hid_t id, herr_t (*closer)(hid_t));

/// Owns one identifier of any kind.
class Handle {
 public:
  Handle() = default;
  /// Throws as fail_hdf5 when the identifier is invalid.
  Handle(hid_t id, herr_t (*closer)(hid_t), const std::string& what)
      : id_(checked(id, what)), close_(closer) {}
  ~Handle() {
    if (id_ >= 0) close_quietly(id_, close_);
  }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  operator hid_t() const { return id_; }
  /// Closes now, to learn whether buffered data could be written.
  void close(const std::string& what) { checked(close_(std::exchange(id_, -1)), what); }

 private:
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

/// To be called before anything else of HDF5; later calls do nothing. Stops HDF5 from cleaning up at exit,
/// where it crashes when a file could not be written because the disk was full.
void start_library();

/// Opens an HDF5 file for reading, without HDF5's file locks.
Handle open_file(const std::string& path);
/// Creates or overwrites an HDF5 file whose root tracks the order of creation, as netCDF-4 requires.
Handle create_file(const std::string& path);

/// Variable-length UTF-8 text: fixed-length strings crash libnetcdf 4.9.0.
Handle text_type();
/// Of at most `size` bytes, filled up with zeros; 0: of any length.
Handle text_type(std::size_t size);
Handle open_dataset(hid_t file, const std::string& name);
/// Extents of a dataset.
Handle dataspace_of(hid_t dataset, const std::string& name);

}  // namespace rgsweep::store

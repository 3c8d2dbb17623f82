// Opening a file for reading only after its trailer was looked at: HDF5 itself notices little of what can
// happen to a file, and may crash on what it does not notice.
#pragma once

#include <filesystem>
#include <functional>

#include "hdf5_handle.hpp"

namespace rgsweep::store {

struct OpenedFile {
  Handle file;
  /// The trailer is there and holds. Without one another program has rewritten the whole file: no segment is
  /// that, but a results file may be, and nothing is wrong with it as long as HDF5 finds it complete.
  bool sealed = true;
};

/// For files without a trailer, in which HDF5 may meet anything: runs `read`, which reads the file, in a
/// process of its own first, and throws DamagedFile when it does not survive that. What it throws there is
/// ignored.
void try_reading(const std::filesystem::path& path, const std::function<void()>& read);

/// Whether the trailer has to hold: of every file that has one, and of segments.
bool must_be_sealed(const std::filesystem::path& path);

/// Throws DamagedFile that says what is wrong, StoreError when the file cannot be read or is not HDF5.
/// `content` as for check_trailer().
OpenedFile open_checked(const std::filesystem::path& path, bool content);

}  // namespace rgsweep::store

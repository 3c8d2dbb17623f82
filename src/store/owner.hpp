// One writer for each output. FILE.h5.parts/owner says who (host, pid, start of the process), and is held by
// flock, which ends with the process however that ends. Where flock does not reach (other hosts on some
// network file systems) the file's age decides: the owner touches it at every flush, and after
// `silence_seconds` it is stale. Taking over makes a new file, so that a writer which was only slow finds
// itself replaced and stops.
#pragma once

#include <filesystem>
#include <optional>

#include "file_system.hpp"
#include "rgsweep/store/status.hpp"

namespace rgsweep::store {

inline constexpr double silence_seconds = 60;

class OwnerLock {
 public:
  /// Takes `parts` for this process; throws StoreError that names host and pid of a living owner.
  explicit OwnerLock(const std::filesystem::path& parts);
  /// Gives it up, unless it was taken over.
  ~OwnerLock();
  OwnerLock(const OwnerLock&) = delete;
  OwnerLock& operator=(const OwnerLock&) = delete;

  /// Throws StoreError when another process has taken over. To be asked before anything is published.
  void check() const;
  /// The sign of life.
  void touch() const;
  /// Removes the owner file.
  void release();

 private:
  bool still_ours() const;
  bool try_take();

  std::filesystem::path path_;
  files::Descriptor file_;
};

/// Who writes the results in `parts`, or did so last; none when nobody said so. Disturbs nobody.
std::optional<Owner> read_owner(const std::filesystem::path& parts);

}  // namespace rgsweep::store

// The points that were stopped in the middle of their training: FILE.h5.parts/point-ID.state, one file each,
// written like a segment (temporary name, fsync, rename, trailer) and removed once the point's row is
// published. Layout: "rgstate1", the point_id in 8 bytes, little endian, the state, and the trailer of
// trailer.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <span>
#include <vector>

namespace rgsweep::store {

class SavedStates {
 public:
  explicit SavedStates(std::filesystem::path parts);

  bool empty() const { return points_.empty(); }
  bool has(std::uint64_t point) const { return points_.contains(point); }
  /// Replaces what there is of the point. `allowed` is asked before the file appears and may throw.
  void save(std::uint64_t point, std::span<const std::byte> state, const std::function<void()>& allowed);
  /// Empty where there is none. Throws DamagedFile, StoreError when it cannot be read.
  std::vector<std::byte> load(std::uint64_t point) const;
  std::filesystem::path path(std::uint64_t point) const;
  /// Removes the file, if there is one.
  void remove(std::uint64_t point);
  /// After the file was taken away by somebody else.
  void forget(std::uint64_t point) { points_.erase(point); }
  void remove_all();

 private:
  std::filesystem::path parts_;
  std::set<std::uint64_t> points_;
};

/// The files of this kind in a folder, sorted by point.
std::vector<std::filesystem::path> saved_state_files(const std::filesystem::path& parts);

/// The state in a file. Throws as SavedStates::load().
std::vector<std::byte> read_state(const std::filesystem::path& path, std::uint64_t point);

}  // namespace rgsweep::store

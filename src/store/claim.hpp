// Who writes a results file: one process at a time, which owns the folder of segments beside it.
#pragma once

#include <filesystem>
#include <optional>

#include "owner.hpp"

namespace rgsweep::store {

/// The folder beside the results, which is this process's as long as the claim lives.
class Claim {
 public:
  /// Takes the folder, or throws StoreError: another process owns it, or `path` cannot be a results file.
  /// With `fresh` UsageError where results exist, which says how to move them away.
  Claim(const std::filesystem::path& path, bool fresh);
  ~Claim();
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

  const std::filesystem::path& parts() const { return parts_; }
  /// Throws StoreError when the claim is lost: nothing may be published then.
  void check() const { lock_->check(); }
  void touch() const { lock_->touch(); }
  void give_up();

 private:
  std::filesystem::path parts_;
  std::optional<OwnerLock> lock_;
};

}  // namespace rgsweep::store

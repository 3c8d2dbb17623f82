#include "claim.hpp"

#include <string>
#include <vector>

#include "file_system.hpp"
#include "layout_names.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/store/merge.hpp"
#include "trailer.hpp"

namespace rgsweep::store {
namespace {

using Path = std::filesystem::path;

/// --fresh: says how to make room, before anything is touched.
void refuse_existing(const Path& path) {
  const std::vector<Path> found = sources(path);
  if (found.empty()) return;
  const std::string file = path.string(), parts = parts_folder(path).string();
  // A name under which every command finds the results again, segments included.
  std::string old = file + ".old";
  for (int n = 2; files::exists(old) || files::exists(parts_folder(old)); ++n)
    old = file + ".old" + std::to_string(n);
  std::string commands;
  if (files::exists(file)) commands += "\n  mv '" + file + "' '" + old + "'";
  if (files::exists(parts)) commands += "\n  mv '" + parts + "' '" + parts_folder(old).string() + "'";
  throw UsageError(
      file +
      ": results exist and --fresh does not touch them; continue them without --fresh, or move them away:" +
      commands);
}

void check_output(const Path& path) {
  const Path folder = files::folder_of(path);
  if (!files::is_folder(folder))
    throw StoreError("there is no folder " + folder.string() + " for the results file " + path.string());
  if (path.filename().empty() || files::is_folder(path))
    throw StoreError(path.string() + " is a folder, not a results file");
  if (!files::writable(folder)) throw StoreError("the folder " + folder.string() + " cannot be written");
  if (files::exists(path) && !looks_like_ours(path))
    throw StoreError(path.string() + " exists and is no results file; it is left alone");
}

}  // namespace

Claim::Claim(const Path& path, bool fresh) : parts_(parts_folder(path)) {
  check_output(path);
  if (fresh) refuse_existing(path);
  files::make_folder(parts_);
  lock_.emplace(parts_);
}

Claim::~Claim() {
  try {
    give_up();
  } catch (const StoreError&) {  // the next writer finds an owner that is dead
  }
}

void Claim::give_up() {
  lock_->release();
  files::remove_empty_folder(parts_);
}

}  // namespace rgsweep::store

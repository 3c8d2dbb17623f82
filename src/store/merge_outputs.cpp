// A merge of whole outputs, under the lock that keeps writers away from the one that it makes.
#include "file_system.hpp"
#include "layout_names.hpp"
#include "owner.hpp"
#include "rgsweep/store/merge.hpp"

namespace rgsweep::store {

std::uint64_t merge_outputs(const std::filesystem::path& out,
                            const std::vector<std::filesystem::path>& outputs, const Attributes& attributes) {
  const std::filesystem::path parts = parts_folder(out);
  files::make_folder(parts);
  std::uint64_t rows = 0;
  {
    OwnerLock lock(parts);
    std::vector<std::filesystem::path> inputs;
    for (const std::filesystem::path& output : outputs) {
      const std::vector<std::filesystem::path> found = sources(output);
      inputs.insert(inputs.end(), found.begin(), found.end());
    }
    rows = merge(out, inputs, attributes);
    // Only what was merged is removed, and only where it now stands in the output itself.
    for (const std::filesystem::path& input : inputs)
      if (std::error_code error; std::filesystem::equivalent(files::folder_of(input), parts, error))
        files::remove(input);
    lock.release();
  }
  files::remove_empty_folder(parts);
  return rows;
}

}  // namespace rgsweep::store

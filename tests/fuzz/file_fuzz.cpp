// Any bytes in the place of a segment and of a saved training: refused, whatever they are, without a crash.
// HDF5 gets to see only what has the trailer that this program would have written for it.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "../temporary_folder.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/store/segment.hpp"
#include "rgsweep/store/status.hpp"
#include "rgsweep/store/verify.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace rgsweep;
  static const TemporaryFolder folder;
  static const bool made = std::filesystem::create_directory(folder / "x.h5.parts");
  if (!made) std::abort();
  const std::filesystem::path segment = folder / "x.h5.parts/seg-00000001.h5",
                              state = folder / "x.h5.parts/point-0000000000000001.state",
                              owner = folder / "x.h5.parts/owner";
  for (const auto& path : {segment, state, owner})
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  for (const bool check : {false, true}) try {
      static_cast<void>(store::SegmentReader(segment, check));
    } catch (const StoreError&) {
    }
  static_cast<void>(store::status(folder / "x.h5"));
  static_cast<void>(store::verify({folder / "x.h5"}));
  return 0;
}

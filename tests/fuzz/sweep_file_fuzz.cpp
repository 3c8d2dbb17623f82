// Any text as a sweep file: either a spec, whose grid can be built and described, or a UsageError. The bytes
// after a NUL, if there is one, are the value of a --KEY option.
#include <string>

#include "rgsweep/core/error.hpp"
#include "rgsweep/experiment/keys.hpp"
#include "rgsweep/sweep/grid.hpp"
#include "rgsweep/sweep/spec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace rgsweep;
  const std::string all(reinterpret_cast<const char*>(data), size);
  const std::size_t end = all.find('\0');
  sweep::Overrides overrides;
  if (end != std::string::npos) overrides.emplace_back("activation.slope", all.substr(end + 1));
  try {
    const sweep::Spec spec =
        sweep::parse_spec(experiment::spec_keys(), all.substr(0, end), "fuzz.ini", overrides);
    const sweep::Grid grid = sweep::Grid::build(experiment::spec_keys(), spec);
    if (grid.size() > 0) static_cast<void>(grid.at(grid.size() - 1).point_id());
  } catch (const UsageError&) {
  }
  return 0;
}

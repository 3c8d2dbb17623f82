// Any text as the values of a key; the first byte chooses the key.
#include <string_view>

#include "rgsweep/core/error.hpp"
#include "rgsweep/experiment/keys.hpp"
#include "rgsweep/sweep/axis.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace rgsweep;
  if (size == 0) return 0;
  const auto& keys = experiment::spec_keys().keys();
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    static_cast<void>(sweep::parse_axis(keys[data[0] % keys.size()], text));
  } catch (const UsageError&) {
  }
  return 0;
}

#include "rgsweep/core/philox.hpp"

#include <array>

#include "draw_functions.hpp"

namespace rgsweep {

namespace draws {

#define RGSWEEP_DECLARE(variant)    \
  namespace variant {               \
  extern const Functions functions; \
  }
RGSWEEP_FOR_EACH_VARIANT(RGSWEEP_DECLARE)
#undef RGSWEEP_DECLARE

const Functions& functions(std::size_t variant) {
#define RGSWEEP_ADDRESS(variant) &variant::functions,
  static constexpr std::array table{RGSWEEP_FOR_EACH_VARIANT(RGSWEEP_ADDRESS)};
#undef RGSWEEP_ADDRESS
  return *table.at(variant);
}

}  // namespace draws

void philox_blocks(const std::array<std::uint32_t, 2>& key, const std::array<std::uint32_t, 4>& counter,
                   PhiloxWords& out) {
  draws::functions().philox(key.data(), counter.data(), out);
}

}  // namespace rgsweep

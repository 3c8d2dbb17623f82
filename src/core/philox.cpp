#include "rgsweep/core/philox.hpp"

#include <array>

#include "draw_functions.hpp"

namespace rgsweep {

namespace draws {

RGSWEEP_DEFINE_FUNCTIONS

}  // namespace draws

void philox_blocks(const std::array<std::uint32_t, 2>& key, const std::array<std::uint32_t, 4>& counter,
                   PhiloxWords& out) {
  draws::functions().philox(key.data(), counter.data(), out);
}

}  // namespace rgsweep

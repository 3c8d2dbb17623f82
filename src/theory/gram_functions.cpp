#include "gram_functions.hpp"

#include <array>

namespace rgsweep::theory::gram_loops {

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

}  // namespace rgsweep::theory::gram_loops

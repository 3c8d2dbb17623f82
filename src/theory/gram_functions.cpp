#include "gram_functions.hpp"

namespace rgsweep::theory::gram_loops {

RGSWEEP_DEFINE_FUNCTIONS

}  // namespace rgsweep::theory::gram_loops

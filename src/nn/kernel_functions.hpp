// The table of a kernel's variants, in the order of variants().
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include "kernel_plan.hpp"
#include "rgsweep/core/variant.hpp"

namespace rgsweep::nn::kernel {

#define RGSWEEP_DECLARE(variant)                   \
  namespace variant {                              \
  extern const Functions<float> functions_float;   \
  extern const Functions<double> functions_double; \
  }
RGSWEEP_FOR_EACH_VARIANT(RGSWEEP_DECLARE)
#undef RGSWEEP_DECLARE

template <class Scalar>
const Functions<Scalar>& functions(std::size_t variant) {
#define RGSWEEP_FLOAT(variant) &variant::functions_float,
#define RGSWEEP_DOUBLE(variant) &variant::functions_double,
  if constexpr (std::is_same_v<Scalar, float>) {
    static constexpr std::array table{RGSWEEP_FOR_EACH_VARIANT(RGSWEEP_FLOAT)};
    return *table.at(variant);
  } else {
    static constexpr std::array table{RGSWEEP_FOR_EACH_VARIANT(RGSWEEP_DOUBLE)};
    return *table.at(variant);
  }
#undef RGSWEEP_FLOAT
#undef RGSWEEP_DOUBLE
}

}  // namespace rgsweep::nn::kernel

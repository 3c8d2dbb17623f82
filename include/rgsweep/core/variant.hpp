// Which instruction set the vector code runs on. The units that rgsweep_variants() names in CMake are
// compiled once for each variant, so that one program runs at full speed on different processors of a
// cluster; the rest of the program is compiled for all of them. Results are the same bit for bit only where
// the variant is the same.
//   v2, v3, v4   the levels x86-64-v2 (SSE 4.2), x86-64-v3 (AVX2, FMA) and x86-64-v4 (AVX-512) of the x86-64
//   ABI generic      what the compiler makes for any other processor, and in a portable build
// A unit defines what it offers in a namespace called RGSWEEP_VARIANT, and nothing else that the linker could
// merge with another unit's: Eigen is renamed too. Callers declare and tabulate it by
// RGSWEEP_FOR_EACH_VARIANT, or RGSWEEP_DEFINE_FUNCTIONS, and take entry chosen_variant().
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#if defined(__x86_64__) && !defined(RGSWEEP_PORTABLE)
#define RGSWEEP_FOR_EACH_VARIANT(apply) apply(v2) apply(v3) apply(v4)
#else
#define RGSWEEP_FOR_EACH_VARIANT(apply) apply(generic)
#endif

#define RGSWEEP_DECLARE_FUNCTIONS(variant) \
  namespace variant {                      \
  extern const Functions functions;        \
  }
#define RGSWEEP_ADDRESS_FUNCTIONS(variant) &variant::functions,
/// Defines `const Functions& functions(std::size_t variant)` in the namespace where it stands, which has a
/// struct Functions: the object `functions` that the unit of each variant defines.
#define RGSWEEP_DEFINE_FUNCTIONS                                                            \
  RGSWEEP_FOR_EACH_VARIANT(RGSWEEP_DECLARE_FUNCTIONS)                                       \
  const Functions& functions(std::size_t variant) {                                         \
    static constexpr std::array table{RGSWEEP_FOR_EACH_VARIANT(RGSWEEP_ADDRESS_FUNCTIONS)}; \
    return *table.at(variant);                                                              \
  }

namespace rgsweep {

/// All that are compiled into this program, in the order of RGSWEEP_FOR_EACH_VARIANT.
std::span<const std::string_view> variants();

/// Whether this processor can run variants()[index].
bool variant_available(std::size_t index);

/// The index of the variant called `name`. Throws UsageError for an unknown one and for one that this
/// processor cannot run.
std::size_t variant_index(std::string_view name);

/// The variant of this process, decided at the first call: the one that the environment variable
/// RGSWEEP_VARIANT names, else the last that is available. Throws UsageError as variant_index().
std::size_t chosen_variant();

}  // namespace rgsweep

#include "rgsweep/core/variant.hpp"

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep {

namespace {

#define RGSWEEP_NAME(variant) std::string_view(#variant),
constexpr std::array kVariants{RGSWEEP_FOR_EACH_VARIANT(RGSWEEP_NAME)};
#undef RGSWEEP_NAME

bool supported(std::string_view variant) {
#if defined(__x86_64__) && !defined(RGSWEEP_PORTABLE)
  // The instructions of each level that compilers use; processors that have these have the level's others.
  __builtin_cpu_init();
  const bool v2 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  const bool v3 = v2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  return variant == "v2" ? v2 : variant == "v3" ? v3 : v4;
#else
  return variant == "generic";
#endif
}

std::string available_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kVariants.size(); ++i)
    if (variant_available(i)) names.emplace_back(kVariants[i]);
  return join(names, ", ");
}

std::size_t choose() {
  if (const char* name = std::getenv("RGSWEEP_VARIANT"); name != nullptr && *name != '\0') {
    try {
      return variant_index(name);
    } catch (const UsageError& error) {
      throw UsageError("environment variable RGSWEEP_VARIANT: " + std::string(error.what()));
    }
  }
  for (std::size_t i = kVariants.size(); i-- > 0;)
    if (variant_available(i)) return i;
  throw UsageError("this processor lacks the instructions of x86-64-v2, the least that this program needs");
}

}  // namespace

std::span<const std::string_view> variants() {
  return kVariants;
}

bool variant_available(std::size_t index) {
  return supported(kVariants.at(index));
}

std::size_t variant_index(std::string_view name) {
  for (std::size_t i = 0; i < kVariants.size(); ++i) {
    if (kVariants[i] != name) continue;
    if (variant_available(i)) return i;
    throw UsageError("this processor cannot run the variant '" + std::string(name) +
                     "'; available: " + available_names());
  }
  throw UsageError("unknown variant '" + std::string(name) + "'; available: " + available_names());
}

std::size_t chosen_variant() {
  static const std::size_t chosen = choose();
  return chosen;
}

}  // namespace rgsweep

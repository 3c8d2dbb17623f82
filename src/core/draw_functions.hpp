// The loops behind Stream (rng.hpp), for each variant (variant.hpp). They use exact integer operations and
// single roundings only, in a fixed order, so that every variant gives the same bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rgsweep/core/philox.hpp"
#include "rgsweep/core/variant.hpp"

namespace rgsweep::draws {

struct Functions {
  /// philox_blocks() of two words of the key and four of the counter.
  void (*philox)(const std::uint32_t* key, const std::uint32_t* counter, PhiloxWords& out);
  /// Both uniforms, both normals, and the spare signs of both, of each of `count` blocks, in the order of
  /// their words.
  void (*uniforms)(const PhiloxWords&, std::size_t first, std::size_t count, double* out);
  void (*normals)(const PhiloxWords&, std::size_t first, std::size_t count, double* out);
  void (*float_normals)(const PhiloxWords&, std::size_t first, std::size_t count, float* out);
  void (*signs)(const PhiloxWords&, std::size_t first, std::size_t count, double* out);
  void (*float_signs)(const PhiloxWords&, std::size_t first, std::size_t count, float* out);
  /// philox() and normals() of `count` blocks from the counter on, a multiple of kPhiloxBlocks.
  void (*fresh_normals)(const std::uint32_t* key, const std::uint32_t* counter, std::size_t count,
                        double* out);
  void (*fresh_float_normals)(const std::uint32_t* key, const std::uint32_t* counter, std::size_t count,
                              float* out);
};

const Functions& functions(std::size_t variant = chosen_variant());

}  // namespace rgsweep::draws

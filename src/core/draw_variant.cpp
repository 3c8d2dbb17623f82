// The draws for one instruction set: this unit is compiled once for each, with RGSWEEP_VARIANT its name.
// Philox's ten rounds run on vectors of 64-bit lanes, each lane a 32-bit word of one counter. Vectors are
// written out because compilers do not find the 32 x 32 -> 64 bit multiplication of lanes that processors
// have: GCC 12's own vector code of the plain loop takes three times as long. The other loops they do find.
#include <bit>
#include <cstring>

#include <Random123/philox.h>

#include "draw_functions.hpp"
#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "rgsweep/core/box_muller.hpp"

namespace rgsweep::draws::RGSWEEP_VARIANT {

namespace {

#if defined(__AVX512F__)
constexpr std::size_t vector_bytes = 64;
#elif defined(__AVX2__)
constexpr std::size_t vector_bytes = 32;
#else
constexpr std::size_t vector_bytes = 16;
#endif

using Lanes [[gnu::vector_size(vector_bytes)]] = std::uint64_t;
using Words [[gnu::vector_size(vector_bytes / 2)]] = std::uint32_t;
constexpr std::size_t lanes = vector_bytes / sizeof(std::uint64_t);

Lanes all(std::uint64_t value) {
  return Lanes{} + value;
}

/// Products of the low halves; the high halves are ignored.
Lanes multiply(Lanes a, Lanes b) {
#if defined(__AVX512F__)
  // The form with a mask: GCC 12 takes the undefined operand inside the plain one for an uninitialised
  // variable.
  return std::bit_cast<Lanes>(
      _mm512_maskz_mul_epu32(0xff, std::bit_cast<__m512i>(a), std::bit_cast<__m512i>(b)));
#elif defined(__AVX2__)
  return std::bit_cast<Lanes>(_mm256_mul_epu32(std::bit_cast<__m256i>(a), std::bit_cast<__m256i>(b)));
#elif defined(__SSE2__)
  return std::bit_cast<Lanes>(_mm_mul_epu32(std::bit_cast<__m128i>(a), std::bit_cast<__m128i>(b)));
#else
  return (a & 0xffffffffU) * (b & 0xffffffffU);
#endif
}

constexpr std::size_t rounds = 10;

/// The keys of a round.
struct RoundKeys {
  Lanes key[2];
};

/// Only the low halves of x count; the high ones carry what the multiplications ignore.
struct State {
  Lanes x[4];

  void advance(const RoundKeys& keys) {
    const Lanes product0 = multiply(x[0], all(PHILOX_M4x32_0)),
                product1 = multiply(x[2], all(PHILOX_M4x32_1));
    x[0] = (product1 >> 32) ^ x[1] ^ keys.key[0];
    x[1] = product1;
    x[2] = (product0 >> 32) ^ x[3] ^ keys.key[1];
    x[3] = product0;
  }
};

void philox(const std::uint32_t* key, const std::uint32_t* counter, PhiloxWords& out) {
  RoundKeys keys[rounds];
  for (std::uint32_t r = 0; r < rounds; ++r)
    keys[r] = {{all(key[0] + r * PHILOX_W32_0), all(key[1] + r * PHILOX_W32_1)}};
  Lanes place{};
  for (std::size_t l = 0; l < lanes; ++l) place[l] = l;
  const State start{{place + counter[0], all(counter[1]), all(counter[2]), all(counter[3])}};

  // Two at a time: the next round waits for the multiplications of this one.
  constexpr std::size_t together = 2;
  static_assert(kPhiloxBlocks % (lanes * together) == 0);
  for (std::size_t first = 0; first < kPhiloxBlocks; first += lanes * together) {
    State states[together];
    for (std::size_t j = 0; j < together; ++j) {
      states[j] = start;
      states[j].x[0] += first + j * lanes;
    }
    for (const RoundKeys& round : keys)
      for (State& state : states) state.advance(round);
    for (std::size_t j = 0; j < together; ++j)
      for (std::size_t w = 0; w < 4; ++w) {
        const auto words = __builtin_convertvector(states[j].x[w], Words);
        std::memcpy(&out.word[w][first + j * lanes], &words, sizeof words);
      }
  }
}

void uniforms(const PhiloxWords& words, std::size_t first, std::size_t count, double* out) {
  const auto& w = words.word;
  for (std::size_t i = 0; i < count; ++i) {
    out[2 * i] = open_unit(join_words(w[0][first + i], w[1][first + i]));
    out[2 * i + 1] = open_unit(join_words(w[2][first + i], w[3][first + i]));
  }
}

template <class Scalar>
void normals(const PhiloxWords& words, std::size_t first, std::size_t count, Scalar* out) {
  const auto& w = words.word;
  for (std::size_t i = 0; i < count; ++i) {
    const NormalPair<Scalar> pair =
        normal_pair<Scalar>(w[0][first + i], w[1][first + i], w[2][first + i], w[3][first + i]);
    out[2 * i] = pair.first;
    out[2 * i + 1] = pair.second;
  }
}

template <class Scalar>
void signs(const PhiloxWords& words, std::size_t first, std::size_t count, Scalar* out) {
  const auto& w = words.word;
  for (std::size_t i = 0; i < count; ++i) {
    out[2 * i] = spare_sign<Scalar>(w[1][first + i]);
    out[2 * i + 1] = spare_sign<Scalar>(w[3][first + i]);
  }
}

}  // namespace

extern const Functions functions;
const Functions functions{philox, uniforms, normals<double>, normals<float>, signs<double>, signs<float>};

}  // namespace rgsweep::draws::RGSWEEP_VARIANT

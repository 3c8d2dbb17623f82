// The draws for one instruction set: this unit is compiled once for each, with RGSWEEP_VARIANT its name.
// Philox's ten rounds run on vectors of 64-bit lanes, each lane a 32-bit word of one counter. Vectors are
// written out because compilers do not find the 32 x 32 -> 64 bit multiplication of lanes that processors
// have: GCC 12's own vector code of the plain loop takes three times as long. The other loops they do find.
#include <bit>
#include <cstring>
#include <utility>

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
using Words [[gnu::vector_size(vector_bytes)]] = std::uint32_t;
constexpr std::size_t lanes = vector_bytes / sizeof(std::uint64_t);
constexpr std::size_t words_of_vector = 2 * lanes;

Lanes all(std::uint64_t value) {
  return Lanes{} + value;
}

/// A word in the low halves; the high ones do not count, and this way one instruction loads and uses it.
Lanes both_halves(std::uint32_t word) {
  return std::bit_cast<Lanes>(Words{} + word);
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

/// One half of each lane: the even words of the result are a's, the odd ones b's.
template <bool high>
Words halves(Lanes a, Lanes b) {
  constexpr std::size_t at = high == (std::endian::native == std::endian::little) ? 1 : 0;
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return __builtin_shufflevector(std::bit_cast<Words>(a), std::bit_cast<Words>(b),
                                   (i % 2 * words_of_vector + i / 2 * 2 + at)...);
  }
  (std::make_index_sequence<words_of_vector>());
}

constexpr std::uint32_t rounds = 10;

/// Blocks of one key and three counters. Only the first counter differs from lane to lane, so that half of
/// the first round and of the second is the same in all of them and is made once.
class Philox {
 public:
  Philox(const std::uint32_t* key, const std::uint32_t* counter) : counter_(counter[0]) {
    for (std::uint32_t r = 0; r < rounds; ++r) {
      key_[r][0] = key[0] + r * PHILOX_W32_0;
      key_[r][1] = key[1] + r * PHILOX_W32_1;
    }
    const std::uint64_t first = std::uint64_t{counter[2]} * PHILOX_M4x32_1;
    const std::uint32_t x0 = high(first) ^ counter[1] ^ key_[0][0];
    const std::uint64_t second = std::uint64_t{x0} * PHILOX_M4x32_0;
    first_round_ = counter[3] ^ key_[0][1];
    second_round_[0] = static_cast<std::uint32_t>(first) ^ key_[1][0];
    second_round_[1] = high(second) ^ key_[1][1];
    x3_ = static_cast<std::uint32_t>(second);
  }

  /// Word w of vectors * words_of_vector blocks, the first of which has the counter + `first`, to out[w].
  template <std::size_t vectors>
  [[gnu::always_inline]] void words(std::uint32_t first, std::uint32_t* const (&out)[4]) const {
    State states[2 * vectors];
    for (std::size_t j = 0; j < 2 * vectors; ++j) states[j] = after_two_rounds(first, j);
    // Many at a time: each multiplication waits for those of the round before.
    for (std::uint32_t r = 2; r + 1 < rounds; ++r) {
      const Lanes key0 = both_halves(key_[r][0]), key1 = both_halves(key_[r][1]);
      for (State& state : states) state.advance(key0, key1);
    }
    for (std::size_t j = 0; j < vectors; ++j) last_round(states[2 * j], states[2 * j + 1], j, out);
  }

 private:
  /// Only the low halves of x count; the high ones carry what the multiplications ignore.
  struct State {
    Lanes x[4];

    void advance(Lanes key0, Lanes key1) {
      const Lanes product0 = multiply(x[0], all(PHILOX_M4x32_0)),
                  product1 = multiply(x[2], all(PHILOX_M4x32_1));
      x[0] = (product1 >> 32) ^ x[1] ^ key0;
      x[1] = product1;
      x[2] = (product0 >> 32) ^ x[3] ^ key1;
      x[3] = product0;
    }
  };

  static std::uint32_t high(std::uint64_t bits) { return static_cast<std::uint32_t>(bits >> 32); }

  State after_two_rounds(std::uint32_t first, std::size_t number) const {
    Lanes place{};
    for (std::size_t l = 0; l < lanes; ++l) place[l] = 2 * l;
    const std::size_t apart = number / 2 * words_of_vector + number % 2;
    const Lanes product0 = multiply(place + (std::uint64_t{counter_} + first + apart), all(PHILOX_M4x32_0));
    const Lanes product1 = multiply((product0 >> 32) ^ all(first_round_), all(PHILOX_M4x32_1));
    return {{(product1 >> 32) ^ all(second_round_[0]), product1, product0 ^ all(second_round_[1]), all(x3_)}};
  }

  void last_round(const State& even, const State& odd, std::size_t vector,
                  std::uint32_t* const (&out)[4]) const {
    const auto key = [&](std::size_t i) { return Words{} + key_[rounds - 1][i]; };
    const auto store = [&](std::size_t w, Words words) {
      std::memcpy(out[w] + vector * words_of_vector, &words, sizeof words);
    };
    const auto both = [](Lanes a, Lanes b, std::uint32_t factor) {
      return std::pair(multiply(a, all(factor)), multiply(b, all(factor)));
    };
    const auto [even0, odd0] = both(even.x[0], odd.x[0], PHILOX_M4x32_0);
    const auto [even1, odd1] = both(even.x[2], odd.x[2], PHILOX_M4x32_1);
    store(0, halves<true>(even1, odd1) ^ halves<false>(even.x[1], odd.x[1]) ^ key(0));
    store(1, halves<false>(even1, odd1));
    store(2, halves<true>(even0, odd0) ^ halves<false>(even.x[3], odd.x[3]) ^ key(1));
    store(3, halves<false>(even0, odd0));
  }

  std::uint32_t counter_, first_round_, second_round_[2], x3_;
  std::uint32_t key_[rounds][2];
};

#if defined(__AVX512F__)
constexpr std::size_t vectors_together = 2;
#else
constexpr std::size_t vectors_together = 1;
#endif
constexpr std::size_t blocks_together = vectors_together * words_of_vector;
static_assert(kPhiloxBlocks % blocks_together == 0);

/// kPhiloxBlocks blocks, the first of which has the generator's counter + first.
void fill(const Philox& generator, std::uint32_t first, PhiloxWords& out) {
  for (std::uint32_t i = 0; i < kPhiloxBlocks; i += blocks_together)
    generator.words<vectors_together>(first + i,
                                      {&out.word[0][i], &out.word[1][i], &out.word[2][i], &out.word[3][i]});
}

void philox(const std::uint32_t* key, const std::uint32_t* counter, PhiloxWords& out) {
  fill(Philox(key, counter), 0, out);
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
  // Two loops: a processor looks ahead over more rounds of short ones, and each result takes long.
  const auto& w = words.word;
  alignas(64) Scalar radius[kPhiloxBlocks];
  for (std::size_t i = 0; i < count; ++i)
    radius[i] = std::sqrt(squared_radius<Scalar>(w[0][first + i], w[1][first + i]));
  for (std::size_t i = 0; i < count; ++i) {
    const CosineSine<Scalar> direction = unit_circle<Scalar>(w[2][first + i], w[3][first + i]);
    out[2 * i] = radius[i] * direction.cosine;
    out[2 * i + 1] = radius[i] * direction.sine;
  }
}

template <class Scalar>
void fresh_normals(const std::uint32_t* key, const std::uint32_t* counter, std::size_t count, Scalar* out) {
  const Philox generator(key, counter);
  PhiloxWords words;
  for (std::size_t i = 0; i < count; i += kPhiloxBlocks) {
    fill(generator, static_cast<std::uint32_t>(i), words);
    normals(words, 0, kPhiloxBlocks, out + 2 * i);
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
const Functions functions{philox,        uniforms,     normals<double>,       normals<float>,
                          signs<double>, signs<float>, fresh_normals<double>, fresh_normals<float>};

}  // namespace rgsweep::draws::RGSWEEP_VARIANT

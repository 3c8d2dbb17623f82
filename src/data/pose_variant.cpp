// Poses and their products for one instruction set: this unit is compiled once for each, with RGSWEEP_VARIANT
// its name and Eigen's namespace renamed after it.
#include <algorithm>
#include <cmath>

#include "pose_functions.hpp"

namespace rgsweep::data::pose_loops::RGSWEEP_VARIANT {

namespace {

using Eigen::Index;
using Packet = Eigen::internal::packet_traits<double>::type;
constexpr Index lanes = Eigen::internal::unpacket_traits<Packet>::size;
static_assert(pose_rows % lanes == 0);

/// The same pixel of both images, and two neighbours of both.
using Two [[gnu::vector_size(16)]] = double;
using Four [[gnu::vector_size(32)]] = double;

void map(const Maps& maps, Index pixels, const double* images, Index stride, double* poses) {
  const PixelTaps* taps = maps.taps;
  const Index next_row = 2 * maps.columns;
  for (Index p = 0; p < pixels; ++p) {
    double* const pose = poses + p * stride;
    for (Index g = 0; g < maps.elements; ++g, ++taps) {
      Four weight, above, below;
      __builtin_memcpy(&weight, taps->weight.data(), sizeof weight);
      __builtin_memcpy(&above, images + 2 * taps->first, sizeof above);
      __builtin_memcpy(&below, images + 2 * taps->first + next_row, sizeof below);
      const Four sum = __builtin_shufflevector(weight, weight, 0, 0, 1, 1) * above +
                       __builtin_shufflevector(weight, weight, 2, 2, 3, 3) * below;
      const Two both = __builtin_shufflevector(sum, sum, 0, 1) + __builtin_shufflevector(sum, sum, 2, 3);
      __builtin_memcpy(pose + 2 * g, &both, sizeof both);
    }
    for (Index r = 2 * maps.elements; r < stride; ++r) pose[r] = 0;
  }
}

void mean(const double* poses, Index stride, Index pixels, double* mean) {
  using namespace Eigen::internal;
  const Packet inverse = pset1<Packet>(1 / static_cast<double>(pixels));
  for (Index r = 0; r < stride; r += lanes) {
    // Two sums, of which one need not wait for the other.
    Packet even = pset1<Packet>(0), odd = even;
    const double* pose = poses + r;
    for (Index p = 0; p + 2 <= pixels; p += 2, pose += 2 * stride) {
      even = padd(even, ploadu<Packet>(pose));
      odd = padd(odd, ploadu<Packet>(pose + stride));
    }
    if (pixels % 2 != 0) even = padd(even, ploadu<Packet>(pose));
    pstoreu(mean + r, pmul(inverse, padd(even, odd)));
  }
}

/// sums += x y' of `count` columns of stride rows; for `lower` only tiles that touch the lower triangle.
void add_outer(Index stride, Index count, const double* x, const double* y, bool lower, double* sums) {
  using Eigen::internal::pset1;
  for (Index j = 0; j < stride; j += pose_rows)
    for (Index i = lower ? j : 0; i < stride; i += lanes) {
      Packet sum[pose_rows];
      for (Index column = 0; column < pose_rows; ++column)
        sum[column] = Eigen::internal::ploadu<Packet>(sums + (j + column) * stride + i);
      const double *first = x + i, *second = y + j;
      for (Index c = 0; c < count; ++c, first += stride, second += stride) {
        const Packet factor = Eigen::internal::ploadu<Packet>(first);
        for (Index column = 0; column < pose_rows; ++column)
          sum[column] = Eigen::internal::pmadd(factor, pset1<Packet>(second[column]), sum[column]);
      }
      for (Index column = 0; column < pose_rows; ++column)
        Eigen::internal::pstoreu(sums + (j + column) * stride + i, sum[column]);
    }
}

/// The parts (pose_functions.hpp) of the vectors of a cycle, at parts + which * distance.
void write_parts(const Cycles& cycles, const int* pixel, Index stride, const double* poses,
                 const double* means, Index distance, double* parts) {
  using namespace Eigen::internal;
  for (Index r = 0; r < stride; r += lanes) {
    const Packet mean = ploadu<Packet>(means + r);
    const auto load = [&](int t) { return ploadu<Packet>(poses + pixel[t] * stride + r); };
    const auto centred = [&](int t) { return psub(load(t), mean); };
    const auto store = [&](int which, const Packet& value) { pstoreu(parts + which * distance + r, value); };
    if (cycles.turns == 1) {
      store(0, centred(0));
    } else if (cycles.turns == 2) {
      store(0, padd(centred(0), centred(1)));
      store(1, psub(load(0), load(1)));
    } else {
      const Packet even = padd(centred(0), centred(2)), odd = padd(centred(1), centred(3));
      store(0, padd(even, odd));
      store(1, psub(even, odd));
      store(2, psub(load(0), load(2)));
      store(3, psub(load(1), load(3)));
    }
  }
}

/// What the parts of a few cycles take stays in the nearest cache.
constexpr Index buffer_size = 4096;

void add_products(const Cycles& cycles, Index stride, const double* poses, const double* means,
                  double* sums) {
  const Index m = cycles.turns, square = stride * stride,
              most = std::max<Index>(buffer_size / (stride * m), 8);
  Eigen::ArrayXd buffer(stride * m * most);
  double* const parts = buffer.data();
  for (Index first = 0; first < cycles.count; first += most) {
    const Index count = std::min(most, cycles.count - first);
    for (Index i = 0; i < count; ++i)
      write_parts(cycles, cycles.pixels + (first + i) * m, stride, poses, means, most * stride,
                  parts + i * stride);
    const auto all = [&](Index which) { return parts + which * most * stride; };
    add_outer(stride, count, all(0), all(0), true, sums);
    if (m > 1) add_outer(stride, count, all(1), all(1), true, sums + square);
    if (m == 4) {
      add_outer(stride, count, all(2), all(2), true, sums + 2 * square);
      add_outer(stride, count, all(3), all(3), true, sums + 2 * square);
      add_outer(stride, count, all(2), all(3), false, sums + 3 * square);
    }
  }
  if (cycles.fixed_pixel >= 0) {
    const double root = std::sqrt(static_cast<double>(m));
    for (Index r = 0; r < stride; ++r) parts[r] = root * (poses[cycles.fixed_pixel * stride + r] - means[r]);
    add_outer(stride, 1, parts, parts, true, sums);
  }
}

}  // namespace

extern const Functions functions;
const Functions functions{map, mean, add_products};

}  // namespace rgsweep::data::pose_loops::RGSWEEP_VARIANT

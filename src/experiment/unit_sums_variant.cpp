// The loops for one instruction set: this unit is compiled once for each, with RGSWEEP_VARIANT its name.
#include <cstring>

#include "unit_sums.hpp"

namespace rgsweep::experiment::unit_sums::RGSWEEP_VARIANT {

namespace {

using Lanes [[gnu::vector_size(lanes * sizeof(double))]] = double;

/// Calls visit(x, first) for `count` values, the last lanes filled up.
template <class Visit>
void for_each_lanes(const double* x, std::size_t count, double filling, const Visit& visit) {
  std::size_t first = 0;
  Lanes v;
  for (; first + lanes <= count; first += lanes) {
    std::memcpy(&v, x + first, sizeof v);
    visit(v, first);
  }
  if (first == count) return;
  v = Lanes{} + filling;
  std::memcpy(&v, x + first, (count - first) * sizeof(double));
  visit(v, first);
}

double sum_of(const Lanes& v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

void central(const double* x, std::size_t count, double& mean, double* sums) {
  const double origin = x[0];
  Lanes total{};
  for_each_lanes(x, count, origin, [&](const Lanes& v, std::size_t) { total += v - origin; });
  mean = origin + sum_of(total) / static_cast<double>(count);
  Lanes s2{}, s3{}, s4{}, s5{}, s6{};
  for_each_lanes(x, count, mean, [&](const Lanes& v, std::size_t) {
    const Lanes d = v - mean, square = d * d, cube = square * d;
    s2 += square;
    s3 += cube;
    s4 += square * square;
    s5 += square * cube;
    s6 += cube * cube;
  });
  sums[2] = sum_of(s2);
  sums[3] = sum_of(s3);
  sums[4] = sum_of(s4);
  sums[5] = sum_of(s5);
  sums[6] = sum_of(s6);
}

void add(double* to, const Lanes& what) {
  Lanes sum;
  std::memcpy(&sum, to, sizeof sum);
  sum += what;
  std::memcpy(to, &sum, sizeof sum);
}

void add_influence(const double* x, std::size_t count, double mean, const Influence& of, double* psi,
                   std::size_t stride) {
  for_each_lanes(x, count, mean, [&](const Lanes& v, std::size_t first) {
    const Lanes d = v - mean, square = d * d;
    double* to = psi + first;
    add(to, d);
    add(to + stride, square);
    add(to + 2 * stride, (square - 3 * of.m2) * d);
    add(to + 3 * stride, ((square - 6 * of.m2) * d - 4 * of.m3) * d);
    add(to + 4 * stride, (((square - 10 * of.m2) * d - 10 * of.m3) * d + of.b5) * d);
    add(to + 5 * stride, ((((square - 15 * of.m2) * d - 20 * of.m3) * d + of.a6) * d + of.b6) * d);
  });
}

}  // namespace

extern const Functions functions;
const Functions functions{central, add_influence};

}  // namespace rgsweep::experiment::unit_sums::RGSWEEP_VARIANT

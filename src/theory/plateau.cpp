#include "rgsweep/theory/plateau.hpp"

#include <cmath>
#include <numbers>

namespace rgsweep::theory {

double plateau(double slope) {
  return (1 - slope) * (1 - slope) / (2 * (1 + slope * slope));
}

double plateau_output_bias(double slope) {
  const double even = (1 - slope) * (1 - slope) * (1 - 2 / std::numbers::pi);
  return even / ((1 + slope) * (1 + slope) + even);
}

double escape_fraction(int width) {
  return 1 - std::exp2(1 - width);
}

}  // namespace rgsweep::theory

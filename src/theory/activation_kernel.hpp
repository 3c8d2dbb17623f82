// The activation step of neural_kernel.hpp for loops over many pairs: without branches and calls, so that
// they become vector code. Needs -fno-math-errno for its square root.
#pragma once

#include <cmath>
#include <numbers>

#include "rgsweep/core/elementary.hpp"

namespace rgsweep::theory {

/// atan2(s, c) for s >= 0, 0 where both vanish. Relative error below 5e-16.
[[gnu::always_inline]] inline double upper_angle(double s, double c) {
  const double side = std::abs(c);
  const double large = s > side ? s : side, small = s > side ? side : s;
  // With t = small / large, atan t = pi/4 + atan((t - 1) / (t + 1)) brings |u| below tan(pi/8), where z^20 /
  // 41 is below rounding.
  const double above = small > 0.41421356237309503 * large ? 1.0 : 0.0;
  const double bottom = large + above * small;
  const double u = (small - above * large) / (bottom > 0 ? bottom : 1.0), z = u * u;
  // Even and odd terms apart, so that one need not wait for the other.
  const double w = z * z;
  const double even = horner(w, 1.0 / 41, 1.0 / 37, 1.0 / 33, 1.0 / 29, 1.0 / 25, 1.0 / 21, 1.0 / 17,
                             1.0 / 13, 1.0 / 9, 1.0 / 5),
               odd = horner(w, 1.0 / 39, 1.0 / 35, 1.0 / 31, 1.0 / 27, 1.0 / 23, 1.0 / 19, 1.0 / 15, 1.0 / 11,
                            1.0 / 7, 1.0 / 3);
  const double series = z * even - odd;
  const double octant = above * (std::numbers::pi / 4) + (u + u * z * series);
  const double quadrant = s > side ? std::numbers::pi / 2 - octant : octant;
  return c < 0 ? std::numbers::pi - quadrant : quadrant;
}

struct LeakyReluStep {
  double mean_square;  ///< (1 + a^2) / 2
  double kink;         ///< F = (1 - a)^2 / (2 pi)

  explicit LeakyReluStep(double slope)
      : mean_square((1 + slope * slope) / 2), kink((1 - slope) * (1 - slope) / (2 * std::numbers::pi)) {}

  /// Writes K and Kdot.
  [[gnu::always_inline]] inline void operator()(double q11, double q22, double q12, double& value,
                                                double& derivative) const {
    const double square = q11 * q22 - q12 * q12;
    const double sine = std::sqrt(square > 0 ? square : 0.0);
    derivative = mean_square - kink * upper_angle(sine, q12);
    value = kink * sine + derivative * q12;
  }
};

}  // namespace rgsweep::theory

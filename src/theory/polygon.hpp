// Convex polygons in the plane and their division by straight lines a + b x + c y = 0.
// An edge keeps its line's equation: corners may lie as far out as 2^100, where a line through two of them
// would have lost its place near the origin.
#pragma once

#include <optional>
#include <utility>
#include <vector>

namespace rgsweep::theory {

struct Line {
  double a, b, c;
  double at(double x, double y) const { return a + b * x + c * y; }
};

struct Corner {
  double x, y;
  Line edge;  ///< the line from here to the next corner
};

/// Corners in counterclockwise order.
using Polygon = std::vector<Corner>;

/// The square [low, high] x [low, high].
Polygon square(double low, double high);

/// Whether the line passes through the polygon's inside: -1 or +1 where all corners have this sign or lie on
/// the line within rounding (1e-12 of the terms), 0 where both signs occur.
int side(const Polygon& polygon, const Line& line);

/// The parts with a + b x + c y < 0 and > 0, for a line that passes through the inside.
std::pair<Polygon, Polygon> divide(const Polygon& polygon, const Line& line);

}  // namespace rgsweep::theory

// Division of convex polygons: one pass over the corners.
#include "polygon.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace rgsweep::theory {

namespace {

constexpr double rounding = 1e-12;

int sign(const Line& line, const Corner& corner) {
  const double value = line.at(corner.x, corner.y);
  const double terms = std::abs(line.a) + std::abs(line.b * corner.x) + std::abs(line.c * corner.y);
  if (std::abs(value) <= rounding * terms) return 0;
  return value < 0 ? -1 : 1;
}

/// Where the line crosses the edge from `from` to `to`, whose ends are on different sides of it.
Corner crossing(const Line& line, const Corner& from, const Corner& to) {
  const Line& edge = from.edge;
  const double determinant = edge.b * line.c - edge.c * line.b;
  const double x = (edge.c * line.a - line.c * edge.a) / determinant;
  const double y = (edge.a * line.b - line.a * edge.b) / determinant;
  // Nearly parallel lines give any point of the edge's line.
  return {std::clamp(x, std::min(from.x, to.x), std::max(from.x, to.x)),
          std::clamp(y, std::min(from.y, to.y), std::max(from.y, to.y)), edge};
}

}  // namespace

Polygon square(double low, double high) {
  return {{low, low, {-low, 0, 1}},
          {high, low, {-high, 1, 0}},
          {high, high, {-high, 0, 1}},
          {low, high, {-low, 1, 0}}};
}

int side(const Polygon& polygon, const Line& line) {
  bool below = false, above = false;
  for (const Corner& corner : polygon) {
    const int of = sign(line, corner);
    below = below || of < 0;
    above = above || of > 0;
  }
  if (below && above) return 0;
  return below ? -1 : 1;
}

std::pair<Polygon, Polygon> divide(const Polygon& polygon, const Line& line) {
  Polygon below, above;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Corner& corner = polygon[i];
    const Corner& next = polygon[(i + 1) % polygon.size()];
    const int here = sign(line, corner), there = sign(line, next);
    if (here < 0) below.push_back(corner);
    if (here > 0) above.push_back(corner);
    if (here == 0) {
      // The part that ends here goes on along the line.
      below.push_back({corner.x, corner.y, there > 0 ? line : corner.edge});
      above.push_back({corner.x, corner.y, there < 0 ? line : corner.edge});
    }
    if (here * there < 0) {
      Corner cut = crossing(line, corner, next);
      (here < 0 ? above : below).push_back(cut);
      cut.edge = line;
      (here < 0 ? below : above).push_back(cut);
    }
  }
  return {below, above};
}

}  // namespace rgsweep::theory

// Edges, their pieces, and the Gauss-Kronrod pair on each.
#include "polygon_moments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace rgsweep::theory {

namespace {

using math::GaussKronrod;
using Points = InputDensity::Points;

// The pair's points with those of the Gauss rule first, filled up with points of weight 0.
constexpr int gauss_lanes = 12;
struct PaddedRule {
  Points nodes = Points::Zero(), weights = Points::Zero(), gauss_weights = Points::Zero();
};

const PaddedRule& padded_rule() {
  static const PaddedRule padded = [] {
    const GaussKronrod& rule = math::gauss_kronrod();
    PaddedRule made;
    Eigen::Index next = 0;
    for (const bool in_gauss : {true, false})
      for (Eigen::Index k = 0; k < GaussKronrod::points; ++k) {
        if ((rule.gauss_weights[k] > 0) != in_gauss) continue;
        made.nodes[next] = rule.nodes[k];
        made.weights[next] = rule.weights[k];
        made.gauss_weights[next] = rule.gauss_weights[k];
        ++next;
      }
    return made;
  }();
  return padded;
}

/// The edge's line as one coordinate over the other: x(s) = s, y(s) = offset + slope s, or the reverse.
struct Edge {
  double from, to;  ///< s at both ends
  double offset, slope;
  bool in_y;  ///< s is y

  Edge(const Corner& corner, const Corner& next) {
    const Line& line = corner.edge;
    in_y = std::abs(line.b) > std::abs(line.c);
    from = in_y ? corner.y : corner.x;
    to = in_y ? next.y : next.x;
    const double divisor = in_y ? -line.b : -line.c;
    offset = line.a / divisor;
    slope = (in_y ? line.c : line.b) / divisor;
  }
  double other(double s) const { return offset + slope * s; }
};

class Integrator {
 public:
  Integrator(const InputDensity& density, PolygonMoments& result) : density_(density), result_(result) {}

  void add(const Edge& edge) {
    const double low = std::min(edge.from, edge.to), high = std::max(edge.from, edge.to);
    if (!(low < high)) return;
    // Edges along the lower and the vertical sides have A_j = 0 or dx = 0.
    if (edge.slope == 0 && (edge.in_y || edge.offset <= density_.low())) return;
    cuts_.assign({low, high});
    for (const double end : density_.ends()) {
      cut(end, low, high);
      if (edge.slope != 0) cut((end - edge.offset) / edge.slope, low, high);
    }
    std::sort(cuts_.begin(), cuts_.end());
    // Counterclockwise, M is minus the integral over dx.
    const double sign = edge.from < edge.to ? -1 : 1;
    for (std::size_t i = 0; i + 1 < cuts_.size(); ++i)
      if (cuts_[i] < cuts_[i + 1]) add_piece(edge, cuts_[i], cuts_[i + 1], sign);
  }

 private:
  void cut(double s, double low, double high) {
    if (s > low && s < high) cuts_.push_back(s);
  }

  void add_piece(const Edge& edge, double low, double high, double sign) {
    const PaddedRule& rule = padded_rule();
    const double middle = (low + high) / 2, half = (high - low) / 2;
    const Points s = middle + half * rule.nodes, other = edge.offset + edge.slope * s;
    const Points &x = edge.in_y ? other : s, &y = edge.in_y ? s : other;
    const double middle_other = edge.other(middle);
    Points power;  // x^i p(x) dx/ds ds
    density_.density(density_.panel(edge.in_y ? middle_other : middle), x, power);
    density_.partial_moments(density_.panel(edge.in_y ? middle : middle_other), y, partial_);
    const double scale = half * (edge.in_y ? edge.slope : 1);
    power *= scale;
    for (int i = 0; i < PolygonMoments::size; ++i) {
      const Points weighted = power * rule.weights, gauss_weighted = power * rule.gauss_weights;
      along_x_[i] += weighted.abs().sum();
      for (int j = 0; i + j < PolygonMoments::size; ++j) {
        const double kronrod = (weighted * partial_.col(j)).sum();
        const double gauss = (gauss_weighted.head<gauss_lanes>() * partial_.col(j).head<gauss_lanes>()).sum();
        result_.value(i, j) += sign * kronrod;
        result_.error(i, j) += std::abs(kronrod - gauss);
      }
      power *= x;
    }
  }

 public:
  /// Rounding and the density's own error: each A_j along the way is a sum of terms of size E[|y|^j].
  void finish() {
    constexpr double rounding = 8 * std::numeric_limits<double>::epsilon();
    for (int i = 0; i < PolygonMoments::size; ++i)
      for (int j = 0; i + j < PolygonMoments::size; ++j) {
        const auto x = static_cast<std::size_t>(i), y = static_cast<std::size_t>(j);
        result_.error(i, j) += along_x_[i] * density_.absolute_moments()[y] *
                               (rounding + density_.moment_errors()[x] + density_.moment_errors()[y]);
      }
  }

 private:
  const InputDensity& density_;
  PolygonMoments& result_;
  /// Sum over the pieces of integral |x|^i p(x) |dx|.
  Eigen::Array<double, PolygonMoments::size, 1> along_x_ =
      Eigen::Array<double, PolygonMoments::size, 1>::Zero();
  std::vector<double> cuts_;
  InputDensity::PartialMoments partial_;
};

}  // namespace

PolygonMoments polygon_moments(const InputDensity& density, const Polygon& polygon) {
  PolygonMoments result;
  Integrator integrator(density, result);
  for (std::size_t i = 0; i < polygon.size(); ++i)
    integrator.add(Edge(polygon[i], polygon[(i + 1) % polygon.size()]));
  integrator.finish();
  return result;
}

}  // namespace rgsweep::theory

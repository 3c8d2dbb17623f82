#include "rgsweep/math/gaussian_rule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "rgsweep/math/gaussian_integrals.hpp"
#include "rgsweep/math/quadrature.hpp"

namespace rgsweep::math {

namespace {

constexpr double kRange = 9.5;

/// Legendre rules by the number of points, made once.
const QuadratureRule& legendre(int points) {
  static const std::array<QuadratureRule, 17> rules = [] {
    std::array<QuadratureRule, 17> made;
    for (std::size_t n = 1; n < made.size(); ++n) made[n] = gauss_legendre(static_cast<int>(n));
    return made;
  }();
  return rules[static_cast<std::size_t>(points)];
}

/// Gauss rule of r exp(-r^2/2), r > 0, by its number of points; made once.
const QuadratureRule& radial_rule(int points) {
  static std::mutex mutex;
  static std::map<int, QuadratureRule> rules;
  const std::scoped_lock lock(mutex);
  auto found = rules.find(points);
  if (found == rules.end()) {
    std::vector<double> ends;
    for (int end = 0; end <= 40; ++end) ends.push_back(end / 2.0);
    const QuadratureRule measure =
        composite_rule(gauss_legendre(16), ends, [](double r) { return r * std::exp(-r * r / 2); });
    found = rules.emplace(points, gauss_rule(measure, points)).first;
  }
  return found->second;
}

/// Nodes and weights of a rule that is put together panel by panel.
struct Line {
  std::vector<double> nodes, weights;
  void add_panel(double low, double high, int points) {
    const QuadratureRule& rule = legendre(points);
    const double centre = (low + high) / 2, half = (high - low) / 2;
    for (Eigen::Index i = 0; i < rule.nodes.size(); ++i) {
      nodes.push_back(centre + half * rule.nodes[i]);
      weights.push_back(half * rule.weights[i]);
    }
  }
  void clear() {
    nodes.clear();
    weights.clear();
  }
};

/// Gauss-Legendre points that integrate a Gaussian times a polynomial of degree 10 over a panel of this width
/// to 1e-13 of the polynomial's size.
int points_for(double width) {
  return width > 2     ? 13
         : width > 1.5 ? 11
         : width > 1   ? 9
         : width > 0.5 ? 8
         : width > 0.2 ? 6
         : width > 0.1 ? 5
                       : 4;
}

/// The interval [-limit, limit] cut at `kinks` (sorted here) into panels at most `widest` wide, times the
/// density.
void gaussian_line(std::vector<double>& kinks, double limit, double widest, Line& line) {
  line.clear();
  kinks.push_back(limit);
  std::sort(kinks.begin(), kinks.end());
  double low = -limit;
  for (const double kink : kinks) {
    const double high = std::min(kink, limit);
    if (!(high > low)) continue;
    const int panels = static_cast<int>(std::ceil((high - low) / widest));
    const double width = (high - low) / panels;
    for (int p = 0; p < panels; ++p)
      line.add_panel(low + width * p, low + width * (p + 1), points_for(width));
    low = high;
  }
  for (std::size_t i = 0; i < line.nodes.size(); ++i) line.weights[i] *= normal_pdf(line.nodes[i]);
}

GaussianRule on_line(const Eigen::MatrixXd& normals, const Eigen::VectorXd& offsets, double panel) {
  std::vector<double> kinks;
  for (Eigen::Index i = 0; i < normals.rows(); ++i)
    if (normals(i, 0) != 0) kinks.push_back(-offsets[i] / normals(i, 0));
  Line line;
  gaussian_line(kinks, kRange + 3.5, panel, line);
  const auto points = static_cast<Eigen::Index>(line.nodes.size());
  return {Eigen::Map<const Eigen::MatrixXd>(line.nodes.data(), points, 1),
          Eigen::Map<const Eigen::ArrayXd>(line.weights.data(), points)};
}

GaussianRule in_sectors(const Eigen::MatrixXd& normals, int degree) {
  const GaussianRule directions = direction_rule(normals);
  const QuadratureRule& radial = radial_rule(degree / 2 + 1);
  const Eigen::Index count = directions.weights.size();
  GaussianRule rule{Eigen::MatrixXd(count * radial.nodes.size(), 2),
                    Eigen::ArrayXd(count * radial.nodes.size())};
  for (Eigen::Index i = 0; i < radial.nodes.size(); ++i) {
    rule.nodes.middleRows(i * count, count) = radial.nodes[i] * directions.nodes;
    rule.weights.segment(i * count, count) = radial.weights[i] * directions.weights;
  }
  return rule;
}

/// The direction, in the middle of the widest gap between the normals' (all modulo pi).
double strip_angle(const Eigen::MatrixXd& normals) {
  std::vector<double> angles;
  for (Eigen::Index i = 0; i < normals.rows(); ++i) {
    if (normals(i, 0) == 0 && normals(i, 1) == 0) continue;
    const double angle = std::atan2(normals(i, 1), normals(i, 0));
    angles.push_back(angle < 0 ? angle + std::numbers::pi : angle);
  }
  if (angles.empty()) return 0;
  std::sort(angles.begin(), angles.end());
  angles.push_back(angles.front() + std::numbers::pi);
  double widest = 0, middle = 0;
  for (std::size_t i = 1; i < angles.size(); ++i)
    if (angles[i] - angles[i - 1] > widest) {
      widest = angles[i] - angles[i - 1];
      middle = (angles[i] + angles[i - 1]) / 2;
    }
  return middle;
}

/// First coordinates of the places where two lines cross, or none where they are too many to cut at.
std::vector<double> crossings(const Eigen::MatrixXd& normals, const Eigen::VectorXd& offsets) {
  constexpr std::size_t most = 32;
  std::vector<double> found;
  for (Eigen::Index i = 0; i < normals.rows(); ++i)
    for (Eigen::Index j = 0; j < i; ++j) {
      const double determinant = normals(i, 0) * normals(j, 1) - normals(j, 0) * normals(i, 1);
      const double at = (offsets[j] * normals(i, 1) - offsets[i] * normals(j, 1)) / determinant;
      if (std::abs(at) < kRange) found.push_back(at);
      if (found.size() > most) return {};
    }
  return found;
}

GaussianRule in_strips(const Eigen::MatrixXd& normals, const Eigen::VectorXd& offsets, double panel) {
  constexpr Eigen::Index most = 256;  // beyond, each single line matters little: no cuts, but narrow panels
  if (normals.rows() > most)
    return in_strips(Eigen::MatrixXd(0, 2), Eigen::VectorXd(0), std::min(panel, 1.0));
  const double angle = strip_angle(normals);
  Eigen::Matrix2d turn;  // columns: the direction across the strips, and along them
  turn << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle);
  const Eigen::MatrixXd turned = normals * turn;
  Line across, along;
  std::vector<double> kinks = crossings(turned, offsets);
  // Narrower: what is left after the integral along a strip bends as fast as the steepest line.
  gaussian_line(kinks, kRange, panel / 3, across);
  std::vector<double> x, y, weights;
  for (std::size_t i = 0; i < across.nodes.size(); ++i) {
    const double at = across.nodes[i];
    kinks.clear();
    for (Eigen::Index line = 0; line < turned.rows(); ++line)
      if (turned(line, 1) != 0) kinks.push_back(-(offsets[line] + turned(line, 0) * at) / turned(line, 1));
    gaussian_line(kinks, std::sqrt(std::max(kRange * kRange - at * at, 0.0)), panel, along);
    for (std::size_t j = 0; j < along.nodes.size(); ++j) {
      x.push_back(turn(0, 0) * at + turn(0, 1) * along.nodes[j]);
      y.push_back(turn(1, 0) * at + turn(1, 1) * along.nodes[j]);
      weights.push_back(across.weights[i] * along.weights[j]);
    }
  }
  const auto points = static_cast<Eigen::Index>(x.size());
  GaussianRule rule{Eigen::MatrixXd(points, 2), Eigen::Map<const Eigen::ArrayXd>(weights.data(), points)};
  rule.nodes.col(0) = Eigen::Map<const Eigen::VectorXd>(x.data(), points);
  rule.nodes.col(1) = Eigen::Map<const Eigen::VectorXd>(y.data(), points);
  return rule;
}

}  // namespace

GaussianRule smooth_gaussian_rule(Eigen::Index dimensions, int points) {
  if (dimensions < 0 || dimensions > 2) throw std::logic_error("smooth_gaussian_rule(): 0 to 2 dimensions");
  if (dimensions == 0) return {Eigen::MatrixXd(1, 0), Eigen::ArrayXd::Ones(1)};
  const GaussHermite& line = gauss_hermite(points);
  if (dimensions == 1) return {line.nodes.matrix(), line.weights};
  const Eigen::Index n = points;
  GaussianRule rule{Eigen::MatrixXd(n * n, 2), Eigen::ArrayXd(n * n)};
  for (Eigen::Index i = 0; i < n; ++i) {
    rule.nodes.col(0).segment(i * n, n).setConstant(line.nodes[i]);
    rule.nodes.col(1).segment(i * n, n) = line.nodes;
    rule.weights.segment(i * n, n) = line.weights[i] * line.weights;
  }
  return rule;
}

GaussianRule analytic_gaussian_rule(Eigen::Index dimensions, double strip, double finest) {
  constexpr double folds = 40, widest = 0.4;  // exp(-40) is 4e-18; the Gaussian itself needs no more
  if (dimensions < 1 || dimensions > 2 || !(strip > 0) || !(finest > 0 && finest <= widest))
    throw std::logic_error("analytic_gaussian_rule(): 1 or 2 dimensions, a strip, a step of 0.4 at most");
  const double range = kRange + (dimensions == 1 ? 3.5 : 0);
  const double step = std::clamp(2 * std::numbers::pi * strip / folds, finest, widest);
  const auto reach = static_cast<int>(range / step);
  std::vector<double> x, y, weights;
  for (int i = -reach; i <= reach; ++i) {
    const int along = dimensions == 1 ? 0 : static_cast<int>(std::sqrt(std::pow(range / step, 2) - i * i));
    const double across = step * normal_pdf(step * i);
    for (int j = -along; j <= along; ++j) {
      x.push_back(step * i);
      y.push_back(step * j);
      weights.push_back(dimensions == 1 ? across : across * step * normal_pdf(step * j));
    }
  }
  const auto points = static_cast<Eigen::Index>(x.size());
  GaussianRule rule{Eigen::MatrixXd(points, dimensions),
                    Eigen::Map<const Eigen::ArrayXd>(weights.data(), points)};
  rule.nodes.col(0) = Eigen::Map<const Eigen::VectorXd>(x.data(), points);
  if (dimensions == 2) rule.nodes.col(1) = Eigen::Map<const Eigen::VectorXd>(y.data(), points);
  return rule;
}

GaussianRule direction_rule(const Eigen::MatrixXd& normals) {
  constexpr double half = std::numbers::pi, widest = half / 8;
  std::vector<double> ends;  // directions along the lines, in [0, pi)
  for (Eigen::Index i = 0; i < normals.rows(); ++i) {
    if (normals(i, 0) == 0 && normals(i, 1) == 0) continue;
    double angle = std::atan2(normals(i, 0), -normals(i, 1));
    if (angle < 0) angle += half;
    ends.push_back(angle < half ? angle : angle - half);
  }
  constexpr std::size_t most = 256;  // beyond, each single line matters little: uniform sectors
  if (ends.size() > most)
    for (ends.resize(most); double& end : ends) end = half / most * static_cast<double>(&end - ends.data());
  if (ends.empty()) ends.push_back(0);
  std::sort(ends.begin(), ends.end());
  ends.push_back(ends.front() + half);
  Line angles;
  for (std::size_t i = 1; i < ends.size(); ++i) {
    const double length = ends[i] - ends[i - 1];
    const int panels = static_cast<int>(std::ceil(length / widest));
    const double width = length / panels;
    for (int p = 0; p < panels; ++p)
      angles.add_panel(ends[i - 1] + width * p, ends[i - 1] + width * (p + 1),
                       width > widest / 2   ? 9
                       : width > widest / 4 ? 7
                                            : 5);
  }
  const auto count = static_cast<Eigen::Index>(angles.nodes.size());
  GaussianRule rule{Eigen::MatrixXd(2 * count, 2), Eigen::ArrayXd(2 * count)};
  const Eigen::Map<const Eigen::ArrayXd> angle(angles.nodes.data(), count),
      weight(angles.weights.data(), count);
  rule.nodes.topRows(count) << angle.cos(), angle.sin();
  rule.nodes.bottomRows(count) = -rule.nodes.topRows(count);
  rule.weights << weight / (2 * half), weight / (2 * half);
  return rule;
}

GaussianRule piecewise_gaussian_rule(const Eigen::MatrixXd& normals, const Eigen::VectorXd& offsets,
                                     int degree, double panel) {
  if (normals.cols() > 2 || normals.rows() != offsets.size() || degree < 0 || degree > 60 || !(panel > 0))
    throw std::logic_error("piecewise_gaussian_rule(): 0 to 2 dimensions and one offset a row");
  if (normals.cols() == 0) return smooth_gaussian_rule(0, 1);
  if (normals.cols() == 1) return on_line(normals, offsets, panel);
  for (Eigen::Index i = 0; i < normals.rows(); ++i)
    if (offsets[i] != 0 && !normals.row(i).isZero(0)) return in_strips(normals, offsets, panel);
  return in_sectors(normals, degree);
}

}  // namespace rgsweep::math

// Rules and densities, kept by power and level.
#include "truth_inputs.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <vector>

namespace rgsweep::theory {

namespace {

constexpr int gauss_sizes[] = {8, 16, 32, 64};
// Heavy tails have many panels and no Gauss rules to start with.
constexpr int panel_sizes[] = {2, 3, 4, 6, 9, 13, 19, 28, 42, 63, 94};
constexpr std::size_t after_gauss = 4;  // where composite rules get finer than the Gauss rules

/// Gauss-Legendre points on each panel, weighted with the density, in the inputs' own coordinate.
math::QuadratureRule composite(const InputDensity& density, const std::vector<int>& points) {
  std::vector<math::QuadratureRule> parts;
  Eigen::Index size = 0, start = 0;
  for (std::size_t p = 0; p < points.size(); ++p) {
    parts.push_back(math::composite_rule(math::gauss_legendre(points[p]),
                                         std::span(density.ends()).subspan(p, 2),
                                         [&](double t) { return density.density(t); }));
    size += points[p];
  }
  math::QuadratureRule rule{Eigen::ArrayXd(size), Eigen::ArrayXd(size)};
  for (const math::QuadratureRule& part : parts) {
    rule.nodes.segment(start, part.nodes.size()) = part.nodes + density.origin();
    rule.weights.segment(start, part.nodes.size()) = part.weights;
    start += part.nodes.size();
  }
  return rule;
}

std::vector<int> equal_points(const InputDensity& density, int points) {
  return std::vector<int>(density.ends().size() - 1, points);
}

/// At most `points` a panel, and the fewer the less a panel adds to E|t|^j, j = 0 and `power`: a share of
/// 10^-d leaves d digits less to find, of 12 in all.
std::vector<int> points_by_share(const InputDensity& density, int power, int points) {
  const math::QuadratureRule rule = composite(density, equal_points(density, 8));
  const Eigen::Map<const Eigen::Array<double, 8, Eigen::Dynamic>> weights(rule.weights.data(), 8,
                                                                          rule.weights.size() / 8);
  const Eigen::ArrayXd powers = rule.weights * (rule.nodes - density.origin()).unaryExpr([&](double t) {
    return std::pow(std::abs(t), power);
  });
  const Eigen::Map<const Eigen::Array<double, 8, Eigen::Dynamic>> moments(powers.data(), 8, weights.cols());
  std::vector<int> result;
  for (Eigen::Index p = 0; p < weights.cols(); ++p) {
    const double share =
        std::max(weights.col(p).sum() / rule.weights.sum(), moments.col(p).sum() / powers.sum());
    result.push_back(std::max(2, static_cast<int>(std::ceil(points * (1 + std::log10(share) / 12)))));
  }
  return result;
}

}  // namespace

TruthInputs::TruthInputs(const data::Distribution& distribution)
    : distribution_(distribution), family_(density_family(distribution)) {}

math::QuadratureRule TruthInputs::values() const {
  const auto n = static_cast<Eigen::Index>(family_.values.size());
  return {Eigen::Map<const Eigen::ArrayXd>(family_.values.data(), n),
          Eigen::ArrayXd::Constant(n, 1.0 / static_cast<double>(n))};
}

const InputDensity& TruthInputs::density(int power) const {
  const std::scoped_lock lock(mutex_);
  return density_while_locked(power);
}

const InputDensity& TruthInputs::density_while_locked(int power) const {
  return densities_.try_emplace(power, distribution_, power).first->second;
}

const SectorMoments* TruthInputs::sectors() const {
  const std::scoped_lock lock(mutex_);
  if (!sectors_)
    sectors_ =
        std::make_unique<const SectorMoments>(distribution_, density_while_locked(SectorMoments::orders));
  return sectors_->resolved() ? sectors_.get() : nullptr;
}

const math::QuadratureRule* TruthInputs::rule(int power, std::size_t level) const {
  const std::scoped_lock lock(mutex_);
  const std::pair key{power, level};
  if (const auto found = rules_.find(key); found != rules_.end()) return &found->second;
  const InputDensity& density = density_while_locked(power);
  if (is_gauss(level)) {
    const int n = gauss_sizes[level];
    // Exact for the density times polynomials of degree 2n.
    const int points = 24 + 2 * n / static_cast<int>(density.ends().size() - 1);
    const math::QuadratureRule measure = composite(density, equal_points(density, points));
    return &rules_.emplace(key, math::gauss_rule(measure, n)).first->second;
  }
  const std::size_t size = is_gauss(0) ? level - std::size(gauss_sizes) + after_gauss : level;
  if (size >= std::size(panel_sizes)) return nullptr;
  const std::vector<int> points = points_by_share(density, power, panel_sizes[size]);
  return &rules_.emplace(key, composite(density, points)).first->second;
}

bool TruthInputs::is_gauss(std::size_t level) const {
  return !std::isfinite(moments_below()) && level < std::size(gauss_sizes);
}

// Beyond the end p falls as t^-(nu+1), so that the integral of t^q p from there is t^(q+1) p / (nu - q).
double TruthInputs::cut_share(int power, double q) const {
  if (!std::isfinite(moments_below())) return 0;
  const InputDensity& of = density(power);
  const math::QuadratureRule rule = composite(of, equal_points(of, 8));
  const double end = of.high(), tail = std::exp((q + 1) * std::log(end) + std::log(of.density(end)));
  double moment = 0;
  for (Eigen::Index i = 0; i < rule.nodes.size(); ++i)
    moment += rule.weights[i] * std::pow(std::abs(rule.nodes[i]), q);
  return 2 * tail / (moments_below() - q) / moment;
}

}  // namespace rgsweep::theory

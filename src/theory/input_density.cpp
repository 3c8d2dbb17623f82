// Chebyshev series of density and partial moments, panel by panel.
#include "input_density.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include "rgsweep/math/moments.hpp"

namespace rgsweep::theory {

namespace {

constexpr int terms = InputDensity::degree + 1;
using Coefficients = Eigen::Matrix<double, terms, 1>;

/// From values at the zeros of T_terms, u_i = cos((i + 1/2) pi / terms), to c of f(u) = sum_k c_k T_k(u).
const Eigen::Matrix<double, terms, terms>& interpolation() {
  static const Eigen::Matrix<double, terms, terms> matrix = [] {
    Eigen::Matrix<double, terms, terms> made;
    for (int k = 0; k < terms; ++k)
      for (int i = 0; i < terms; ++i)
        made(k, i) = std::cos(k * std::numbers::pi * (i + 0.5) / terms) * (k == 0 ? 1.0 : 2.0) / terms;
    return made;
  }();
  return matrix;
}

/// Antiderivative that is 0 at u = -1, its highest order dropped.
Coefficients integrated(const Coefficients& c) {
  Coefficients result = Coefficients::Zero();
  const auto at = [&](int k) { return k < terms ? c[k] : 0; };
  result[1] = c[0] - at(2) / 2;
  for (int k = 2; k < terms; ++k) result[k] = (at(k - 1) - at(k + 1)) / (2.0 * k);
  for (int k = 1; k < terms; ++k) result[0] -= k % 2 == 0 ? result[k] : -result[k];
  return result;
}

}  // namespace

InputDensity::InputDensity(const data::Distribution& distribution, int power) {
  const DensityFamily& family = density_family(distribution);
  if (family.density == nullptr) throw std::logic_error("InputDensity: a discrete distribution");
  const double argument = distribution.argument();
  origin_ = family.origin(argument);
  density_ = [&family, argument](double t) { return family.density(argument, t); };
  ends_ = family.ends(argument, power);
  check_moments(distribution, make_panels());
  const math::QuadratureRule rule = math::composite_rule(math::gauss_legendre(20), ends_, density_);
  Eigen::ArrayXd weighted = rule.weights;
  for (double& moment : absolute_moments_) {
    moment = weighted.sum();
    weighted *= rule.nodes.abs();
  }
}

InputDensity::Moments InputDensity::make_panels() {
  Moments total{};
  for (std::size_t i = 0; i + 1 < ends_.size(); ++i) {
    Panel panel{(ends_[i] + ends_[i + 1]) / 2, (ends_[i + 1] - ends_[i]) / 2, {}};
    Eigen::Matrix<double, terms, max_moment + 2> values;  // p, p, t p, t^2 p, ...
    for (int k = 0; k < terms; ++k) {
      const double t = panel.middle + panel.half * std::cos(std::numbers::pi * (k + 0.5) / terms);
      values(k, 0) = values(k, 1) = density_(t);
      for (int j = 1; j <= max_moment; ++j) values(k, 1 + j) = values(k, j) * t;
    }
    panel.coefficients.noalias() = interpolation() * values;
    for (int j = 0; j <= max_moment; ++j) {
      double& sum = total[static_cast<std::size_t>(j)];
      Coefficients partial = panel.half * integrated(panel.coefficients.col(1 + j));
      partial[0] += sum;
      sum = partial.sum();  // at u = 1
      panel.coefficients.col(1 + j) = partial;
    }
    panels_.push_back(panel);
  }
  return total;
}

// E[t^j] from the last panel's end against the exact cumulants of origin + t, relative to E[|t|^j] or, for
// odd j, to what bounds it from below: E[|t|^j] >= E[t^(j-1)]^(j/(j-1)).
void InputDensity::check_moments(const data::Distribution& distribution, const Moments& moments) {
  std::vector<double> cumulants{-origin_};
  for (int n = 2; n <= max_moment; ++n) cumulants.push_back(distribution.cumulant(n));
  const std::vector<double> exact = math::raw_moments_from_cumulants(cumulants);
  moment_errors_[0] = std::abs(moments[0] - 1);
  for (std::size_t j = 1; j <= max_moment; ++j) {
    const double order = static_cast<double>(j);
    double scale = std::abs(exact[j - 1]);
    if (j == 1) scale = std::max(scale, 0.5);
    if (j % 2 == 1 && j > 1) scale = std::max(scale, std::pow(moments[j - 1], order / (order - 1)));
    moment_errors_[j] = std::isnan(exact[j - 1]) ? 0 : std::abs(moments[j] - exact[j - 1]) / scale;
  }
}

std::size_t InputDensity::panel(double t) const {
  const auto above = std::upper_bound(ends_.begin(), ends_.end(), t) - ends_.begin();
  return static_cast<std::size_t>(
      std::clamp<std::ptrdiff_t>(above - 1, 0, static_cast<std::ptrdiff_t>(panels_.size()) - 1));
}

InputDensity::Points InputDensity::Panel::relative(const Points& t) const {
  return ((t - middle) / half).unaryExpr([](double u) { return std::clamp(u, -1.0, 1.0); });
}

void InputDensity::density(std::size_t panel, const Points& t, Points& p) const {
  const Panel& of = panels_[panel];
  const Points u = of.relative(t), twice = 2 * u;
  const auto& c = of.coefficients;
  Points before = Points::Ones(), last = u;
  p = c(0, 0) + c(1, 0) * u;
  for (int k = 2; k <= degree; ++k) {
    const Points next = twice * last - before;
    p += c(k, 0) * next;
    before = last;
    last = next;
  }
}

void InputDensity::partial_moments(std::size_t panel, const Points& t, PartialMoments& A) const {
  const Panel& of = panels_[panel];
  const Points u = of.relative(t), twice = 2 * u;
  const auto& c = of.coefficients;
  Points before = Points::Ones(), last = u;
  for (int j = 0; j <= max_moment; ++j) A.col(j) = c(0, 1 + j) + c(1, 1 + j) * u;
  for (int k = 2; k <= degree; ++k) {
    const Points next = twice * last - before;
    for (int j = 0; j <= max_moment; ++j) A.col(j) += c(k, 1 + j) * next;
    before = last;
    last = next;
  }
}

}  // namespace rgsweep::theory

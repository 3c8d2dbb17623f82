// Radial integrals by Gauss-Legendre between the ends of the density's panels; by the symmetries of p(x) p(y)
// some octants have those of others.
#include "sector_moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>

#include "rgsweep/math/moments.hpp"
#include "rgsweep/math/quadrature.hpp"

namespace rgsweep::theory {

namespace {

constexpr double pi = std::numbers::pi;
constexpr int octants = 8, most_halvings = 7;
constexpr double negligible = 4e-15;  // the last terms of a series, next to the largest of any panel
constexpr double enough = 1e-12;      // the error of all moments, next to their size

/// Where the ray leaves the density's square, and where it crosses panel ends before.
std::vector<double> cuts(const InputDensity& density, double cosine, double sine) {
  double reach = std::numeric_limits<double>::infinity();
  std::vector<double> result{0};
  for (const double direction : {cosine, sine}) {
    if (direction == 0) continue;
    const double end = density.origin() + (direction > 0 ? density.high() : density.low());
    reach = std::min(reach, end / direction);
  }
  for (const double direction : {cosine, sine})
    for (const double end : density.ends())
      if (const double r = (density.origin() + end) / direction; r > 0 && r < reach) result.push_back(r);
  result.push_back(reach);
  std::sort(result.begin(), result.end());
  return result;
}

/// R_0 .. R_6.
std::array<double, SectorMoments::orders + 1> radial_integrals(const InputDensity& density, double angle) {
  static const math::QuadratureRule legendre = math::gauss_legendre(20);
  const double cosine = std::cos(angle), sine = std::sin(angle);
  std::array<double, SectorMoments::orders + 1> sums{};
  const std::vector<double> ends = cuts(density, cosine, sine);
  for (std::size_t piece = 0; piece + 1 < ends.size(); ++piece) {
    const double middle = (ends[piece] + ends[piece + 1]) / 2, half = (ends[piece + 1] - ends[piece]) / 2;
    if (!(half > 0)) continue;
    for (Eigen::Index k = 0; k < legendre.nodes.size(); ++k) {
      const double r = middle + half * legendre.nodes[k];
      double term = half * legendre.weights[k] * density.density(r * cosine - density.origin()) *
                    density.density(r * sine - density.origin());
      for (double& sum : sums) sum += term *= r;
    }
  }
  return sums;
}

/// Powers 0..6 of cosine and sine.
std::array<double, SectorMoments::orders + 1> powers_of(double x) {
  std::array<double, SectorMoments::orders + 1> powers{1};
  for (std::size_t n = 1; n < powers.size(); ++n) powers[n] = powers[n - 1] * x;
  return powers;
}

double binomial(int n, int k) {
  double result = 1;
  for (int i = 1; i <= k; ++i) result *= static_cast<double>(n - k + i) / i;
  return result;
}

/// From values at the zeros of T_terms to coefficients.
template <int terms>
const Eigen::Matrix<double, terms, terms>& interpolation() {
  static const Eigen::Matrix<double, terms, terms> matrix = [] {
    Eigen::Matrix<double, terms, terms> made;
    for (int k = 0; k < terms; ++k)
      for (int i = 0; i < terms; ++i)
        made(k, i) = std::cos(k * pi * (i + 0.5) / terms) * (k == 0 ? 1.0 : 2.0) / terms;
    return made;
  }();
  return matrix;
}

/// An octant of which another is the mirror image: R of both is the same.
struct Image {
  int octant;
  bool mirrored;
};

/// Octant k reaches from k pi / 4 - pi. Inputs are exchangeable; those of even densities also have signs.
Image image_of(int octant, bool even) {
  if (even) return {4, octant % 2 != 0};
  const int exchanged = (octants + 9 - octant) % octants;  // about the line y = x, between octants 4 and 5
  return exchanged < octant ? Image{exchanged, true} : Image{octant, false};
}

}  // namespace

SectorMoments::SectorMoments(const data::Distribution& distribution, const InputDensity& density) {
  std::vector<std::vector<RadialPanel>> made(octants);
  for (int octant = 0; octant < octants; ++octant) {
    const double low = octant * pi / 4 - pi;
    const Image image = image_of(octant, distribution.is_even());
    std::vector<RadialPanel>& source = made[static_cast<std::size_t>(image.octant)];
    const double of = image.octant * pi / 4 - pi;
    if (source.empty()) resolve(density, of, of + pi / 4, most_halvings, source);
    if (!resolved_) return;
    std::vector<RadialPanel> panels = source;
    if (image.mirrored) std::reverse(panels.begin(), panels.end());
    for (RadialPanel& panel : panels) {
      const double from = panel.low - of, to = panel.high - of;
      panel.low = low + (image.mirrored ? pi / 4 - to : from);
      panel.high = low + (image.mirrored ? pi / 4 - from : to);
      if (image.mirrored) panel.values = panel.values.colwise().reverse().eval();
      append(panel);
    }
  }

  std::vector<double> kappa;
  for (int n = 1; n <= orders; ++n) kappa.push_back(distribution.cumulant(n));
  std::vector<double> exact = math::raw_moments_from_cumulants(kappa);
  exact.insert(exact.begin(), 1.0);
  constexpr double rounding = 16 * std::numeric_limits<double>::epsilon();
  for (int n = 0; n <= orders; ++n)
    for (int i = 0; i <= n; ++i) {
      const Eigen::Index k = at(i, n - i);
      const double whole =
          binomial(n, i) * exact[static_cast<std::size_t>(i)] * exact[static_cast<std::size_t>(n - i)];
      error_[k] = 2 * left_out_[k] + std::abs(total_[k] - whole) + rounding * absolute_[k];
      if (!(error_[k] <= enough * absolute_[k])) resolved_ = false;
    }
}

void SectorMoments::resolve(const InputDensity& density, double low, double high, int halvings,
                            std::vector<RadialPanel>& panels) {
  RadialPanel panel{low, high, {}};
  for (int k = 0; k < terms; ++k) {
    const double angle = (low + high) / 2 + (high - low) / 2 * std::cos(pi * (k + 0.5) / terms);
    const auto values = radial_integrals(density, angle);
    panel.values.row(k) = Eigen::Map<const Eigen::Array<double, 1, orders + 1>>(values.data());
  }
  const Series series = series_of(panel);
  largest_ = largest_.max(series.cwiseAbs().colwise().maxCoeff().transpose().array());
  const bool holds =
      (series.bottomRows<2>().cwiseAbs().colwise().maxCoeff().transpose().array() <= negligible * largest_)
          .all();
  if (holds) {
    panels.push_back(panel);
  } else if (halvings > 0) {
    resolve(density, low, (low + high) / 2, halvings - 1, panels);
    if (resolved_) resolve(density, (low + high) / 2, high, halvings - 1, panels);
  } else {
    resolved_ = false;
  }
}

SectorMoments::Series SectorMoments::series_of(const RadialPanel& radial) {
  const double middle = (radial.low + radial.high) / 2, half = (radial.high - radial.low) / 2;
  Series values;
  for (int k = 0; k < terms; ++k) {
    const double angle = middle + half * std::cos(pi * (k + 0.5) / terms);
    const auto cosine = powers_of(std::cos(angle)), sine = powers_of(std::sin(angle));
    for (int n = 0; n <= orders; ++n)
      for (int i = 0; i <= n; ++i)
        values(k, at(i, n - i)) = binomial(n, i) * cosine[static_cast<std::size_t>(i)] *
                                  sine[static_cast<std::size_t>(n - i)] * radial.values(k, n);
  }
  return interpolation<terms>() * values;
}

void SectorMoments::append(const RadialPanel& radial) {
  const double middle = (radial.low + radial.high) / 2, half = (radial.high - radial.low) / 2;
  const Series c = series_of(radial);
  Eigen::Array<double, terms + 1, columns> integral = Eigen::Array<double, terms + 1, columns>::Zero();
  integral.row(1) = c.row(0).array() - c.row(2).array() / 2;
  for (int k = 2; k <= terms; ++k) {
    integral.row(k) = c.row(k - 1).array() / (2.0 * k);
    if (k + 1 < terms) integral.row(k) -= c.row(k + 1).array() / (2.0 * k);
  }
  integral *= half;
  for (int k = 1; k <= terms; ++k) integral.row(0) -= (k % 2 == 0 ? 1.0 : -1.0) * integral.row(k);
  integral.row(0) += total_.transpose();
  left_out_ += (integral.bottomRows<2>().abs().colwise().sum()).transpose();
  absolute_ += 2 * half * c.cwiseAbs().colwise().maxCoeff().transpose().array();
  // What is smaller than rounding needs no evaluation.
  Eigen::Index used = terms + 1;
  const Eigen::Array<double, 1, columns> size = integral.bottomRows<terms>().abs().colwise().maxCoeff();
  while (used > 2 &&
         (integral.row(used - 1).abs() <= std::numeric_limits<double>::epsilon() / 8 * size).all())
    --used;
  total_ = integral.colwise().sum().transpose();
  ends_.push_back(radial.low);
  panels_.push_back({middle, half, integral.topRows(used).transpose()});
}

SectorMoments::Row SectorMoments::up_to(double angle) const {
  const auto above = std::upper_bound(ends_.begin(), ends_.end(), angle) - ends_.begin();
  const Panel& panel = panels_[static_cast<std::size_t>(std::max<std::ptrdiff_t>(above - 1, 0))];
  const double u = std::clamp((angle - panel.middle) / panel.half, -1.0, 1.0);
  double before = 1, last = u;
  Row sum = panel.coefficients.col(0) + u * panel.coefficients.col(1);
  for (Eigen::Index k = 2; k < panel.coefficients.cols(); ++k) {
    const double next = 2 * u * last - before;
    sum += next * panel.coefficients.col(k);
    before = last;
    last = next;
  }
  return sum;
}

}  // namespace rgsweep::theory

// How each family of distributions is integrated: density, panel ends, origin. One row a family.
// Panel ends: p is analytic between them and varies by a few e-foldings at most. A pole or branch point at
// distance r from a panel of length r makes Chebyshev coefficients fall by 5.8 per degree, of length 2 r
// by 3.7.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>

#include <boost/math/special_functions/gamma.hpp>

#include "input_density.hpp"

namespace rgsweep::theory {

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double negligible = 1e-19;  // of a moment

// What is left out of heavy tails. Beyond 2^100 powers of t would overflow.
constexpr double heavy_tail_share = 1e-12;
constexpr double farthest = 0x1p100;

using Ends = std::vector<double>;

double none(double) {
  return 0;
}

double unbounded(double) {
  return inf;
}

/// Appends ends at distances step(t) until panels add less than `share` of the largest panel to
/// integral |t|^power p(t) dt, p at its end taken for the panel's.
template <class Density, class Step>
void extend(Ends& ends, int power, Density density, Step step, double share = negligible) {
  double largest = -inf;
  while (std::abs(ends.back()) < farthest) {
    const double t = ends.back(), length = step(t), next = t + length;
    ends.push_back(next);
    const double addition =
        std::log(length) + power * std::log(std::max(1.0, std::abs(next))) + std::log(density(next));
    largest = std::max(largest, addition);
    if (!(addition > largest + std::log(share))) return;
  }
}

/// Both directions from 0 where p is even.
Ends mirrored(const Ends& right) {
  Ends ends;
  for (auto end = right.rbegin(); end != right.rend(); ++end)
    if (*end > 0) ends.push_back(-*end);
  ends.insert(ends.end(), right.begin(), right.end());
  return ends;
}

constexpr double gaussian_panel = 1.5;  // in standard deviations

/// Where exp(-t^2/2) |t|^power has become negligible.
double gaussian_reach(int power) {
  return gaussian_panel * std::ceil(std::sqrt(2 * (45 + 2.5 * power)) / gaussian_panel);
}

double gaussian_density(double, double t) {
  return std::exp(-t * t / 2) / std::sqrt(2 * std::numbers::pi);
}

Ends gaussian_ends(double, int power) {
  Ends right{0};
  while (right.back() < gaussian_reach(power)) right.push_back(right.back() + gaussian_panel);
  return mirrored(right);
}

double uniform_density(double, double) {
  return 1 / (2 * std::numbers::sqrt3);
}

Ends uniform_ends(double, int) {
  return {-std::numbers::sqrt3, 0, std::numbers::sqrt3};
}

double laplace_density(double, double t) {
  return std::exp(-std::numbers::sqrt2 * std::abs(t)) / std::numbers::sqrt2;
}

Ends laplace_ends(double, int power) {
  Ends right{0};
  extend(
      right, power, [](double t) { return laplace_density(0, t); }, [](double) { return 2.5; });
  return mirrored(right);
}

// p = exp(-g) g^(k-1) sqrt(k) / Gamma(k) with g = k + sqrt(k) x >= 0. Near g = 0 it is g^(k-1), which panels
// that shrink towards 0 resolve where k is no integer. The innermost one is so short that only its mass
// matters: p is constant there. From k = 4 on p is negligible where it is singular.
constexpr double innermost = 0x1p-40;
constexpr double regular_shape = 4;

bool is_singular(double k) {
  return k != std::floor(k);
}

double gamma_origin(double k) {
  return k < regular_shape ? -std::sqrt(k) : 0;
}

double gamma_density(double k, double t) {
  const double root = std::sqrt(k);
  if (is_singular(k) && k < regular_shape && t <= innermost)
    return root * std::pow(root * innermost, k - 1) / std::tgamma(k + 1);
  const double g = std::max(0.0, k < regular_shape ? root * t : k + root * t);
  return k == 1 ? std::exp(-g) : root * boost::math::gamma_p_derivative(k, g);
}

Ends gamma_ends(double k, int power) {
  const double low = -std::sqrt(k) - gamma_origin(k);
  const double start = std::max(low, -gaussian_reach(power));  // p has no weight farther down for large k
  const double widest = std::max(gaussian_panel, 2.5 / std::sqrt(k));
  Ends ends{start};
  if (is_singular(k) && start == low) ends.push_back(low + (k < regular_shape ? innermost : 0x1p-12));
  extend(
      ends, power, [&](double t) { return gamma_density(k, t); },
      [&](double t) { return is_singular(k) ? std::min(2 * (t - low), widest) : widest; });
  return ends;
}

double exponential_density(double, double t) {
  return std::exp(-t - 1);
}

Ends exponential_ends(double, int power) {
  Ends ends{-1};
  extend(
      ends, power, [](double t) { return exponential_density(0, t); }, [](double) { return 2.5; });
  return ends;
}

double bimodal_density(double m, double t) {
  const double sigma = std::sqrt(1 - m * m);
  return (gaussian_density(0, (t - m) / sigma) + gaussian_density(0, (t + m) / sigma)) / (2 * sigma);
}

// Two rows of panels, which one panel without weight joins where they do not overlap.
Ends bimodal_ends(double m, int power) {
  const double sigma = std::sqrt(1 - m * m), reach = sigma * gaussian_reach(power);
  Ends right{0};
  if (m > reach) right.push_back(m - reach);
  while (right.back() < m + reach) right.push_back(right.back() + sigma * gaussian_panel);
  return mirrored(right);
}

// Student's t over its standard deviation: p ~ (1 + t^2/(nu-2))^(-(nu+1)/2), with poles at +-i sqrt(nu-2).
double student_t_density(double nu, double t) {
  const double norm = boost::math::tgamma_delta_ratio(nu / 2, 0.5) * std::sqrt(std::numbers::pi * (nu - 2));
  return std::exp(-(nu + 1) / 2 * std::log1p(t * t / (nu - 2))) / norm;
}

Ends student_t_ends(double nu, int power) {
  const double pole = std::sqrt(nu - 2);
  const int highest = std::min(power, static_cast<int>(std::ceil(nu)) - 1);
  Ends right{0};
  extend(
      right, highest, [&](double t) { return student_t_density(nu, t); },
      [&](double t) {
        if (t < pole) return std::min(pole / 2, gaussian_panel);
        // From here on p falls by (nu+1) t / (nu-2+t^2) e-foldings per unit, which itself falls.
        return std::min(t, std::max(gaussian_panel, 6 * (nu - 2 + t * t) / ((nu + 1) * t)));
      },
      heavy_tail_share);
  return mirrored(right);
}

double student_t_moments(double nu) {
  return nu;
}

}  // namespace

const DensityFamily& density_family(const data::Distribution& distribution) {
  static const DensityFamily table[] = {
      {"gaussian", none, gaussian_density, gaussian_ends, {}, unbounded},
      {"uniform", none, uniform_density, uniform_ends, {}, unbounded},
      {"laplace", none, laplace_density, laplace_ends, {}, unbounded},
      {"exponential", none, exponential_density, exponential_ends, {}, unbounded},
      {"rademacher", none, nullptr, nullptr, {-1, 1}, unbounded},
      {"gamma", gamma_origin, gamma_density, gamma_ends, {}, unbounded},
      {"bimodal", none, bimodal_density, bimodal_ends, {}, unbounded},
      {"student_t", none, student_t_density, student_t_ends, {}, student_t_moments},
  };
  const auto* found = std::find_if(std::begin(table), std::end(table), [&](const DensityFamily& family) {
    return family.name == distribution.entry().name;
  });
  if (found == std::end(table))
    throw std::logic_error("no density of distribution " + std::string(distribution.entry().name));
  return *found;
}

}  // namespace rgsweep::theory

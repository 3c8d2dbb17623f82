// The families of distributions: cumulants in closed form and samplers, each standardised.
// u is uniform on (0, 1) and z standard normal; both come from the stream, so that each draw is a function of
// the stream's key alone. Where no rejection is needed, samplers are loops that the compiler makes vector
// code of.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "rgsweep/core/elementary.hpp"
#include "rgsweep/data/distribution.hpp"

namespace rgsweep::data {

namespace {

using Cumulants = std::array<double, max_cumulant>;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Draws in double as `sample` does, rounded.
template <void (*sample)(double, Stream&, std::span<double>)>
void rounded(double argument, Stream& stream, std::span<float> out) {
  std::array<double, 256> draws;
  while (!out.empty()) {
    const std::size_t count = std::min(draws.size(), out.size());
    sample(argument, stream, std::span(draws).first(count));
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(draws[i]);
    out = out.subspan(count);
  }
}

// A gamma variate of shape k and scale 1 by rejection from a cubed normal (Marsaglia and Tsang, ACM Trans.
// Math. Softw. 26, 363, 2000); for k < 1 by their relation Gamma(k) = Gamma(k+1) u^(1/k).
double gamma_variate(double k, Stream& stream) {
  if (k < 1) {
    const double variate = gamma_variate(k + 1, stream);
    return variate * std::pow(stream.uniform(), 1 / k);
  }
  const double d = k - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double z = stream.normal();
    const double root = 1 + c * z;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = stream.uniform(), square = z * z;
    // Their bound on the condition below, which nearly always spares it.
    if (u < 1 - 0.0331 * square * square) return d * v;
    if (log_positive(u) < square / 2 + d - d * v + d * log_positive(v)) return d * v;
  }
}

Cumulants gaussian_cumulants(double) {
  return {0, 1, 0, 0, 0, 0, 0, 0};
}

template <class Scalar>
void sample_gaussian(double, Stream& stream, std::span<Scalar> out) {
  stream.normal(out);
}

Cumulants uniform_cumulants(double) {
  return {0, 1, 0, -6.0 / 5, 0, 48.0 / 7, 0, -432.0 / 5};
}

void sample_uniform(double, Stream& stream, std::span<double> out) {
  stream.uniform(out);
  for (double& x : out) x = std::numbers::sqrt3 * (2 * x - 1);
}

Cumulants laplace_cumulants(double) {
  return {0, 1, 0, 3, 0, 30, 0, 630};
}

// An exponential variate of 2 min(u, 1 - u), with the sign of u - 1/2.
void sample_laplace(double, Stream& stream, std::span<double> out) {
  stream.uniform(out);
  for (double& x : out) {
    const double centred = 2 * x - 1;  // exact, and so is its distance from 1
    x = std::copysign(log_positive(1 - std::abs(centred)) * (std::numbers::sqrt2 / 2), centred);
  }
}

// kappa_n = (n-1)! k^(1-n/2)
Cumulants gamma_cumulants(double k) {
  Cumulants kappa{0, 1};
  for (std::size_t n = 3; n <= max_cumulant; ++n)
    kappa[n - 1] = std::tgamma(static_cast<double>(n)) * std::pow(k, 1 - static_cast<double>(n) / 2);
  return kappa;
}

void sample_gamma(double k, Stream& stream, std::span<double> out) {
  for (double& x : out) x = (gamma_variate(k, stream) - k) / std::sqrt(k);
}

Cumulants exponential_cumulants(double) {
  return {0, 1, 2, 6, 24, 120, 720, 5040};
}

void sample_exponential(double, Stream& stream, std::span<double> out) {
  stream.uniform(out);
  for (double& x : out) x = -log_positive(x) - 1;
}

Cumulants rademacher_cumulants(double) {
  return {0, 1, 0, -2, 0, 16, 0, -272};
}

// By the leading bit of a word.
void sample_rademacher(double, Stream& stream, std::span<double> out) {
  for (double& x : out) x = 2 * static_cast<double>(stream() >> 31) - 1;
}

// x = m (random sign) + sqrt(1 - m^2) z: the normal part adds to the second order only.
Cumulants bimodal_cumulants(double m) {
  Cumulants kappa = rademacher_cumulants(0);
  for (std::size_t n = 3; n <= max_cumulant; ++n) kappa[n - 1] *= std::pow(m, static_cast<double>(n));
  return kappa;
}

template <class Scalar>
void sample_bimodal(double m, Stream& stream, std::span<Scalar> out) {
  const auto centre = static_cast<Scalar>(m), sigma = static_cast<Scalar>(std::sqrt(1 - m * m));
  std::array<Scalar, 256> signs;
  while (!out.empty()) {
    const std::size_t count = std::min(signs.size(), out.size());
    stream.normal(out.first(count), std::span(signs).first(count));
    for (std::size_t i = 0; i < count; ++i) out[i] = signs[i] * centre + sigma * out[i];
    out = out.subspan(count);
  }
}

// From the moments (nu-2)^j prod_{i<=j} (2i-1)/(nu-2i) of order 2j; order n exists for nu > n.
Cumulants student_t_cumulants(double nu) {
  const double a = nu - 4, b = nu - 6, c = nu - 8;
  Cumulants kappa{0, 1, 0, 6 / a, 0, 240 / (a * b), 0, 5040 * (5 * nu - 22) / (a * a * b * c)};
  for (std::size_t n = 3; n <= max_cumulant; ++n)
    if (nu <= static_cast<double>(n)) kappa[n - 1] = nan;
  return kappa;
}

// t = z / sqrt(chi^2_nu / nu), chi^2_nu = 2 Gamma(nu/2), over its standard deviation sqrt(nu / (nu-2)).
void sample_student_t(double nu, Stream& stream, std::span<double> out) {
  for (double& x : out) {
    const double z = stream.normal();
    x = z * std::sqrt((nu / 2 - 1) / gamma_variate(nu / 2, stream));
  }
}

constexpr auto no_argument = std::nullopt;

constexpr DistributionEntry table[] = {
    {"gaussian", "normal, the fixed point of the map", no_argument, true, inf, gaussian_cumulants,
     sample_gaussian<double>, sample_gaussian<float>},
    {"uniform", "constant density on [-sqrt 3, sqrt 3]", no_argument, true, std::numbers::sqrt3,
     uniform_cumulants, sample_uniform, rounded<sample_uniform>},
    {"laplace", "two-sided exponential", no_argument, true, inf, laplace_cumulants, sample_laplace,
     rounded<sample_laplace>},
    {"exponential", "one-sided exponential, centred", no_argument, false, inf, exponential_cumulants,
     sample_exponential, rounded<sample_exponential>},
    {"rademacher", "+1 or -1 with equal chance", no_argument, true, 1, rademacher_cumulants,
     sample_rademacher, rounded<sample_rademacher>},
    {"gamma", "gamma of shape k, centred and scaled; k = 1 is exponential", Argument{"k", 0, inf, 2}, false,
     inf, gamma_cumulants, sample_gamma, rounded<sample_gamma>},
    {"bimodal", "equal mixture of two normals at -m and +m with variance 1 - m^2", Argument{"m", 0, 1, 0.9},
     true, inf, bimodal_cumulants, sample_bimodal<double>, sample_bimodal<float>},
    {"student_t", "Student's t with nu degrees of freedom; order n exists for n < nu",
     Argument{"nu", 2, inf, 5}, true, inf, student_t_cumulants, sample_student_t, rounded<sample_student_t>},
};

}  // namespace

std::span<const DistributionEntry> distributions() {
  return table;
}

}  // namespace rgsweep::data

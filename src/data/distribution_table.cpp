// The families of distributions: cumulants in closed form and samplers, each standardised.
// u is uniform on (0, 1) and z standard normal; both come from the stream, so that each draw is a function of
// the stream's key alone.
#include <cmath>
#include <limits>
#include <numbers>

#include "rgsweep/data/distribution.hpp"

namespace rgsweep::data {

namespace {

using Cumulants = std::array<double, max_cumulant>;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class Draw>
void fill(std::span<double> out, Draw draw) {
  for (double& x : out) x = draw();
}

double random_sign(Stream& stream) {
  return stream() >> 31 ? 1 : -1;
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
    if (std::log(stream.uniform()) < z * z / 2 + d - d * v + d * std::log(v)) return d * v;
  }
}

Cumulants gaussian_cumulants(double) {
  return {0, 1, 0, 0, 0, 0, 0, 0};
}

void sample_gaussian(double, Stream& stream, std::span<double> out) {
  fill(out, [&] { return stream.normal(); });
}

Cumulants uniform_cumulants(double) {
  return {0, 1, 0, -6.0 / 5, 0, 48.0 / 7, 0, -432.0 / 5};
}

void sample_uniform(double, Stream& stream, std::span<double> out) {
  fill(out, [&] { return std::numbers::sqrt3 * (2 * stream.uniform() - 1); });
}

Cumulants laplace_cumulants(double) {
  return {0, 1, 0, 3, 0, 30, 0, 630};
}

void sample_laplace(double, Stream& stream, std::span<double> out) {
  fill(out, [&] {
    const double u = stream.uniform();
    const double x = u < 0.5 ? std::log(2 * u) : -std::log(2 * (1 - u));
    return x / std::numbers::sqrt2;
  });
}

// kappa_n = (n-1)! k^(1-n/2)
Cumulants gamma_cumulants(double k) {
  Cumulants kappa{0, 1};
  for (std::size_t n = 3; n <= max_cumulant; ++n)
    kappa[n - 1] = std::tgamma(static_cast<double>(n)) * std::pow(k, 1 - static_cast<double>(n) / 2);
  return kappa;
}

void sample_gamma(double k, Stream& stream, std::span<double> out) {
  fill(out, [&] { return (gamma_variate(k, stream) - k) / std::sqrt(k); });
}

Cumulants exponential_cumulants(double) {
  return {0, 1, 2, 6, 24, 120, 720, 5040};
}

void sample_exponential(double, Stream& stream, std::span<double> out) {
  fill(out, [&] { return -std::log(stream.uniform()) - 1; });
}

Cumulants rademacher_cumulants(double) {
  return {0, 1, 0, -2, 0, 16, 0, -272};
}

void sample_rademacher(double, Stream& stream, std::span<double> out) {
  fill(out, [&] { return random_sign(stream); });
}

// x = m (random sign) + sqrt(1 - m^2) z: the normal part adds to the second order only.
Cumulants bimodal_cumulants(double m) {
  Cumulants kappa = rademacher_cumulants(0);
  for (std::size_t n = 3; n <= max_cumulant; ++n) kappa[n - 1] *= std::pow(m, static_cast<double>(n));
  return kappa;
}

void sample_bimodal(double m, Stream& stream, std::span<double> out) {
  const double sigma = std::sqrt(1 - m * m);
  fill(out, [&] {
    const double centre = m * random_sign(stream);
    return centre + sigma * stream.normal();
  });
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
  fill(out, [&] {
    const double z = stream.normal();
    return z * std::sqrt((nu / 2 - 1) / gamma_variate(nu / 2, stream));
  });
}

constexpr auto no_argument = std::nullopt;

constexpr DistributionEntry table[] = {
    {"gaussian", "normal, the fixed point of the map", no_argument, true, inf, gaussian_cumulants,
     sample_gaussian},
    {"uniform", "constant density on [-sqrt 3, sqrt 3]", no_argument, true, std::numbers::sqrt3,
     uniform_cumulants, sample_uniform},
    {"laplace", "two-sided exponential", no_argument, true, inf, laplace_cumulants, sample_laplace},
    {"exponential", "one-sided exponential, centred", no_argument, false, inf, exponential_cumulants,
     sample_exponential},
    {"rademacher", "+1 or -1 with equal chance", no_argument, true, 1, rademacher_cumulants,
     sample_rademacher},
    {"gamma", "gamma of shape k, centred and scaled; k = 1 is exponential", Argument{"k", 0, inf, 2}, false,
     inf, gamma_cumulants, sample_gamma},
    {"bimodal", "equal mixture of two normals at -m and +m with variance 1 - m^2", Argument{"m", 0, 1, 0.9},
     true, inf, bimodal_cumulants, sample_bimodal},
    {"student_t", "Student's t with nu degrees of freedom; order n exists for n < nu",
     Argument{"nu", 2, inf, 5}, true, inf, student_t_cumulants, sample_student_t},
};

}  // namespace

std::span<const DistributionEntry> distributions() {
  return table;
}

}  // namespace rgsweep::data

#include "leaky_activation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "rgsweep/math/gaussian_integrals.hpp"
#include "rgsweep/math/moments.hpp"

namespace rgsweep::theory {

namespace {

/// phi = A z + (1-a) max(sigma z, 0) with P(sigma z > 0) <= 1/2.
struct LeakyForm {
  LeakyForm(const nn::LeakyRelu& phi, double mean)
      : sigma(mean > 0 ? -1 : 1), A(mean > 0 ? 1 : phi.slope), gain(1 - phi.slope) {}
  double sigma, A, gain;
};

}  // namespace

/// In units of s, with u = sigma t: psi = phi / s - A h = sigma A u + gain max(u - |h|, 0). Its moments are
/// those of sigma A u and a correction from the tail u > |h|.
Cumulants leaky_cumulants(const nn::LeakyRelu& phi, const Marginal& z) {
  constexpr std::size_t orders = 6;
  const LeakyForm form(phi, z.mean);
  const double h = z.mean / z.deviation, eta = std::abs(h), linear = form.sigma * form.A;
  const double g3 = form.sigma * z.skewness / 6, g4 = z.kurtosis / 24, g6 = g3 * g3 / 2;
  // 1 + g3 He_3 + g4 He_4 + g6 He_6 by powers of u.
  const std::array<double, 7> weight{
      1 + 3 * g4 - 15 * g6, -3 * g3, 45 * g6 - 6 * g4, g3, g4 - 15 * g6, 0, g6};
  const Eigen::ArrayXd tail = math::tail_moments(eta, orders + 6);
  std::array<double, orders + 7> gaussian{1};
  for (std::size_t j = 2; j < gaussian.size(); j += 2)
    gaussian[j] = gaussian[j - 2] * static_cast<double>(j - 1);
  std::array<double, orders + 1> everywhere{}, above{};  // E[u^j w] and E[u^j w 1(u > eta)]
  for (std::size_t j = 0; j <= orders; ++j)
    for (std::size_t i = 0; i < weight.size(); ++i) {
      everywhere[j] += weight[i] * gaussian[i + j];
      above[j] += weight[i] * tail[static_cast<Eigen::Index>(i + j)];
    }
  std::array<double, orders> raw;
  // Powers of both slopes and of the offset of the piece beyond the kink, sigma A u + gain (u - |h|).
  std::array<double, orders + 1> below{1}, beyond{1}, offset{1};
  for (std::size_t n = 1; n <= orders; ++n) {
    below[n] = below[n - 1] * linear;
    beyond[n] = beyond[n - 1] * (linear + form.gain);
    offset[n] = offset[n - 1] * (-form.gain * eta);
  }
  for (std::size_t n = 1; n <= orders; ++n) {
    double moment = below[n] * (everywhere[n] - above[n]), binomial = 1;
    for (std::size_t j = 0; j <= n; ++j) {
      moment += binomial * beyond[j] * offset[n - j] * above[j];
      binomial *= static_cast<double>(n - j) / static_cast<double>(j + 1);
    }
    raw[n - 1] = moment;
  }
  const std::vector<double> kappa = math::cumulants_from_raw_moments(raw);
  Cumulants result;
  double scale = 1;
  for (std::size_t n = 0; n < orders; ++n) result[n] = kappa[n] * (scale *= z.deviation);
  result[0] += form.A * z.mean;
  return result;
}

// By parts, with g = (phi - centre)^p and [g^(j)] the jump of its
// j-th derivative in t at the kink t = -h,  E[g He_d] = sum_{j=1..p} [g^(j)] He_{d-1-j}(-h) pdf(h).
void append_leaky_coefficients(const nn::LeakyRelu& phi, double h, double s, double centre, int first,
                               Eigen::ArrayXXd& c) {
  const auto degree = static_cast<int>(c.cols()) - 1;
  if (first > degree) return;
  Eigen::ArrayXd H(degree + 1);  // He_d(-h) / sqrt(d!) pdf(h)
  H[0] = math::normal_pdf(h);
  H[1] = -h * H[0];
  for (int d = 1; d < degree; ++d) H[d + 1] = (-h * H[d] - std::sqrt(d) * H[d - 1]) / std::sqrt(d + 1.0);
  for (int p = 1; p <= c.rows(); ++p) {
    double falling = 1, slope_power = 1, scale = 1;  // p (p-1) .. (p-j+1), a^j and s^j
    for (int j = 1; j <= p; ++j) {
      falling *= p - j + 1;
      slope_power *= phi.slope;
      scale *= s;
      const double jump = falling * std::pow(-centre, p - j) * (1 - slope_power) * scale;
      for (int d = first; d <= degree; ++d) {
        double root = 1;  // sqrt(d! / (d-1-j)!)
        for (int i = 0; i <= j; ++i) root *= d - i;
        c(p - 1, d) += jump * H[d - 1 - j] / std::sqrt(root);
      }
    }
  }
}

Eigen::MatrixXd leaky_covariance(const nn::LeakyRelu& phi, const Eigen::VectorXd& mean,
                                 const Eigen::MatrixXd& covariance) {
  const Eigen::Index n = mean.size();
  const Eigen::VectorXd s = covariance.diagonal().cwiseMax(0).cwiseSqrt();
  Eigen::ArrayXd height(n), chance(n);  // -|h| and P(sigma z > 0)
  std::vector<LeakyForm> form;
  for (Eigen::Index i = 0; i < n; ++i) {
    form.emplace_back(phi, mean[i]);
    height[i] = s[i] > 0 ? -std::abs(mean[i]) / s[i] : 0;
    chance[i] = math::normal_cdf(height[i]);
  }
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index j = 0; j < n; ++j)
    for (Eigen::Index i = 0; i <= j; ++i) {
      if (s[i] == 0 || s[j] == 0) continue;
      const LeakyForm &fi = form[static_cast<std::size_t>(i)], &fj = form[static_cast<std::size_t>(j)];
      const double S = covariance(i, j), scale = s[i] * s[j], signs = fi.sigma * fj.sigma;
      const double rho = i == j ? 1 : std::clamp(S / scale, -1.0, 1.0);
      result(i, j) = result(j, i) =
          fi.A * fj.A * S + fi.gain * S * (fi.A * fj.sigma * chance[j] + fj.A * fi.sigma * chance[i]) +
          fi.gain * fj.gain * scale * math::rectified_covariance(height[i], height[j], signs * rho);
    }
  return result;
}

}  // namespace rgsweep::theory

#include "rgsweep/theory/gaussian_activation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <variant>
#include <vector>

#include "rgsweep/math/gaussian_integrals.hpp"
#include "rgsweep/math/moments.hpp"
#include "rgsweep/theory/activation_pieces.hpp"

namespace rgsweep::theory {

namespace {

/// How quadrature has to treat an activation.
struct Smoothness {
  std::vector<double> kinks;
  int degree;  ///< of the polynomials between the kinks; -1: they are none
};

Smoothness smoothness(const nn::Activation& activation) {
  const ActivationPieces of = pieces(activation);
  return {of.kinks, of.is_linear() ? 1 : std::holds_alternative<nn::Quadratic>(activation) ? 2 : -1};
}

/// Pieces that are no polynomials are cut in steps of this out to 40 of them; their singularities are at
/// least pi times as far from the real axis.
constexpr double kScale = 0.5;

/// phi = A z + (1-a) max(sigma z, 0) with P(sigma z > 0) <= 1/2.
struct LeakyForm {
  LeakyForm(const nn::LeakyRelu& phi, double mean)
      : sigma(mean > 0 ? -1 : 1), A(mean > 0 ? 1 : phi.slope), gain(1 - phi.slope) {}
  double sigma, A, gain;
};

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
  double linear_power = 1;
  for (std::size_t n = 1; n <= orders; ++n) {
    linear_power *= linear;
    double moment = linear_power * (everywhere[n] - above[n]), binomial = 1;
    for (std::size_t j = 0; j <= n; ++j) {
      moment += binomial * std::pow(linear + form.gain, static_cast<double>(j)) *
                std::pow(-form.gain * eta, static_cast<double>(n - j)) * above[j];
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

/// Coefficients from degree `first` > 3 on. By parts, with g = (phi - centre)^p and [g^(j)] the jump of its
/// j-th derivative in t at the kink t = -h,  E[g He_d] = sum_{j=1..p} [g^(j)] He_{d-1-j}(-h) pdf(h).
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

/// Rule in t for functions of phi(mean + deviation t) times polynomials to degree 50 or so.
math::GaussianRule unit_rule(const nn::Activation& activation, double mean, double deviation) {
  const Smoothness of = smoothness(activation);
  if (of.kinks.empty() && of.degree >= 0) return math::smooth_gaussian_rule(1, 40);
  std::vector<double> cuts = of.kinks;
  if (of.degree < 0)
    for (int step = -40; step <= 40; ++step) cuts.push_back(step * kScale);
  const auto count = static_cast<Eigen::Index>(cuts.size());
  return math::piecewise_gaussian_rule(
      Eigen::MatrixXd::Constant(count, 1, deviation),
      Eigen::VectorXd::Constant(count, mean) - Eigen::Map<const Eigen::VectorXd>(cuts.data(), count), 15,
      0.75);
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

/// Cov of quadratic for Gaussian z: g_i g_j S_ij + 2 alpha^2 S_ij^2, g = 1 + 2 alpha m.
Eigen::MatrixXd quadratic_covariance(const nn::Quadratic& phi, const Eigen::VectorXd& mean,
                                     const Eigen::MatrixXd& covariance) {
  const Eigen::VectorXd g = (1 + 2 * phi.alpha * mean.array()).matrix();
  return (g * g.transpose()).cwiseProduct(covariance) +
         2 * phi.alpha * phi.alpha * covariance.cwiseProduct(covariance);
}

double covariance_in_the_plane(const nn::Activation& activation, const Eigen::Vector2d& mean,
                               const Eigen::Vector2d& s, double rho) {
  Eigen::Matrix2d L;
  L << s[0], 0, s[1] * rho, s[1] * std::sqrt((1 - rho) * (1 + rho));
  const math::GaussianRule rule = activation_rule(activation, mean, L);
  const Eigen::ArrayXXd y =
      activated(activation, ((rule.nodes * L.transpose()).rowwise() + mean.transpose()).array());
  const double mean_0 = (rule.weights * y.col(0)).sum();
  return (rule.weights * (y.col(0) - mean_0) * y.col(1)).sum();
}

/// sum_d rho^d c_i[d] c_j[d] of orthonormal coefficients; by Parseval what is left out is at most |rho|^(d+1)
/// times the root of what the coefficients leave out of both variances.
Eigen::MatrixXd general_covariance(const nn::Activation& activation, const Eigen::VectorXd& mean,
                                   const Eigen::MatrixXd& covariance) {
  constexpr int degree = 48;
  constexpr double tolerance = 1e-11;
  const Eigen::Index n = mean.size();
  const Eigen::VectorXd s = covariance.diagonal().cwiseMax(0).cwiseSqrt();
  Eigen::ArrayXXd c(n, degree + 1);
  Eigen::ArrayXd variance(n), left(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double centre = activated_cumulants(activation, {mean[i], s[i]})[0];
    const Eigen::ArrayXXd row = hermite_coefficients(activation, mean[i], s[i], centre, 2, degree);
    variance[i] = row(1, 0);
    c.row(i) = row.row(0);
    left[i] = std::max(variance[i] - c.row(i).tail(degree).square().sum(), 0.0);
  }
  Eigen::MatrixXd result(n, n);
  for (Eigen::Index j = 0; j < n; ++j)
    for (Eigen::Index i = 0; i <= j; ++i) {
      double value = 0;
      if (i == j) {
        value = variance[i];
      } else if (s[i] > 0 && s[j] > 0) {
        const double rho = std::clamp(covariance(i, j) / (s[i] * s[j]), -1.0, 1.0);
        const double bound = std::pow(std::abs(rho), degree + 1) * std::sqrt(left[i] * left[j]);
        if (bound > tolerance * std::sqrt(variance[i] * variance[j])) {
          value = covariance_in_the_plane(activation, {mean[i], mean[j]}, {s[i], s[j]}, rho);
        } else {
          double power = 1;
          for (int d = 1; d <= degree; ++d) value += (power *= rho) * c(i, d) * c(j, d);
        }
      }
      result(i, j) = result(j, i) = value;
    }
  return result;
}

}  // namespace

Eigen::ArrayXXd activated(const nn::Activation& activation, const Eigen::Ref<const Eigen::ArrayXXd>& z) {
  return std::visit([&](const auto& phi) -> Eigen::ArrayXXd { return phi.value(z); }, activation);
}

Cumulants activated_cumulants(const nn::Activation& activation, const Marginal& z) {
  if (z.deviation == 0) return {activated(activation, Eigen::ArrayXXd::Constant(1, 1, z.mean))(0, 0)};
  if (const auto* leaky = std::get_if<nn::LeakyRelu>(&activation)) return leaky_cumulants(*leaky, z);
  const math::GaussianRule rule = unit_rule(activation, z.mean, z.deviation);
  const Eigen::ArrayXd t = rule.nodes.col(0).array();
  const Eigen::ArrayXd square = t.square();
  const Eigen::ArrayXd weights =
      rule.weights * (1 + z.skewness / 6 * t * (square - 3) + z.kurtosis / 24 * (square * (square - 6) + 3) +
                      z.skewness * z.skewness / 72 * (((square - 15) * square + 45) * square - 15));
  Eigen::ArrayXd y = activated(activation, z.mean + z.deviation * t);
  const double mean = (weights * y).sum();
  y -= mean;
  std::array<double, 6> raw;
  Eigen::ArrayXd power = weights;
  for (double& moment : raw) moment = (power *= y).sum();
  const std::vector<double> kappa = math::cumulants_from_raw_moments(raw);
  Cumulants result;
  std::copy(kappa.begin(), kappa.end(), result.begin());
  result[0] += mean;
  return result;
}

Eigen::ArrayXXd hermite_coefficients(const nn::Activation& activation, double mean, double deviation,
                                     double centre, int powers, int degree) {
  const auto* leaky = std::get_if<nn::LeakyRelu>(&activation);
  const int integrated = leaky ? std::min(degree, 6) : degree;
  const math::GaussianRule rule = unit_rule(activation, mean, deviation);
  const Eigen::ArrayXd t = rule.nodes.col(0).array();
  const Eigen::ArrayXd y = activated(activation, mean + deviation * t) - centre;
  Eigen::MatrixXd H(t.size(), integrated + 1);
  H.col(0).setOnes();
  if (integrated > 0) H.col(1) = t;
  for (int d = 1; d < integrated; ++d)
    H.col(d + 1) =
        ((t * H.col(d).array() - std::sqrt(d) * H.col(d - 1).array()) / std::sqrt(d + 1.0)).matrix();
  Eigen::MatrixXd values(t.size(), powers);
  values.col(0) = (rule.weights * y).matrix();
  for (int p = 1; p < powers; ++p) values.col(p) = (values.col(p - 1).array() * y).matrix();
  Eigen::ArrayXXd c = Eigen::ArrayXXd::Zero(powers, degree + 1);
  c.leftCols(integrated + 1) = (values.transpose() * H).array();
  if (leaky && deviation > 0)
    append_leaky_coefficients(*leaky, mean / deviation, deviation, centre, integrated + 1, c);
  return c;
}

Eigen::MatrixXd activated_covariance(const nn::Activation& activation, const Eigen::VectorXd& mean,
                                     const Eigen::MatrixXd& covariance) {
  if (const auto* leaky = std::get_if<nn::LeakyRelu>(&activation))
    return leaky_covariance(*leaky, mean, covariance);
  if (const auto* quadratic = std::get_if<nn::Quadratic>(&activation))
    return quadratic_covariance(*quadratic, mean, covariance);
  if (std::holds_alternative<nn::Linear>(activation)) return covariance;
  return general_covariance(activation, mean, covariance);
}

math::GaussianRule activation_rule(const nn::Activation& activation, const Eigen::VectorXd& mean,
                                   const Eigen::MatrixXd& L) {
  const Smoothness of = smoothness(activation);
  if (of.kinks.empty()) {
    int points = 12;  // exact for products of six squares and a polynomial of degree 6
    if (of.degree < 0) {
      // Gauss-Hermite converges as exp(-2 y sqrt(n)), y the distance of the nearest singularity in units of
      // xi.
      const double distance = std::numbers::pi * kScale / L.rowwise().norm().maxCoeff();
      points = static_cast<int>(std::clamp(std::pow(12 / distance, 2), 40.0, 192.0));
    }
    return math::smooth_gaussian_rule(L.cols(), points);
  }
  const Eigen::Index units = L.rows(), kinks = static_cast<Eigen::Index>(of.kinks.size());
  Eigen::MatrixXd normals(units * kinks, L.cols());
  Eigen::VectorXd offsets(units * kinks);
  for (Eigen::Index k = 0; k < kinks; ++k) {
    normals.middleRows(k * units, units) = L;
    offsets.segment(k * units, units) = (mean.array() - of.kinks[static_cast<std::size_t>(k)]).matrix();
  }
  return math::piecewise_gaussian_rule(normals, offsets,
                                       of.degree < 0 ? 60 : std::min(6 * of.degree + 6, 60));
}

}  // namespace rgsweep::theory

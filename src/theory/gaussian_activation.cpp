#include "rgsweep/theory/gaussian_activation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <variant>
#include <vector>

#include "leaky_activation.hpp"
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

/// Rule in t for functions of phi(mean + deviation t) times polynomials to degree 50 or so.
math::GaussianRule unit_rule(const nn::Activation& activation, double mean, double deviation) {
  const Smoothness of = smoothness(activation);
  if (of.kinks.empty() && of.degree >= 0) return math::smooth_gaussian_rule(1, 40);
  // Half the strip, since polynomials of high degree grow beyond the real axis.
  constexpr double widest = 8;
  if (of.kinks.empty() && deviation <= widest)
    return math::analytic_gaussian_rule(1, std::numbers::pi * kScale / deviation / 2, 0.005);
  std::vector<double> cuts = of.kinks;
  if (of.degree < 0)
    for (int step = -40; step <= 40; ++step) cuts.push_back(step * kScale);
  const auto count = static_cast<Eigen::Index>(cuts.size());
  return math::piecewise_gaussian_rule(
      Eigen::MatrixXd::Constant(count, 1, deviation),
      Eigen::VectorXd::Constant(count, mean) - Eigen::Map<const Eigen::VectorXd>(cuts.data(), count), 15,
      0.75);
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
  // Eigen has a vector exponential in double, but no tanh.
  if (std::holds_alternative<nn::Tanh>(activation)) return 1 - 2 / ((2 * z).exp() + 1);
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

bool has_closed_covariance(const nn::Activation& activation) {
  return std::holds_alternative<nn::Linear>(activation) ||
         std::holds_alternative<nn::LeakyRelu>(activation) ||
         std::holds_alternative<nn::Quadratic>(activation);
}

math::GaussianRule activation_rule(const nn::Activation& activation, const Eigen::VectorXd& mean,
                                   const Eigen::MatrixXd& L) {
  const Smoothness of = smoothness(activation);
  if (of.kinks.empty()) {
    constexpr double finest = 0.08;
    const double steepest = L.cols() == 0 ? 0 : L.rowwise().norm().maxCoeff();
    if (of.degree < 0 && steepest > 0)
      return math::analytic_gaussian_rule(L.cols(), std::numbers::pi * kScale / steepest, finest);
    // Exact for products of six squares and a polynomial of degree 6.
    return math::smooth_gaussian_rule(L.cols(), 12);
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

#include "planar_measure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace rgsweep::theory {

namespace {

constexpr Eigen::Index kDegrees = 7;  // 0..6

/// Row p holds the coefficients of He_p by powers.
const PlanarCoefficients& hermite_powers() {
  static const PlanarCoefficients powers = [] {
    PlanarCoefficients made = PlanarCoefficients::Zero();
    made(0, 0) = 1;
    for (Eigen::Index p = 1; p < kDegrees; ++p) {
      made.row(p).tail(kDegrees - 1) = made.row(p - 1).head(kDegrees - 1);
      if (p > 1) made.row(p) -= static_cast<double>(p - 1) * made.row(p - 2);
    }
    return made;
  }();
  return powers;
}

/// x^0 .. x^6 of each element.
std::array<Eigen::ArrayXd, kDegrees> powers_of(const Eigen::ArrayXd& x) {
  std::array<Eigen::ArrayXd, kDegrees> powers{Eigen::ArrayXd::Ones(x.size()), x};
  for (std::size_t d = 2; d < powers.size(); ++d) powers[d] = powers[d - 1] * x;
  return powers;
}

/// The density's factor at each node by its homogeneous parts: column d is that of degree d, 0..6.
Eigen::ArrayXXd homogeneous_parts(const math::JointCumulants& xi, const Eigen::MatrixXd& nodes) {
  const PlanarCoefficients coefficients = edgeworth_coefficients(xi);
  Eigen::ArrayXXd parts = Eigen::ArrayXXd::Zero(nodes.rows(), kDegrees);
  parts.col(0).setOnes();
  PlanarCoefficients beyond_first = coefficients;
  beyond_first(0, 0) = 0;
  if (beyond_first.isZero(0)) return parts;
  const PlanarCoefficients q = in_powers(coefficients);
  const auto x = powers_of(nodes.col(0).array()), y = powers_of(nodes.col(xi.size() - 1).array());
  parts.col(0).setConstant(q(0, 0));
  for (Eigen::Index i = 0; i < kDegrees; ++i)
    for (Eigen::Index j = i == 0 ? 1 : 0; i + j < kDegrees; ++j)
      if (q(i, j) != 0)
        parts.col(i + j) += q(i, j) * x[static_cast<std::size_t>(i)] * y[static_cast<std::size_t>(j)];
  return parts;
}

/// The law of mean + row.xi.
Marginal planar_marginal(double mean, const Eigen::RowVectorXd& row, const math::JointCumulants& xi) {
  const double s = row.norm();
  if (s == 0) return {mean, 0};
  const Eigen::RowVectorXd unit = row / s;
  // Contracts one index after the other.
  const auto contracted = [&unit](std::vector<double> tensor) {
    for (auto left = static_cast<Eigen::Index>(tensor.size()); left > 1; left /= unit.size())
      for (Eigen::Index rest = 0; rest < left / unit.size(); ++rest) {
        double sum = 0;
        for (Eigen::Index i = 0; i < unit.size(); ++i)
          sum += unit[i] * tensor[static_cast<std::size_t>(i + unit.size() * rest)];
        tensor[static_cast<std::size_t>(rest)] = sum;
      }
    return tensor[0];
  };
  if (unit.size() == 1) return {mean, s, unit[0] * xi.third[0], xi.fourth[0]};
  return {mean, s, contracted(xi.third), contracted(xi.fourth)};
}

}  // namespace

PlanarCoefficients in_powers(const PlanarCoefficients& coefficients) {
  return hermite_powers().transpose() * coefficients * hermite_powers();
}

PlanarCoefficients edgeworth_coefficients(const math::JointCumulants& xi) {
  PlanarCoefficients coefficients = PlanarCoefficients::Zero();
  coefficients(0, 0) = 1;
  if (xi.size() == 0) return coefficients;
  constexpr std::array<double, 5> factorial{1, 1, 2, 6, 24};
  for (int order : {3, 4})
    for (Eigen::Index q = 0; q <= (xi.size() == 2 ? order : 0); ++q) {
      const Eigen::Index p = order - q;
      const auto at = [p](Eigen::Index index) { return index < p ? Eigen::Index{0} : Eigen::Index{1}; };
      const double kappa =
          order == 3 ? xi.cumulant(at(0), at(1), at(2)) : xi.cumulant(at(0), at(1), at(2), at(3));
      coefficients(p, q) =
          kappa / (factorial[static_cast<std::size_t>(p)] * factorial[static_cast<std::size_t>(q)]);
    }
  for (Eigen::Index q = 0; q <= 3; ++q)
    for (Eigen::Index other = 0; other <= 3; ++other)
      coefficients(6 - q - other, q + other) += coefficients(3 - q, q) * coefficients(3 - other, other) / 2;
  return coefficients;
}

std::vector<Marginal> planar_marginals(const Eigen::VectorXd& mean, const Eigen::MatrixXd& L,
                                       const math::JointCumulants& xi) {
  std::vector<Marginal> result;
  for (Eigen::Index i = 0; i < mean.size(); ++i)
    result.push_back(L.cols() == 0 ? Marginal{mean[i], 0} : planar_marginal(mean[i], L.row(i), xi));
  return result;
}

PlanarMeasure::PlanarMeasure(Eigen::VectorXd mean, Eigen::MatrixXd L, const math::JointCumulants& xi,
                             const nn::Activation& activation)
    : mean_(std::move(mean)), L_(std::move(L)), activation_(activation) {
  math::GaussianRule rule = activation_rule(activation_, mean_, L_);
  weights_ = rule.weights * homogeneous_parts(xi, rule.nodes).rowwise().sum();
  nodes_ = std::move(rule.nodes);
}

Eigen::ArrayXXd PlanarMeasure::activated_at(Eigen::Index first, Eigen::Index count) const {
  const Eigen::MatrixXd z = (nodes_.middleRows(first, count) * L_.transpose()).rowwise() + mean_.transpose();
  return activated(activation_, z.array());
}

bool is_homogeneous(const nn::Activation& activation, const Eigen::VectorXd& mean) {
  return std::holds_alternative<nn::LeakyRelu>(activation) && mean.isZero(0);
}

RayMeasure::RayMeasure(const Eigen::MatrixXd& L, const math::JointCumulants& xi,
                       const nn::Activation& activation) {
  const Eigen::Index dimensions = L.cols();
  const math::GaussianRule rays = dimensions == 2
                                      ? math::direction_rule(L)
                                      : math::GaussianRule{Eigen::Vector2d(1, -1), Eigen::Array2d(0.5, 0.5)};
  values_ = activated(activation, (rays.nodes * L.transpose()).array());
  std::array<double, orders + kDegrees> radial;  // E[r^k]
  radial[0] = 1;
  radial[1] = std::sqrt(dimensions == 2 ? std::numbers::pi / 2 : 2 / std::numbers::pi);
  for (std::size_t k = 2; k < radial.size(); ++k)
    radial[k] = static_cast<double>(k - 2 + static_cast<std::size_t>(dimensions)) * radial[k - 2];
  Eigen::MatrixXd by_order(kDegrees, orders + 1);
  for (Eigen::Index d = 0; d < kDegrees; ++d)
    for (Eigen::Index n = 0; n <= orders; ++n) by_order(d, n) = radial[static_cast<std::size_t>(d + n)];
  weights_ = (homogeneous_parts(xi, rays.nodes).matrix() * by_order).array();
  weights_.colwise() *= rays.weights;
}

}  // namespace rgsweep::theory

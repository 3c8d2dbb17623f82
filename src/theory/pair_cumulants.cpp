#include "pair_cumulants.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include "closed_layers.hpp"

namespace rgsweep::theory {

namespace {

/// Left out of the series, next to the deviations.
constexpr double kSeriesTolerance = 1e-10;
/// Of A and B in the moments E[A^p B^q] that are needed.
constexpr std::array<std::array<int, 2>, 6> kPairPowers{{{1, 1}, {2, 1}, {1, 2}, {3, 1}, {1, 3}, {2, 2}}};

/// Highest degree of the series in the correlation of two units.
int series_degree(const nn::Activation& activation) {
  if (std::holds_alternative<nn::LeakyRelu>(activation)) return 200;
  if (std::holds_alternative<nn::Linear>(activation) || std::holds_alternative<nn::Quadratic>(activation))
    return 2 * UnitCoefficients::powers + UnitCoefficients::most_ends;
  return 48;
}

/// sqrt((k+a)! / k!)
double rising_root(int k, int a) {
  double product = 1;
  for (int i = 1; i <= a; ++i) product *= k + i;
  return std::sqrt(product);
}

/// rising_root(k, a) for a = 0 .. UnitCoefficients::most_ends.
const std::array<double, UnitCoefficients::most_ends + 1>& rising_roots(int k) {
  static const auto table = [] {
    std::vector<std::array<double, UnitCoefficients::most_ends + 1>> made(256);
    for (std::size_t row = 0; row < made.size(); ++row)
      for (std::size_t a = 0; a <= UnitCoefficients::most_ends; ++a)
        made[row][a] = rising_root(static_cast<int>(row), static_cast<int>(a));
    return made;
  }();
  return table[static_cast<std::size_t>(k)];
}

/// sum_k rho^k / k! sum over hyperedges of E_gauss[A^p He_{a+k}] E_gauss[B^q He_{b+k}], a and b of its ends
/// on either unit, times its cumulant over a! b!.
std::array<double, 6> moments_by_series(const UnitCoefficients& units, Eigen::Index i, Eigen::Index j,
                                        const math::JointCumulants& t) {
  constexpr int most_ends = UnitCoefficients::most_ends;
  Eigen::ArrayXXd factor = Eigen::ArrayXXd::Zero(most_ends + 1, most_ends + 1);
  factor(0, 0) = 1;
  for (int order : {3, 4})
    for (int a = 0; a <= order; ++a) {
      const auto at = [a](int index) { return index < a ? Eigen::Index{0} : Eigen::Index{1}; };
      const double kappa =
          order == 3 ? t.cumulant(at(0), at(1), at(2)) : t.cumulant(at(0), at(1), at(2), at(3));
      factor(a, order - a) = kappa / (std::tgamma(a + 1) * std::tgamma(order - a + 1));
    }
  for (int a = 0; a <= 3; ++a)
    for (int other = 0; other <= 3; ++other)
      factor(a + other, 6 - a - other) += factor(a, 3 - a) * factor(other, 3 - other) / 2;

  struct Term {
    std::size_t a, b;
    double factor;
  };
  std::vector<Term> hyperedges;
  for (int a = 0; a <= most_ends; ++a)
    for (int b = 0; a + b <= most_ends; ++b)
      if (factor(a, b) != 0)
        hyperedges.push_back({static_cast<std::size_t>(a), static_cast<std::size_t>(b), factor(a, b)});

  std::array<double, 6> moments{};
  std::array<const double*, 6> left, right;
  for (std::size_t m = 0; m < moments.size(); ++m) {
    left[m] = units.orthonormal(i, kPairPowers[m][0]);
    right[m] = units.orthonormal(j, kPairPowers[m][1]);
  }
  const double rho = t.cumulant(0, 1);
  double power = 1;
  for (int k = 0; k <= units.degree() - most_ends && std::abs(power) > 1e-16; ++k, power *= rho) {
    const auto& root = rising_roots(k);
    const auto first = static_cast<std::size_t>(k);
    for (const Term& term : hyperedges) {
      const double weight = power * term.factor * root[term.a] * root[term.b];
      for (std::size_t m = 0; m < moments.size(); ++m)
        moments[m] += weight * left[m][first + term.a] * right[m][first + term.b];
    }
  }
  return moments;
}

/// The layer of the two units alone.
PairCumulants cumulants_in_the_plane(const UnitCoefficients& units, Eigen::Index i, Eigen::Index j,
                                     const math::JointCumulants& t) {
  const Marginal &zi = units.law(i), &zj = units.law(j);
  const double rho = t.cumulant(0, 1), tau = std::sqrt((1 - rho) * (1 + rho));
  const Eigen::Index rank = tau > 1e-6 ? 2 : 1;
  Eigen::MatrixXd L(2, rank), to_latent(rank, 2);
  L.col(0) << zi.deviation, rho * zj.deviation;
  to_latent.row(0) << 1, 0;
  if (rank == 2) {
    L.col(1) << 0, tau * zj.deviation;
    to_latent.row(1) << -rho / tau, 1 / tau;
  }
  const math::JointCumulants xi = t.affine(to_latent, Eigen::VectorXd::Zero(rank));
  const math::JointCumulants joint =
      planar_layer(Eigen::Vector2d(zi.mean, zj.mean), L, xi, units.activation(), {})->joint();
  return {joint.cumulant(0, 1),       joint.cumulant(0, 0, 1),    joint.cumulant(0, 1, 1),
          joint.cumulant(0, 0, 0, 1), joint.cumulant(0, 1, 1, 1), joint.cumulant(0, 0, 1, 1)};
}

}  // namespace

UnitCoefficients::UnitCoefficients(const nn::Activation& activation, const std::vector<Marginal>& z,
                                   const Eigen::ArrayXXd& marginals, int wick_edges)
    : activation_(activation),
      z_(z),
      marginals_(marginals),
      degree_(series_degree(activation)),
      plain_degrees_(wick_edges + most_ends + 1) {
  const std::size_t values = z.size() * powers;
  orthonormal_.reserve(values * static_cast<std::size_t>(degree_ + 1));
  plain_.reserve(values * static_cast<std::size_t>(plain_degrees_));
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double centre = marginals(static_cast<Eigen::Index>(i), 0);
    const Eigen::ArrayXXd c =
        hermite_coefficients(activation, z[i].mean, z[i].deviation, centre, powers, degree_);
    for (int p = 0; p < powers; ++p) {
      for (int d = 0; d <= degree_; ++d) orthonormal_.push_back(c(p, d));
      for (int d = 0; d < plain_degrees_; ++d)
        plain_.push_back(d <= degree_ ? c(p, d) * rising_root(0, d) : 0);
    }
  }
}

const double* UnitCoefficients::plain(Eigen::Index unit, int power) const {
  return plain_.data() + (unit * powers + power - 1) * plain_degrees_;
}

const double* UnitCoefficients::orthonormal(Eigen::Index unit, int power) const {
  return orthonormal_.data() + (unit * powers + power - 1) * (degree_ + 1);
}

PairCumulants pair_cumulants(const UnitCoefficients& units, Eigen::Index i, Eigen::Index j,
                             const math::JointCumulants& t) {
  if (units.law(i).deviation == 0 || units.law(j).deviation == 0) return {};  // a constant less its mean
  // Size of the last terms of the series, next to the deviations.
  const int terms = units.degree() - UnitCoefficients::most_ends;
  const auto last = [&units](const double* c) {
    double largest = 0;
    for (int d = units.degree() - 7; d <= units.degree(); ++d) largest = std::max(largest, std::abs(c[d]));
    return largest;
  };
  const double Vi = units.variance(i), Vj = units.variance(j);
  const double left = std::pow(std::abs(t.cumulant(0, 1)), terms) * terms * terms *
                      last(units.orthonormal(i, 1)) * last(units.orthonormal(j, 1));
  if (left > kSeriesTolerance * std::sqrt(Vi * Vj)) return cumulants_in_the_plane(units, i, j, t);
  const std::array<double, 6> m = moments_by_series(units, i, j, t);
  return {m[0], m[1], m[2], m[3] - 3 * Vi * m[0], m[4] - 3 * Vj * m[0], m[5] - Vi * Vj - 2 * m[0] * m[0]};
}

}  // namespace rgsweep::theory

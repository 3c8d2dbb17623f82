// Gauss nodes as eigenvalues of the Jacobi matrix of the weight's orthonormal polynomials h_k (Golub and
// Welsch 1969), for the Gaussian x h_k = sqrt(k+1) h_{k+1} + sqrt(k) h_{k-1}; weights from Christoffel's
// formula w = 1 / sum_{k<n} h_k(x)^2, which keeps the tiny outer weights accurate where eigenvectors do not.
#include "rgsweep/math/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <stdexcept>

#include <Eigen/Eigenvalues>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>

namespace rgsweep::math {

namespace {

/// Orthonormal polynomials h_k of a weight of integral 1, as the coefficients of their recurrence
///   x h_k = off[k] h_{k+1} + diagonal[k] h_k + off[k-1] h_{k-1}.
struct Recurrence {
  Eigen::VectorXd diagonal;  ///< n
  Eigen::VectorXd off;       ///< n-1

  /// Zeros of h_n.
  Eigen::ArrayXd zeros() const {
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
    solver.computeFromTridiagonal(diagonal, off, Eigen::EigenvaluesOnly);
    return solver.eigenvalues().array();
  }
  double weight(double x) const {
    double before = 0, last = 1, sum = 1;
    for (Eigen::Index k = 0; k < off.size(); ++k) {
      const double next = ((x - diagonal[k]) * last - (k == 0 ? 0 : off[k - 1] * before)) / off[k];
      before = last;
      last = next;
      sum += last * last;
    }
    return 1 / sum;
  }
};

/// The rule of a weight that is even, with off[k-1] = f(k).
template <class F>
QuadratureRule even_rule(int n, F f) {
  Recurrence recurrence{Eigen::VectorXd::Zero(n), Eigen::VectorXd(n - 1)};
  for (Eigen::Index k = 1; k < n; ++k) recurrence.off[k - 1] = f(static_cast<double>(k));
  const Eigen::ArrayXd nodes = recurrence.zeros();
  QuadratureRule rule{(nodes - nodes.reverse()) / 2, Eigen::ArrayXd(n)};  // exactly symmetric
  for (Eigen::Index i = 0; i < n; ++i) rule.weights[i] = recurrence.weight(rule.nodes[i]);
  rule.weights /= rule.weights.sum();
  return rule;
}

GaussHermite make_rule(int n) {
  const QuadratureRule rule = even_rule(n, [](double k) { return std::sqrt(k); });
  return {rule.nodes, rule.weights};
}

}  // namespace

const GaussHermite& gauss_hermite(int n) {
  if (n < 1 || n > 256) throw std::logic_error("gauss_hermite(): 1 to 256 points");
  static std::mutex mutex;
  static std::map<int, GaussHermite> rules;
  const std::scoped_lock lock(mutex);
  auto found = rules.find(n);
  if (found == rules.end()) found = rules.emplace(n, make_rule(n)).first;
  return found->second;
}

double gaussian_expectation(const std::function<double(double)>& f, double mu, double sigma) {
  const GaussHermite& rule = gauss_hermite(64);
  double sum = 0;
  for (Eigen::Index i = 0; i < rule.nodes.size(); ++i) sum += rule.weights[i] * f(mu + sigma * rule.nodes[i]);
  return sum;
}

double gaussian_expectation(const std::function<double(double)>& f, double mu, double sigma,
                            const std::vector<double>& kinks) {
  if (sigma == 0) return f(mu);
  constexpr double range = 13,
                   widest = 1.5;  // of a panel, in sigma: 20 points resolve the Gaussian to rounding
  std::vector<double> ends{-range, range};
  for (const double kink : kinks) {
    const double z = (kink - mu) / sigma;
    if (std::abs(z) < range) ends.push_back(z);
  }
  std::sort(ends.begin(), ends.end());
  const double norm = 1 / std::sqrt(2 * std::numbers::pi);
  const auto integrand = [&](double z) { return f(mu + sigma * z) * norm * std::exp(-z * z / 2); };
  double sum = 0;
  for (std::size_t i = 1; i < ends.size(); ++i) {
    const double length = ends[i] - ends[i - 1];
    const int panels = static_cast<int>(std::ceil(length / widest));
    for (int p = 0; p < panels; ++p)
      sum += boost::math::quadrature::gauss<double, 20>::integrate(
          integrand, ends[i - 1] + length * p / panels, ends[i - 1] + length * (p + 1) / panels);
  }
  return sum;
}

QuadratureRule gauss_legendre(int n) {
  if (n < 1 || n > 256) throw std::logic_error("gauss_legendre(): 1 to 256 points");
  QuadratureRule rule = even_rule(n, [](double k) { return k / std::sqrt(4 * k * k - 1); });
  rule.weights *= 2;
  return rule;
}

QuadratureRule composite_rule(const QuadratureRule& panel, std::span<const double> ends,
                              const std::function<double(double)>& density) {
  const Eigen::Index points = panel.nodes.size(), panels = static_cast<Eigen::Index>(ends.size()) - 1;
  QuadratureRule rule{Eigen::ArrayXd(points * panels), Eigen::ArrayXd(points * panels)};
  for (Eigen::Index p = 0; p < panels; ++p) {
    const double low = ends[static_cast<std::size_t>(p)], high = ends[static_cast<std::size_t>(p) + 1];
    rule.nodes.segment(p * points, points) = (low + high) / 2 + (high - low) / 2 * panel.nodes;
    rule.weights.segment(p * points, points) = (high - low) / 2 * panel.weights;
  }
  rule.weights *= rule.nodes.unaryExpr(density);
  return rule;
}

QuadratureRule gauss_rule(const QuadratureRule& measure, int n) {
  if (n < 1 || n >= measure.nodes.size()) throw std::logic_error("gauss_rule(): too few nodes");
  const Eigen::ArrayXd root = measure.weights.sqrt();
  const double mass = measure.weights.sum();
  // Column k: h_k at the nodes times the root of the weights; made orthogonal to all before it, twice, since
  // the recurrence alone loses orthogonality.
  Eigen::MatrixXd h(root.size(), n);
  Recurrence recurrence{Eigen::VectorXd(n), Eigen::VectorXd(n - 1)};
  h.col(0) = root / std::sqrt(mass);
  for (Eigen::Index k = 0; k < n; ++k) {
    Eigen::VectorXd next = measure.nodes * h.col(k).array();
    recurrence.diagonal[k] = h.col(k).dot(next);
    if (k + 1 == n) break;
    for (int pass = 0; pass < 2; ++pass)
      next -= h.leftCols(k + 1) * (h.leftCols(k + 1).transpose() * next).eval();
    recurrence.off[k] = next.norm();
    h.col(k + 1) = next / recurrence.off[k];
  }
  QuadratureRule rule{recurrence.zeros(), Eigen::ArrayXd(n)};
  for (Eigen::Index i = 0; i < n; ++i) rule.weights[i] = mass * recurrence.weight(rule.nodes[i]);
  return rule;
}

const GaussKronrod& gauss_kronrod() {
  static const GaussKronrod rule = [] {
    using boost::math::quadrature::gauss;
    using Kronrod = boost::math::quadrature::gauss_kronrod<double, GaussKronrod::points>;
    GaussKronrod made;
    made.gauss_weights.setZero();
    // The library holds the nodes >= 0; every second one, from the second on, is a Gauss point.
    constexpr Eigen::Index middle = GaussKronrod::points / 2;
    for (Eigen::Index i = 0; i <= middle; ++i) {
      const auto at = static_cast<std::size_t>(i);
      made.nodes[middle + i] = Kronrod::abscissa()[at];
      made.nodes[middle - i] = -Kronrod::abscissa()[at];
      made.weights[middle + i] = made.weights[middle - i] = Kronrod::weights()[at];
      if (i % 2 == 1)
        made.gauss_weights[middle + i] = made.gauss_weights[middle - i] =
            gauss<double, middle>::weights()[at / 2];
    }
    return made;
  }();
  return rule;
}

}  // namespace rgsweep::math

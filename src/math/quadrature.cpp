// Gauss-Hermite nodes as eigenvalues of the Jacobi matrix of the orthonormal Hermite polynomials h_k
// (Golub and Welsch 1969), x h_k = sqrt(k+1) h_{k+1} + sqrt(k) h_{k-1}; weights from Christoffel's formula
// w = 1 / sum_{k<n} h_k(x)^2, which keeps the tiny outer weights accurate where eigenvectors do not.
#include "rgsweep/math/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <stdexcept>

#include <Eigen/Eigenvalues>
#include <boost/math/quadrature/gauss.hpp>

namespace rgsweep::math {

namespace {

GaussHermite make_rule(int n) {
  const Eigen::VectorXd diagonal = Eigen::VectorXd::Zero(n);
  const Eigen::VectorXd off_diagonal = Eigen::ArrayXd::LinSpaced(n - 1, 1, n - 1).sqrt();
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(diagonal, off_diagonal, Eigen::EigenvaluesOnly);
  GaussHermite rule;
  const Eigen::ArrayXd nodes = solver.eigenvalues();
  rule.nodes = (nodes - nodes.reverse()) / 2;  // exactly symmetric
  rule.weights.resize(n);
  for (int i = 0; i < n; ++i) {
    double before = 0, last = 1, sum = 1;
    for (int k = 1; k < n; ++k) {
      const double next = (rule.nodes[i] * last - std::sqrt(k - 1.0) * before) / std::sqrt(double(k));
      before = last;
      last = next;
      sum += last * last;
    }
    rule.weights[i] = 1 / sum;
  }
  rule.weights /= rule.weights.sum();
  return rule;
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

}  // namespace rgsweep::math

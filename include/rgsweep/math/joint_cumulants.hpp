// Joint cumulants of n components to order 4 as dense symmetric tensors, and what linear maps make of them:
//   kappa'[r_1..r_p] = sum_s W_{r_1 s_1} ... W_{r_p s_p} kappa[s_1..s_p]  (+ b_r at order 1),
// exact at every order. Independent components have diagonal tensors, so that the cumulants of one linear
// combination of them, kappa_p = sum_s w_s^p kappa_p(x_s), follow at every order without any tensor.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

namespace rgsweep::math {

/// Shapes: n, n x n, n^3 and n^4, of which those above `order` are empty. Entries of all permutations of an
/// index tuple are held and equal (to rounding, after an affine map).
struct JointCumulants {
  static constexpr int max_order = 4;

  int order = 2;               ///< highest that is held, 1 to 4
  Eigen::VectorXd mean;        ///< n
  Eigen::MatrixXd covariance;  ///< n x n, for order >= 2
  std::vector<double> third;   ///< n^3, element i + n (j + n k), for order >= 3
  std::vector<double> fourth;  ///< n^4, element i + n (j + n (k + n l)), for order 4

  /// All zero. Throws std::logic_error unless components >= 0 and 1 <= order <= 4.
  static JointCumulants zero(Eigen::Index components, int order);
  /// Component s has the cumulants univariate[s] (element p-1 is order p, at least `order` of them), and all
  /// are independent.
  static JointCumulants independent(std::span<const std::vector<double>> univariate, int order);

  Eigen::Index size() const { return mean.size(); }

  double cumulant(Eigen::Index i) const { return mean[i]; }
  double cumulant(Eigen::Index i, Eigen::Index j) const { return covariance(i, j); }
  double cumulant(Eigen::Index i, Eigen::Index j, Eigen::Index k) const { return third[offset(i, j, k)]; }
  double cumulant(Eigen::Index i, Eigen::Index j, Eigen::Index k, Eigen::Index l) const {
    return fourth[offset(i, j, k, l)];
  }

  std::size_t offset(Eigen::Index i, Eigen::Index j, Eigen::Index k) const {
    return static_cast<std::size_t>(i + size() * (j + size() * k));
  }
  std::size_t offset(Eigen::Index i, Eigen::Index j, Eigen::Index k, Eigen::Index l) const {
    return static_cast<std::size_t>(i + size() * (j + size() * (k + size() * l)));
  }

  /// Write the same value to all permutations of the indices.
  void set_third(Eigen::Index i, Eigen::Index j, Eigen::Index k, double value);
  void set_fourth(Eigen::Index i, Eigen::Index j, Eigen::Index k, Eigen::Index l, double value);

  /// The cumulants of W x + b, W (m x n), b (m), to `highest` or the order held, whichever is less: one index
  /// at a time, at order 4 m n^4 + m^2 n^3 + m^3 n^2 + m^4 n multiplications.
  JointCumulants affine(const Eigen::MatrixXd& W, const Eigen::VectorXd& b, int highest = max_order) const;

  /// Orders 1..order of component i alone.
  std::vector<double> marginal(Eigen::Index i) const;

  /// As if the components of different groups were independent: cumulants that join them become 0. group[i]
  /// is that of component i.
  JointCumulants without_dependence_between(std::span<const int> group) const;
};

/// The cumulants of W x + b for independent x_s, to `order`, without the tensors of x:
/// sum_s W_{r_1 s} ... W_{r_p s} kappa_p(x_s).
JointCumulants independent_affine(std::span<const std::vector<double>> univariate, const Eigen::MatrixXd& W,
                                  const Eigen::VectorXd& b, int order);

/// Cumulants of orders 1..p, p = univariate[s].size() for every s, of sum_s w_s x_s + b with independent x_s.
std::vector<double> linear_combination_cumulants(std::span<const double> weights, double offset,
                                                 std::span<const std::vector<double>> univariate);

}  // namespace rgsweep::math

// The Edgeworth closure of layers without biases: leaky_relu of a centred z of rank 1 or 2. Moments about 0
// are sums over directions (planar_measure.hpp); the cumulants follow from them.
#include <vector>

#include "closed_layers.hpp"

namespace rgsweep::theory {

HomogeneousLayer::HomogeneousLayer(const Eigen::MatrixXd& L, const math::JointCumulants& xi,
                                   const nn::Activation& activation, const ClosureOptions& options)
    : options_(options),
      measure_(L, xi, activation),
      marginals_(marginal_cumulants(activation, planar_marginals(Eigen::VectorXd::Zero(L.rows()), L, xi))) {}

FormCumulants HomogeneousLayer::linear_forms(const Eigen::MatrixXd& V, const Eigen::VectorXd& c) const {
  std::vector<Eigen::ArrayXXd> raw;
  for (const Eigen::MatrixXd& part : parts_by_group(V, options_.groups)) {
    const Eigen::ArrayXXd f = (measure_.values().matrix() * part.transpose()).array();
    Eigen::ArrayXXd power = f;
    Eigen::ArrayXXd& moments = raw.emplace_back(RayMeasure::orders, V.rows());
    for (int n = 1; n <= RayMeasure::orders; ++n) {
      moments.row(n - 1) = (power.colwise() * measure_.weights(n)).colwise().sum();
      if (n < RayMeasure::orders) power *= f;
    }
  }
  return independent_parts(raw, V * marginals_.col(0).matrix() + c);
}

math::JointCumulants HomogeneousLayer::joint() const {
  const Eigen::Index n = marginals_.rows(), pairs = n * (n + 1) / 2;
  const bool tensors = n <= options_.widest;
  math::JointCumulants joint = math::JointCumulants::zero(n, tensors ? 4 : 2);
  const Eigen::VectorXd mean = marginals_.col(0).matrix();
  const Eigen::MatrixXd y = measure_.values().matrix();
  joint.mean = mean;
  joint.covariance = y.transpose() * measure_.weights(2).matrix().asDiagonal() * y - mean * mean.transpose();
  if (tensors) {
    Eigen::MatrixXd products(y.rows(), pairs);  // of units i <= j, column j (j+1)/2 + i
    for (Eigen::Index j = 0, pair = 0; j < n; ++j)
      for (Eigen::Index i = 0; i <= j; ++i, ++pair) products.col(pair) = y.col(i).cwiseProduct(y.col(j));
    const Eigen::MatrixXd third = products.transpose() * measure_.weights(3).matrix().asDiagonal() * y;
    const Eigen::MatrixXd fourth =
        products.transpose() * measure_.weights(4).matrix().asDiagonal() * products;
    const auto pair = [](Eigen::Index i, Eigen::Index j) { return j * (j + 1) / 2 + i; };
    const Eigen::MatrixXd& S = joint.covariance;
    for (Eigen::Index k = 0; k < n; ++k)
      for (Eigen::Index j = 0; j <= k; ++j)
        for (Eigen::Index i = 0; i <= j; ++i)
          joint.set_third(i, j, k,
                          third(pair(j, k), i) - mean[i] * S(j, k) - mean[j] * S(i, k) - mean[k] * S(i, j) -
                              mean[i] * mean[j] * mean[k]);
    for (Eigen::Index l = 0; l < n; ++l)
      for (Eigen::Index k = 0; k <= l; ++k)
        for (Eigen::Index j = 0; j <= k; ++j)
          for (Eigen::Index i = 0; i <= j; ++i) {
            const double of_thirds = mean[i] * joint.cumulant(j, k, l) + mean[j] * joint.cumulant(i, k, l) +
                                     mean[k] * joint.cumulant(i, j, l) + mean[l] * joint.cumulant(i, j, k);
            const double of_pairs = (S(i, j) + mean[i] * mean[j]) * (S(k, l) + mean[k] * mean[l]) +
                                    S(i, k) * (S(j, l) + mean[j] * mean[l]) +
                                    S(i, l) * (S(j, k) + mean[j] * mean[k]) + S(j, k) * mean[i] * mean[l] +
                                    S(j, l) * mean[i] * mean[k];
            joint.set_fourth(i, j, k, l, fourth(pair(k, l), pair(i, j)) - of_thirds - of_pairs);
          }
  }
  return options_.groups.empty() ? joint : joint.without_dependence_between(options_.groups);
}

}  // namespace rgsweep::theory

// Tensors are contracted as matrices: with the first index as rows and all others as columns, A^T W^T moves
// the contracted index to the end, so that as many steps as there are indices bring them back in order.
#include "rgsweep/math/joint_cumulants.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace rgsweep::math {

namespace {

std::size_t power(Eigen::Index n, int exponent) {
  std::size_t result = 1;
  for (int p = 0; p < exponent; ++p) result *= static_cast<std::size_t>(n);
  return result;
}

std::vector<double> contracted(std::vector<double> tensor, int order, const Eigen::MatrixXd& W) {
  for (int index = 0; index < order; ++index) {
    const auto others = static_cast<Eigen::Index>(tensor.size()) / W.cols();
    const Eigen::Map<const Eigen::MatrixXd> A(tensor.data(), W.cols(), others);
    std::vector<double> next(static_cast<std::size_t>(others * W.rows()));
    Eigen::Map<Eigen::MatrixXd>(next.data(), others, W.rows()).noalias() = A.transpose() * W.transpose();
    tensor = std::move(next);
  }
  return tensor;
}

/// Calls visit(tuple) for every index tuple of the tensor, first index fastest.
template <std::size_t order, class Visit>
void for_each_tuple(Eigen::Index n, const Visit& visit) {
  std::array<Eigen::Index, order> tuple{};
  for (std::size_t count = power(n, order); count > 0; --count) {
    visit(tuple);
    for (std::size_t index = 0; index < order && ++tuple[index] == n; ++index) tuple[index] = 0;
  }
}

}  // namespace

JointCumulants JointCumulants::zero(Eigen::Index components, int order) {
  if (components < 0 || order < 1 || order > max_order)
    throw std::logic_error("JointCumulants: orders are 1 to 4");
  JointCumulants result;
  result.order = order;
  result.mean = Eigen::VectorXd::Zero(components);
  if (order >= 2) result.covariance = Eigen::MatrixXd::Zero(components, components);
  if (order >= 3) result.third.assign(power(components, 3), 0);
  if (order >= 4) result.fourth.assign(power(components, 4), 0);
  return result;
}

JointCumulants JointCumulants::independent(std::span<const std::vector<double>> univariate, int order) {
  JointCumulants result = zero(static_cast<Eigen::Index>(univariate.size()), order);
  for (Eigen::Index s = 0; s < result.size(); ++s) {
    const std::vector<double>& kappa = univariate[static_cast<std::size_t>(s)];
    if (kappa.size() < static_cast<std::size_t>(order))
      throw std::logic_error("JointCumulants: too few univariate cumulants");
    result.mean[s] = kappa[0];
    if (order >= 2) result.covariance(s, s) = kappa[1];
    if (order >= 3) result.third[result.offset(s, s, s)] = kappa[2];
    if (order >= 4) result.fourth[result.offset(s, s, s, s)] = kappa[3];
  }
  return result;
}

void JointCumulants::set_third(Eigen::Index i, Eigen::Index j, Eigen::Index k, double value) {
  third[offset(i, j, k)] = third[offset(i, k, j)] = third[offset(j, i, k)] = value;
  third[offset(j, k, i)] = third[offset(k, i, j)] = third[offset(k, j, i)] = value;
}

void JointCumulants::set_fourth(Eigen::Index i, Eigen::Index j, Eigen::Index k, Eigen::Index l,
                                double value) {
  const std::array<Eigen::Index, 4> tuple{i, j, k, l};
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t b = 0; b < 4; ++b)
      for (std::size_t c = 0; c < 4; ++c)
        if (a != b && a != c && b != c)
          fourth[offset(tuple[a], tuple[b], tuple[c], tuple[6 - a - b - c])] = value;
}

JointCumulants JointCumulants::affine(const Eigen::MatrixXd& W, const Eigen::VectorXd& b, int highest) const {
  if (W.cols() != size() || W.rows() != b.size())
    throw std::logic_error("JointCumulants::affine(): wrong size");
  JointCumulants result;
  result.order = std::min(order, highest);
  result.mean = W * mean + b;
  if (result.order >= 2) result.covariance = W * covariance * W.transpose();
  if (result.order >= 3) result.third = contracted(third, 3, W);
  if (result.order >= 4) result.fourth = contracted(fourth, 4, W);
  return result;
}

std::vector<double> JointCumulants::marginal(Eigen::Index i) const {
  std::vector<double> kappa{cumulant(i)};
  if (order >= 2) kappa.push_back(cumulant(i, i));
  if (order >= 3) kappa.push_back(cumulant(i, i, i));
  if (order >= 4) kappa.push_back(cumulant(i, i, i, i));
  return kappa;
}

JointCumulants JointCumulants::without_dependence_between(std::span<const int> group) const {
  if (static_cast<Eigen::Index>(group.size()) != size())
    throw std::logic_error("JointCumulants: one group for each component");
  const auto apart = [group](Eigen::Index i, Eigen::Index j) {
    return group[static_cast<std::size_t>(i)] != group[static_cast<std::size_t>(j)];
  };
  JointCumulants result = *this;
  if (order >= 2)
    for_each_tuple<2>(size(), [&](const auto& t) {
      if (apart(t[0], t[1])) result.covariance(t[0], t[1]) = 0;
    });
  if (order >= 3)
    for_each_tuple<3>(size(), [&](const auto& t) {
      if (apart(t[0], t[1]) || apart(t[0], t[2])) result.third[offset(t[0], t[1], t[2])] = 0;
    });
  if (order >= 4)
    for_each_tuple<4>(size(), [&](const auto& t) {
      if (apart(t[0], t[1]) || apart(t[0], t[2]) || apart(t[0], t[3]))
        result.fourth[offset(t[0], t[1], t[2], t[3])] = 0;
    });
  return result;
}

JointCumulants independent_affine(std::span<const std::vector<double>> univariate, const Eigen::MatrixXd& W,
                                  const Eigen::VectorXd& b, int order) {
  const Eigen::Index n = W.rows(), inputs = W.cols();
  if (inputs != static_cast<Eigen::Index>(univariate.size()) || n != b.size())
    throw std::logic_error("independent_affine(): wrong size");
  JointCumulants result = JointCumulants::zero(n, order);
  result.mean = b;
  for (Eigen::Index s = 0; s < inputs; ++s) {
    const std::vector<double>& kappa = univariate[static_cast<std::size_t>(s)];
    if (kappa.size() < static_cast<std::size_t>(order))
      throw std::logic_error("independent_affine(): too few univariate cumulants");
    const Eigen::VectorXd w = W.col(s);
    // What is 0 stays out, for an order that does not exist is NaN.
    if (w.isZero(0)) continue;
    result.mean += kappa[0] * w;
    if (order >= 2) result.covariance += kappa[1] * w * w.transpose();
    if (order < 3) continue;
    const Eigen::MatrixXd outer = w * w.transpose();
    const auto add = [](std::vector<double>& tensor, const auto& left, const auto& right) {
      Eigen::Map<Eigen::MatrixXd>(tensor.data(), left.size(), right.size()).noalias() +=
          left * right.transpose();
    };
    const Eigen::VectorXd pairs = outer.reshaped();
    if (kappa[2] != 0) add(result.third, pairs, Eigen::VectorXd(kappa[2] * w));
    if (order >= 4 && kappa[3] != 0) add(result.fourth, pairs, Eigen::VectorXd(kappa[3] * pairs));
  }
  return result;
}

std::vector<double> linear_combination_cumulants(std::span<const double> weights, double offset,
                                                 std::span<const std::vector<double>> univariate) {
  if (weights.empty() || weights.size() != univariate.size())
    throw std::logic_error("linear_combination_cumulants(): one weight for each variable");
  std::vector<double> kappa(univariate[0].size(), 0.0);
  for (std::size_t s = 0; s < weights.size(); ++s) {
    if (univariate[s].size() != kappa.size())
      throw std::logic_error("linear_combination_cumulants(): different numbers of orders");
    double factor = 1;
    for (std::size_t p = 0; p < kappa.size(); ++p) {
      factor *= weights[s];
      // A weight of 0 leaves out what the variable does not have either.
      if (factor != 0) kappa[p] += factor * univariate[s][p];
    }
  }
  if (!kappa.empty()) kappa[0] += offset;
  return kappa;
}

}  // namespace rgsweep::math

// The choice of the kind of layer, and the Gaussian closure.
#include "rgsweep/theory/closure.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <utility>

#include "closed_layers.hpp"
#include "rgsweep/math/moments.hpp"

namespace rgsweep::theory {

namespace {

/// S = L L', L of at most two columns, lower triangular in the rows `pivots`; none if the rank is higher.
struct LowRankFactor {
  bool found = false;
  Eigen::MatrixXd L;
  std::vector<Eigen::Index> pivots;
};

LowRankFactor low_rank_factor(const Eigen::MatrixXd& S) {
  constexpr double tolerance = 1e-12;  // of the largest variance: what rounding leaves of a smaller rank
  LowRankFactor factor{false, Eigen::MatrixXd(S.rows(), 0), {}};
  Eigen::ArrayXd left = S.diagonal();
  const double least = tolerance * left.maxCoeff();
  while (true) {
    Eigen::Index pivot;
    const double largest = left.maxCoeff(&pivot);
    if (!(largest > std::max(least, 0.0))) {
      factor.found = true;
      return factor;
    }
    const Eigen::Index rank = factor.L.cols();
    if (rank == 2) return factor;
    Eigen::VectorXd column = S.col(pivot);
    for (Eigen::Index r = 0; r < rank; ++r) column -= factor.L(pivot, r) * factor.L.col(r);
    column /= std::sqrt(largest);
    factor.L.conservativeResize(Eigen::NoChange, rank + 1);
    factor.L.col(rank) = column;
    factor.pivots.push_back(pivot);
    left -= column.array().square();
    left[pivot] = 0;
  }
}

/// The cumulants of xi in z = m + L xi.
math::JointCumulants latent_cumulants(const LinearImage& inputs, const Eigen::MatrixXd& W,
                                      const Eigen::VectorXd& b, const Eigen::VectorXd& mean,
                                      const LowRankFactor& factor) {
  const auto rank = static_cast<Eigen::Index>(factor.pivots.size());
  if (rank == 0) return math::JointCumulants::zero(0, 4);
  Eigen::MatrixXd triangle(rank, rank), rows(rank, W.cols());
  Eigen::VectorXd centre(rank);
  for (Eigen::Index r = 0; r < rank; ++r) {
    const Eigen::Index pivot = factor.pivots[static_cast<std::size_t>(r)];
    triangle.row(r) = factor.L.row(pivot);
    rows.row(r) = W.row(pivot);
    centre[r] = b[pivot] - mean[pivot];
  }
  const auto lower = triangle.triangularView<Eigen::Lower>();
  return inputs(lower.solve(rows), lower.solve(centre), 4);
}

}  // namespace

Marginal standardised_marginal(const math::JointCumulants& one) {
  const double s = std::sqrt(std::max(one.cumulant(0, 0), 0.0));
  if (s == 0) return {one.cumulant(0), 0};
  if (one.order < 4) return {one.cumulant(0), s};
  return {one.cumulant(0), s, one.cumulant(0, 0, 0) / std::pow(s, 3),
          one.cumulant(0, 0, 0, 0) / std::pow(s, 4)};
}

Eigen::ArrayXXd marginal_cumulants(const nn::Activation& activation, const std::vector<Marginal>& z) {
  Eigen::ArrayXXd result(static_cast<Eigen::Index>(z.size()), 6);
  for (std::size_t i = 0; i < z.size(); ++i) {
    const Cumulants kappa = activated_cumulants(activation, z[i]);
    result.row(static_cast<Eigen::Index>(i)) = Eigen::Map<const Eigen::Array<double, 1, 6>>(kappa.data());
  }
  return result;
}

std::vector<Eigen::MatrixXd> parts_by_group(const Eigen::MatrixXd& V, const std::vector<int>& groups) {
  const std::set<int> distinct(groups.begin(), groups.end());
  if (distinct.size() < 2) return {V};
  std::vector<Eigen::MatrixXd> parts;
  for (const int group : distinct) {
    Eigen::MatrixXd& part = parts.emplace_back(V);
    for (Eigen::Index unit = 0; unit < V.cols(); ++unit)
      if (groups[static_cast<std::size_t>(unit)] != group) part.col(unit).setZero();
  }
  return parts;
}

FormCumulants independent_parts(const std::vector<Eigen::ArrayXXd>& raw, const Eigen::VectorXd& means) {
  const Eigen::Index forms = means.size();
  FormCumulants result{Eigen::ArrayXXd::Zero(forms, 6), Eigen::ArrayXXd::Zero(forms, 6)};
  for (const Eigen::ArrayXXd& moments : raw)
    for (Eigen::Index form = 0; form < forms; ++form) {
      const std::vector<double> kappa = math::cumulants_from_raw_moments({&moments(0, form), 6});
      result.value.row(form) += Eigen::Map<const Eigen::Array<double, 1, 6>>(kappa.data());
    }
  result.value.col(0) = means.array();
  return result;
}

bool together(const std::vector<int>& groups, Eigen::Index i, Eigen::Index j) {
  return groups.empty() || groups[static_cast<std::size_t>(i)] == groups[static_cast<std::size_t>(j)];
}

GaussianLayer::GaussianLayer(const math::JointCumulants& z, const nn::Activation& activation,
                             const ClosureOptions& options)
    : mean_(z.mean), covariance_(z.covariance), activation_(activation), options_(options) {
  std::vector<Marginal> marginals;
  for (Eigen::Index i = 0; i < z.size(); ++i)
    marginals.push_back({z.mean[i], std::sqrt(std::max(z.covariance(i, i), 0.0))});
  marginals_ = marginal_cumulants(activation, marginals);
  if (has_closed_covariance(activation)) return;
  const LowRankFactor factor = low_rank_factor(z.covariance);
  if (!factor.found) return;
  options_.widest = 0;  // no more than the covariance
  const math::JointCumulants normal = math::JointCumulants::zero(factor.L.cols(), 4);
  plane_ = planar_layer(z.mean, factor.L, normal, activation, options_);
}

FormCumulants GaussianLayer::linear_forms(const Eigen::MatrixXd& V, const Eigen::VectorXd& c) const {
  FormCumulants forms{Eigen::ArrayXXd::Zero(V.rows(), 6), Eigen::ArrayXXd::Zero(V.rows(), 6)};
  if (plane_) {
    forms.value.leftCols(2) = plane_->linear_forms(V, c).value.leftCols(2);
    return forms;
  }
  const math::JointCumulants h = joint();
  forms.value.col(0) = (V * h.mean + c).array();
  forms.value.col(1) = (V * h.covariance).cwiseProduct(V).rowwise().sum().array();
  return forms;
}

math::JointCumulants GaussianLayer::joint() const {
  if (plane_) return plane_->joint();
  math::JointCumulants joint = math::JointCumulants::zero(mean_.size(), 2);
  joint.mean = marginals_.col(0).matrix();
  joint.covariance = activated_covariance(activation_, mean_, covariance_);
  return options_.groups.empty() ? joint : joint.without_dependence_between(options_.groups);
}

std::unique_ptr<ClosedLayer> planar_layer(const Eigen::VectorXd& mean, const Eigen::MatrixXd& L,
                                          const math::JointCumulants& xi, const nn::Activation& activation,
                                          const ClosureOptions& options) {
  if (xi.size() > 0 && is_homogeneous(activation, mean))
    return std::make_unique<HomogeneousLayer>(L, xi, activation, options);
  return std::make_unique<PlanarLayer>(mean, L, xi, activation, options);
}

std::unique_ptr<ClosedLayer> close_layer(const LinearImage& inputs, const Eigen::MatrixXd& W,
                                         const Eigen::VectorXd& b, const nn::Activation& activation,
                                         const ClosureOptions& options) {
  if (!options.groups.empty() && static_cast<Eigen::Index>(options.groups.size()) != W.rows())
    throw std::logic_error("close_layer(): one group for each unit");
  const math::JointCumulants z = inputs(W, b, 2);
  if (options.closure == Closure::gaussian) return std::make_unique<GaussianLayer>(z, activation, options);
  const LowRankFactor factor = low_rank_factor(z.covariance);
  if (!factor.found) return std::make_unique<WickLayer>(inputs, W, b, activation, options);
  return planar_layer(z.mean, factor.L, latent_cumulants(inputs, W, b, z.mean, factor), activation, options);
}

}  // namespace rgsweep::theory

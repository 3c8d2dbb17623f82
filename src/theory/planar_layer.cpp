// The Edgeworth closure as one quadrature, where z depends on two variables at most.
#include <algorithm>
#include <variant>
#include <vector>

#include "closed_layers.hpp"
#include "leaky_plane.hpp"

namespace rgsweep::theory {

namespace {

constexpr Eigen::Index kTile = 1024;  // points at a time, so that memory does not grow with their number

}  // namespace

PlanarLayer::PlanarLayer(const Eigen::VectorXd& mean, const Eigen::MatrixXd& L,
                         const math::JointCumulants& xi, const nn::Activation& activation,
                         const ClosureOptions& options)
    : mean_(mean),
      L_(L),
      xi_(xi),
      activation_(activation),
      options_(options),
      marginals_(marginal_cumulants(activation, planar_marginals(mean, L, xi))) {}

const PlanarMeasure& PlanarLayer::measure() const {
  if (!measure_) measure_.emplace(mean_, L_, xi_, activation_);
  return *measure_;
}

FormCumulants PlanarLayer::linear_forms(const Eigen::MatrixXd& V, const Eigen::VectorXd& c) const {
  constexpr Eigen::Index most_lines = 64;  // their edges are as many as their square
  const auto* leaky = std::get_if<nn::LeakyRelu>(&activation_);
  if (leaky == nullptr || L_.cols() != 2 || L_.rows() > most_lines) return linear_forms_by_points(V, c);
  const LeakyPlane plane(mean_, L_, xi_, *leaky);
  std::vector<Eigen::ArrayXXd> raw;
  for (const Eigen::MatrixXd& part : parts_by_group(V, options_.groups))
    raw.push_back(plane.moments(part, part * marginals_.col(0).matrix()));
  return independent_parts(raw, V * marginals_.col(0).matrix() + c);
}

FormCumulants PlanarLayer::linear_forms_by_points(const Eigen::MatrixXd& V, const Eigen::VectorXd& c) const {
  const PlanarMeasure& measure = this->measure();
  const Eigen::Index forms = V.rows();
  const std::vector<Eigen::MatrixXd> parts = parts_by_group(V, options_.groups);
  std::vector<Eigen::ArrayXXd> raw(parts.size(), Eigen::ArrayXXd::Zero(6, forms));
  for (Eigen::Index first = 0; first < measure.points(); first += kTile) {
    const Eigen::Index count = std::min(kTile, measure.points() - first);
    Eigen::ArrayXXd y = measure.activated_at(first, count);
    y.rowwise() -= marginals_.col(0).transpose();
    const Eigen::ArrayXd weights = measure.weights().segment(first, count);
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const Eigen::ArrayXXd f = (y.matrix() * parts[part].transpose()).array();
      Eigen::ArrayXXd power = f.colwise() * weights;
      for (Eigen::Index n = 0; n < 6; ++n) {
        raw[part].row(n) += power.colwise().sum();
        if (n < 5) power *= f;
      }
    }
  }
  return independent_parts(raw, V * marginals_.col(0).matrix() + c);
}

math::JointCumulants PlanarLayer::joint() const {
  const PlanarMeasure& measure = this->measure();
  const Eigen::Index n = marginals_.rows(), pairs = n * (n + 1) / 2;
  const bool tensors = n <= options_.widest;
  math::JointCumulants joint = math::JointCumulants::zero(n, tensors ? 4 : 2);
  joint.mean = marginals_.col(0).matrix();
  // Moments of pairs i <= j, pair j (j+1)/2 + i, with one unit and with pairs.
  Eigen::MatrixXd third = Eigen::MatrixXd::Zero(tensors ? pairs : 0, n);
  Eigen::MatrixXd fourth = Eigen::MatrixXd::Zero(tensors ? pairs : 0, tensors ? pairs : 0);
  for (Eigen::Index first = 0; first < measure.points(); first += kTile) {
    const Eigen::Index count = std::min(kTile, measure.points() - first);
    Eigen::ArrayXXd y = measure.activated_at(first, count);
    y.rowwise() -= marginals_.col(0).transpose();
    const Eigen::ArrayXd weights = measure.weights().segment(first, count);
    const Eigen::MatrixXd weighted = (y.colwise() * weights).matrix();
    joint.covariance += weighted.transpose() * y.matrix();
    if (!tensors) continue;
    Eigen::MatrixXd product(count, pairs), weighted_product(count, pairs);
    for (Eigen::Index j = 0, pair = 0; j < n; ++j)
      for (Eigen::Index i = 0; i <= j; ++i, ++pair) {
        product.col(pair) = (y.col(i) * y.col(j)).matrix();
        weighted_product.col(pair) = weighted.col(i).cwiseProduct(y.col(j).matrix());
      }
    third.noalias() += weighted_product.transpose() * y.matrix();
    fourth.triangularView<Eigen::Lower>() += weighted_product.transpose() * product;
  }
  if (tensors) {
    const auto pair = [](Eigen::Index i, Eigen::Index j) { return j * (j + 1) / 2 + i; };
    const Eigen::MatrixXd& S = joint.covariance;
    for (Eigen::Index l = 0; l < n; ++l)
      for (Eigen::Index k = 0; k <= l; ++k)
        for (Eigen::Index j = 0; j <= k; ++j) {
          joint.set_third(j, k, l, third(pair(k, l), j));
          for (Eigen::Index i = 0; i <= j; ++i)
            joint.set_fourth(
                i, j, k, l,
                fourth(pair(k, l), pair(i, j)) - S(i, j) * S(k, l) - S(i, k) * S(j, l) - S(i, l) * S(j, k));
        }
  }
  return options_.groups.empty() ? joint : joint.without_dependence_between(options_.groups);
}

}  // namespace rgsweep::theory

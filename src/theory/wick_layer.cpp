// The Edgeworth closure where z has rank above 2: what joins two units from pair_cumulants.hpp, three and
// four from the expansions of tuple_expansion.hpp.
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "closed_layers.hpp"
#include "pair_cumulants.hpp"
#include "tuple_expansion.hpp"

namespace rgsweep::theory {

namespace {

/// Components i and j alone.
math::JointCumulants components(const math::JointCumulants& t, Eigen::Index i, Eigen::Index j) {
  const std::array<Eigen::Index, 2> of{i, j};
  math::JointCumulants two = math::JointCumulants::zero(2, 4);
  for (std::size_t a = 0; a < 2; ++a)
    for (std::size_t b = 0; b < 2; ++b) {
      two.covariance(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) = t.cumulant(of[a], of[b]);
      for (std::size_t c = 0; c < 2; ++c) {
        two.third[a + 2 * (b + 2 * c)] = t.cumulant(of[a], of[b], of[c]);
        for (std::size_t d = 0; d < 2; ++d)
          two.fourth[a + 2 * (b + 2 * (c + 2 * d))] = t.cumulant(of[a], of[b], of[c], of[d]);
      }
    }
  return two;
}

/// Everything that involves at most two distinct units.
void fill_two(const std::vector<PairCumulants>& pairs, const Eigen::ArrayXXd& marginals,
              math::JointCumulants& joint) {
  const Eigen::Index n = joint.size();
  joint.mean = marginals.col(0).matrix();
  joint.covariance.diagonal() = marginals.col(1).matrix();
  const bool tensors = joint.order == 4;
  for (Eigen::Index j = 0; j < n; ++j) {
    if (tensors) {
      joint.set_third(j, j, j, marginals(j, 2));
      joint.set_fourth(j, j, j, j, marginals(j, 3));
    }
    for (Eigen::Index i = 0; i < j; ++i) {
      const PairCumulants& pair = pairs[static_cast<std::size_t>(i + n * j)];
      joint.covariance(i, j) = joint.covariance(j, i) = pair.k11;
      if (!tensors) continue;
      joint.set_third(i, i, j, pair.k21);
      joint.set_third(i, j, j, pair.k12);
      joint.set_fourth(i, i, i, j, pair.k31);
      joint.set_fourth(i, j, j, j, pair.k13);
      joint.set_fourth(i, i, j, j, pair.k22);
    }
  }
}

/// What joins three or four distinct units; with A, B and C the centred units,
/// kappa(A,A,B,C) = kappa(A^2,B,C) - 2 kappa(A,B) kappa(A,C).
void fill_distinct(const UnitCoefficients& units_of, const math::JointCumulants& t,
                   const ClosureOptions& options, JoinedUnits& joined) {
  math::JointCumulants& joint = joined.joint;
  const Eigen::Index n = joint.size();
  const Eigen::MatrixXd& covariance = joint.covariance;
  TupleExpansion three(3, options.wick_edges, t), four(4, options.wick_edges, t);
  for (Eigen::Index k = 2; k < n; ++k)
    for (Eigen::Index j = 1; j < k; ++j)
      for (Eigen::Index i = 0; i < j; ++i) {
        if (!together(options.groups, i, j) || !together(options.groups, i, k)) continue;
        const std::array<Eigen::Index, 3> units{i, j, k};
        three.at(units);
        std::array<const double*, 3> c{units_of.plain(i, 1), units_of.plain(j, 1), units_of.plain(k, 1)};
        const TupleExpansion::Sum third = three.sum(c);
        joint.set_third(i, j, k, third.value);
        for (std::size_t last : {0U, 1U}) joined.tail[last].set_third(i, j, k, third.tail[last]);
        for (std::size_t twice = 0; twice < 3; ++twice) {
          const Eigen::Index a = units[twice], b = units[(twice + 1) % 3], d = units[(twice + 2) % 3];
          const double* once = c[twice];
          c[twice] = units_of.plain(a, 2);
          const TupleExpansion::Sum fourth = three.sum(c);
          c[twice] = once;
          joint.set_fourth(a, a, b, d, fourth.value - 2 * covariance(a, b) * covariance(a, d));
          for (std::size_t last : {0U, 1U}) joined.tail[last].set_fourth(a, a, b, d, fourth.tail[last]);
        }
        for (Eigen::Index h = 0; h < i; ++h) {
          if (!together(options.groups, h, i)) continue;
          four.at(std::array{h, i, j, k});
          const TupleExpansion::Sum fourth = four.sum(std::array{units_of.plain(h, 1), units_of.plain(i, 1),
                                                                 units_of.plain(j, 1), units_of.plain(k, 1)});
          joint.set_fourth(h, i, j, k, fourth.value);
          for (std::size_t last : {0U, 1U}) joined.tail[last].set_fourth(h, i, j, k, fourth.tail[last]);
        }
      }
}

}  // namespace

WickLayer::WickLayer(const LinearImage& inputs, const Eigen::MatrixXd& W, const Eigen::VectorXd& b,
                     const nn::Activation& activation, const ClosureOptions& options)
    : inputs_(inputs), rows_(W), offsets_(b), activation_(activation), options_(options) {
  options_.wick_edges = std::max(options.wick_edges, 3);
  for (Eigen::Index i = 0; i < W.rows(); ++i) {
    const Marginal& z = z_.emplace_back(standardised_marginal(inputs(W.row(i), b.segment(i, 1), 4)));
    const double scale = z.deviation > 0 ? 1 / z.deviation : 0;
    rows_.row(i) *= scale;
    offsets_[i] = (b[i] - z.mean) * scale;
  }
  marginals_ = marginal_cumulants(activation, z_);
}

const JoinedUnits& WickLayer::joined() const {
  if (joined_) return *joined_;
  const Eigen::Index n = marginals_.rows();
  const bool tensors = n <= options_.widest;
  math::JointCumulants t = inputs_(rows_, offsets_, tensors ? 4 : 2);
  t.covariance = t.covariance.cwiseMax(-1).cwiseMin(1);
  const UnitCoefficients units(activation_, z_, marginals_, options_.wick_edges);
  std::vector<PairCumulants> pairs(static_cast<std::size_t>(n * n));
  for (Eigen::Index j = 0; j < n; ++j)
    for (Eigen::Index i = 0; i < j; ++i) {
      if (!together(options_.groups, i, j)) continue;
      PairCumulants& pair = pairs[static_cast<std::size_t>(i + n * j)];
      if (tensors) {
        pair = pair_cumulants(units, i, j, components(t, i, j));
      } else {
        Eigen::MatrixXd two(2, rows_.cols());
        two << rows_.row(i), rows_.row(j);
        pair = pair_cumulants(units, i, j, inputs_(two, Eigen::Vector2d(offsets_[i], offsets_[j]), 4));
      }
    }
  const math::JointCumulants zero = math::JointCumulants::zero(n, tensors ? 4 : 2);
  joined_ = JoinedUnits{zero, {zero, zero}};
  fill_two(pairs, marginals_, joined_->joint);
  if (tensors) fill_distinct(units, t, options_, *joined_);
  return *joined_;
}

FormCumulants WickLayer::linear_forms(const Eigen::MatrixXd& V, const Eigen::VectorXd& c) const {
  const JoinedUnits& joined = this->joined();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  FormCumulants forms{Eigen::ArrayXXd::Constant(V.rows(), 6, nan), Eigen::ArrayXXd::Zero(V.rows(), 6)};
  for (Eigen::Index row = 0; row < V.rows(); ++row) {
    const std::vector<double> kappa = joined.joint.affine(V.row(row), c.segment(row, 1)).marginal(0);
    for (std::size_t n = 0; n < kappa.size(); ++n) forms.value(row, static_cast<Eigen::Index>(n)) = kappa[n];
    for (const math::JointCumulants& last : joined.tail) {
      const std::vector<double> tail = last.affine(V.row(row), c.segment(row, 1)).marginal(0);
      for (std::size_t n = 2; n < tail.size(); ++n)
        forms.remainder(row, static_cast<Eigen::Index>(n)) += std::abs(tail[n]);
    }
  }
  return forms;
}

}  // namespace rgsweep::theory

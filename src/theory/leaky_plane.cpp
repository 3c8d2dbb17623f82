#include "leaky_plane.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "planar_measure.hpp"
#include "shadow_moments.hpp"

namespace rgsweep::theory {

namespace {

/// Lines through the origin are moved off it by this, all to their own side, so that their order along one
/// another is defined.
constexpr double kLeast = 1e-30;
/// Lines that meet at a smaller angle count as parallel: the wedge between them holds less than its square.
constexpr double kParallel = 1e-8;
constexpr double kFarthest = 20;  // no weight beyond

/// Components of a cumulant tensor of two variables, n indices, along other axes (columns).
std::vector<double> rotated(std::vector<double> tensor, const Eigen::Matrix2d& axes) {
  for (std::size_t stride = 1; stride < tensor.size(); stride *= 2)
    for (std::size_t at = 0; at < tensor.size(); ++at)
      if ((at & stride) == 0) {
        const double x = tensor[at], y = tensor[at + stride];
        tensor[at] = axes(0, 0) * x + axes(1, 0) * y;
        tensor[at + stride] = axes(0, 1) * x + axes(1, 1) * y;
      }
  return tensor;
}

/// Moments to degree LeakyPlane::orders of a density times its polynomial factor.
ShadowTable weighted(const ShadowTable& plain, const ShadowTable& factor) {
  constexpr Eigen::Index highest = LeakyPlane::orders;
  struct Power {
    Eigen::Index t, s;
  };
  std::vector<Power> used;  // symmetric inputs have but even ones
  for (Eigen::Index p = 0; p <= highest; ++p)
    for (Eigen::Index q = 0; p + q <= highest; ++q)
      if ((factor.col(moment_column(q, p)) != 0).any()) used.push_back({q, p});
  ShadowTable result(kShadowTile, moment_columns(highest));
  for (Eigen::Index k = 0; k <= highest; ++k)
    for (Eigen::Index j = 0; j + k <= highest; ++j) {
      ShadowColumn sum = ShadowColumn::Zero();
      for (const Power& power : used)
        sum +=
            factor.col(moment_column(power.t, power.s)) * plain.col(moment_column(j + power.t, k + power.s));
      result.col(moment_column(j, k)) = sum;
    }
  return result;
}

}  // namespace

LeakyPlane::LeakyPlane(const Eigen::VectorXd& mean, const Eigen::MatrixXd& L, const math::JointCumulants& xi,
                       const nn::LeakyRelu& phi)
    : mean_(mean), L_(L), xi_(xi), slope_(mean.size()) {
  PlanarCoefficients corrections = edgeworth_coefficients(xi);
  corrections(0, 0) = 0;
  gaussian_ = corrections.isZero(0);
  for (Eigen::Index u = 0; u < mean.size(); ++u) {
    const double steepness = L.row(u).norm(), side = mean[u] < 0 ? -1 : 1;
    slope_[u] = side > 0 ? 1 : phi.slope;
    const double distance = std::abs(mean[u]) / steepness;
    if (!(distance < kFarthest)) continue;
    const Eigen::Vector2d normal = -side / steepness * L.row(u).transpose();
    lines_.push_back({u,
                      std::max(distance, kLeast),
                      (1 - phi.slope) * steepness,
                      normal,
                      Eigen::Vector2d(-normal[1], normal[0]),
                      {}});
  }
  for (std::size_t line = 0; line < lines_.size(); ++line) cut(static_cast<Eigen::Index>(line));

  set_shadows();
}

void LeakyPlane::cut(Eigen::Index line) {
  Line& of = lines_[static_cast<std::size_t>(line)];
  std::vector<std::pair<double, Eigen::Index>> ends;
  for (Eigen::Index other = 0; other < static_cast<Eigen::Index>(lines_.size()); ++other) {
    if (other == line) continue;
    const Line& by = lines_[static_cast<std::size_t>(other)];
    const double sine = of.along.dot(by.normal), cosine = of.normal.dot(by.normal);
    const double d = of.distance, e = by.distance;
    if (std::abs(sine) < kParallel) {
      if (cosine > 0 && (e < d || (e == d && other < line))) of.crossed_first.push_back(other);
      continue;
    }
    // (e - d cosine) / sine, without cancellation where both are nearly the same line.
    const double t = cosine > 0 ? ((e - d) + d * sine * sine / (1 + cosine)) / sine : (e - d * cosine) / sine;
    ends.emplace_back(t, other);
    if (sine < 0) of.crossed_first.push_back(other);
  }
  std::sort(ends.begin(), ends.end());
  for (const auto& [t, other] : ends) edges_.push_back({line, t, other});
  edges_.push_back({line, std::numeric_limits<double>::infinity(), -1});
}

Eigen::RowVectorXd LeakyPlane::density_factor(const Eigen::Matrix2d& axes) const {
  math::JointCumulants turned = xi_;
  turned.third = rotated(xi_.third, axes);
  turned.fourth = rotated(xi_.fourth, axes);
  const PlanarCoefficients powers = in_powers(edgeworth_coefficients(turned));
  Eigen::RowVectorXd factor(moment_columns(orders));
  for (Eigen::Index p = 0; p <= orders; ++p)
    for (Eigen::Index q = 0; p + q <= orders; ++q) factor[moment_column(q, p)] = powers(p, q);
  return factor;
}

void LeakyPlane::set_shadows() {
  const auto count = static_cast<Eigen::Index>(edges_.size());
  const Eigen::Index degree = gaussian_ ? orders : 2 * orders;
  Eigen::MatrixXd factors(lines_.size(), moment_columns(orders));
  for (std::size_t line = 0; line < lines_.size() && !gaussian_; ++line)
    factors.row(static_cast<Eigen::Index>(line)) =
        density_factor((Eigen::Matrix2d() << lines_[line].normal, lines_[line].along).finished());
  shadows_.resize(count + 1, moment_columns(orders));
  Eigen::ArrayXd before = Eigen::ArrayXd::Zero(moment_columns(degree));
  for (Eigen::Index first = 0; first < count; first += kShadowTile) {
    const Eigen::Index rows = std::min<Eigen::Index>(kShadowTile, count - first);
    ShadowColumn d = ShadowColumn::Ones(), t = ShadowColumn::Zero(), continued = ShadowColumn::Zero();
    ShadowTable factor = ShadowTable::Zero(kShadowTile, moment_columns(orders));
    for (Eigen::Index row = 0; row < rows; ++row) {
      const Edge& edge = edges_[static_cast<std::size_t>(first + row)];
      d[row] = lines_[static_cast<std::size_t>(edge.line)].distance;
      t[row] = edge.end;
      if (first + row > 0 && edges_[static_cast<std::size_t>(first + row - 1)].line == edge.line)
        continued[row] = 1;
      factor.row(row) = factors.row(edge.line).array();
    }
    ShadowTable moments = shadow_moments(d, t, degree);
    // Half-lines to edges: each less the one before it on the same line.
    for (Eigen::Index column = 0; column < moments.cols(); ++column) {
      ShadowColumn previous;
      previous << before[column], moments.col(column).head<kShadowTile - 1>();
      before[column] = moments(kShadowTile - 1, column);
      moments.col(column) -= continued * previous;
    }
    shadows_.middleRows(first, rows) = (gaussian_ ? moments : weighted(moments, factor)).topRows(rows);
  }
  const Eigen::ArrayXXd plane = plane_moments(degree);
  shadows_.bottomRows(1) =
      gaussian_
          ? plane
          : weighted(
                ShadowTable(plane.replicate(kShadowTile, 1)),
                ShadowTable(density_factor(Eigen::Matrix2d::Identity()).array().replicate(kShadowTile, 1)))
                .topRows(1);
}

Eigen::ArrayXXd LeakyPlane::moments(const Eigen::MatrixXd& V, const Eigen::VectorXd& centre) const {
  const Eigen::Index rows = shadows_.rows();
  constexpr std::array<double, orders + 1> factorial{1, 1, 2, 6, 24, 120, 720};
  Eigen::ArrayXXd result = Eigen::ArrayXXd::Zero(orders, V.rows());
  using Powers = std::array<Eigen::ArrayXd, orders + 1>;
  const auto powers_of = [](const Eigen::ArrayXd& x) {
    Powers powers{Eigen::ArrayXd::Ones(x.size()), x};
    for (std::size_t n = 2; n < powers.size(); ++n) powers[n] = powers[n - 1] * x;
    return powers;
  };
  for (Eigen::Index form = 0; form < V.rows(); ++form) {
    const Eigen::VectorXd v = V.row(form).transpose();
    // f = constant + gradient.xi at the origin, and what it gains beyond each line.
    const Eigen::VectorXd weight = v.cwiseProduct(slope_);
    const double constant = weight.dot(mean_) - centre[form];
    const Eigen::Vector2d gradient = L_.transpose() * weight;
    // constant + along t + across s, before and after each edge.
    Eigen::ArrayXd before(rows), after(rows), along(rows), across_before(rows), across_after(rows);
    Eigen::Index e = 0;
    for (const Line& line : lines_) {
      double c = constant;
      Eigen::Vector2d g = gradient;
      const auto cross = [&](const Line& other, double sign) {
        const double gain = sign * v[other.unit] * other.kink;
        c -= gain * other.distance;
        g += gain * other.normal;
      };
      for (const Eigen::Index other : line.crossed_first) cross(lines_[static_cast<std::size_t>(other)], 1);
      const double gain = v[line.unit] * line.kink;
      for (;; ++e) {
        before[e] = c;
        after[e] = c - gain * line.distance;
        along[e] = g.dot(line.along);
        across_before[e] = g.dot(line.normal);
        across_after[e] = across_before[e] + gain;
        const Eigen::Index next = edges_[static_cast<std::size_t>(e)].next_line;
        if (next < 0) break;
        const Line& other = lines_[static_cast<std::size_t>(next)];
        cross(other, line.along.dot(other.normal) > 0 ? 1 : -1);
      }
      ++e;
    }
    before[e] = across_before[e] = 0;
    after[e] = constant;
    across_after[e] = gradient[0];
    along[e] = gradient[1];
    const Powers b = powers_of(before), a = powers_of(after), t = powers_of(along),
                 sb = powers_of(across_before), sa = powers_of(across_after);
    for (std::size_t k = 0; k <= orders; ++k)
      for (std::size_t i = 0; i + k <= orders; ++i) {
        const Eigen::ArrayXd gained =
            i + k == 0 ? Eigen::ArrayXd::Zero(rows) : Eigen::ArrayXd(a[i] * sa[k] - b[i] * sb[k]);
        for (std::size_t j = i + k == 0 ? 1 : 0; i + j + k <= orders; ++j) {
          const std::size_t n = i + j + k;
          const auto column =
              shadows_.col(moment_column(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(k)));
          double sum = 0;
          if (i + k == 0)
            sum = t[j][rows - 1] * column[rows - 1];  // the plane has nothing before it
          else
            sum = (gained * t[j] * column).sum();
          result(static_cast<Eigen::Index>(n) - 1, form) +=
              factorial[n] / (factorial[i] * factorial[j] * factorial[k]) * sum;
        }
      }
  }
  return result;
}

}  // namespace rgsweep::theory

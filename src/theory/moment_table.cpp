// Sums of moments, and cumulants with error bounds from them.
#include "moment_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include "rgsweep/math/moments.hpp"

namespace rgsweep::theory {

namespace {

constexpr int orders = MomentTable::orders;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double rounding = 64 * std::numeric_limits<double>::epsilon();

// Least standard deviation that errors are compared with, as a share of the largest one of the layer.
constexpr double smallest_share = 0.01;

// Units are worked on in packs, each operation on a pack being one or two SIMD instructions.
constexpr Eigen::Index lanes = 4;
using Pack = Eigen::Array<double, lanes, 1>;
using Powers = std::array<Pack, orders + 1>;

constexpr std::array<std::array<double, orders + 1>, orders + 1> binomials = [] {
  std::array<std::array<double, orders + 1>, orders + 1> c{};
  for (std::size_t n = 0; n <= orders; ++n) {
    c[n][0] = 1;
    for (std::size_t k = 1; k <= n; ++k) c[n][k] = c[n - 1][k - 1] + (k < n ? c[n - 1][k] : 0);
  }
  return c;
}();

Powers powers_of(const Pack& base) {
  Powers powers;
  powers[0].setOnes();
  for (std::size_t n = 1; n <= orders; ++n) powers[n] = powers[n - 1] * base;
  return powers;
}

/// integral (a + b x + c y)^n from the moments M_ij, element n for n = 0..6: first of b x + c y, then
/// shifted.
Powers contracted(const Pack& a, const Pack& b, const Pack& c, const PolygonMoments::Table& M) {
  const Powers as = powers_of(a), bs = powers_of(b), cs = powers_of(c);
  Powers linear, result;
  for (std::size_t n = 0; n <= orders; ++n) {
    linear[n].setZero();
    for (std::size_t i = 0; i <= n; ++i)
      linear[n] += binomials[n][i] * M(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(n - i)) *
                   bs[i] * cs[n - i];
  }
  for (std::size_t n = 0; n <= orders; ++n) {
    result[n].setZero();
    for (std::size_t k = 0; k <= n; ++k) result[n] += binomials[n][k] * as[n - k] * linear[k];
  }
  return result;
}

/// Errors of cumulants 1..n from those of the moments m, to first order: with r_j j! the coefficients of
/// 1 / sum_k m_k t^k / k!, the derivative of kappa_n with respect to m_k is C(n, k) r_(n-k).
std::vector<double> propagated(std::span<const double> m, std::span<const double> errors) {
  std::array<double, orders + 1> r{1};
  std::vector<double> result;
  for (std::size_t n = 1; n <= m.size(); ++n) {
    for (std::size_t k = 1; k <= n; ++k) r[n] -= binomials[n][k] * m[k - 1] * r[n - k];
    double sum = 0;
    for (std::size_t k = 1; k <= n; ++k) sum += binomials[n][k] * std::abs(r[n - k]) * errors[k - 1];
    result.push_back(sum);
  }
  return result;
}

TrueCumulants make_cumulants(const MomentTable& table, Eigen::Index first, Eigen::Index units, int highest) {
  TrueCumulants result{Eigen::ArrayXXd::Constant(units, orders, nan),
                       Eigen::ArrayXXd::Constant(units, orders, nan)};
  for (Eigen::Index u = 0; u < units; ++u) {
    std::vector<double> m, errors;
    for (Eigen::Index n = 0; n < highest; ++n) m.push_back(table.value(first + u, n));
    for (int n = 1; n <= highest; ++n)
      errors.push_back(table.error(first + u, n - 1) + rounding * table.size_of(first + u, n, highest));
    const std::vector<double> cumulants = math::cumulants_from_raw_moments(m), bounds = propagated(m, errors);
    for (std::size_t n = 0; n < m.size(); ++n) {
      const auto column = static_cast<Eigen::Index>(n);
      result.value(u, column) = cumulants[n];
      result.error(u, column) = bounds[n];
    }
    if (highest > 0) {
      const double centre = table.centre()[first + u];
      result.value(u, 0) += centre;
      result.error(u, 0) += rounding * std::abs(centre);
    }
  }
  return result;
}

}  // namespace

Weights::Weights(const nn::Layout& layout, const nn::Vector<double>& theta) {
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    weight.push_back(layout.weight(theta, l));
    bias.push_back(layout.bias(theta, l));
  }
}

MomentTable::MomentTable(const nn::ReferenceNetwork& network, const nn::Vector<double>& theta) {
  const auto trace = network.trace(theta, Eigen::ArrayXXd::Zero(1, network.layout().inputs()));
  starts_.push_back(0);
  for (const auto& layer : trace.pre) starts_.push_back(starts_.back() + layer.cols());
  value = Eigen::ArrayXXd::Zero(output() + 2, orders);
  error = value;
  centre_ = Eigen::ArrayXd::Zero(output() + 2);
  for (std::size_t l = 0; l < trace.pre.size(); ++l) {
    centre_.segment(pre(l), units(l)) = trace.pre[l].row(0).transpose();
    centre_.segment(post(l), units(l)) = trace.post[l].row(0).transpose();
  }
  centre_[output()] = trace.output[0];
}

void MomentTable::add(Eigen::Index first, const Affine& rows, const PolygonMoments& moments) {
  for (Eigen::Index start = 0; start < rows.rows(); start += lanes) {
    const Eigen::Index size = std::min(lanes, rows.rows() - start);
    Pack a = Pack::Zero(), b = Pack::Zero(), c = Pack::Zero();
    for (Eigen::Index i = 0; i < size; ++i) {
      a[i] = rows(start + i, 0) - centre_[first + start + i];
      b[i] = rows(start + i, 1);
      c[i] = rows(start + i, 2);
    }
    const Powers sums = contracted(a, b, c, moments.value);
    const Powers bounds = contracted(a.abs(), b.abs(), c.abs(), moments.error);
    for (Eigen::Index n = 0; n < orders; ++n)
      for (Eigen::Index i = 0; i < size; ++i) {
        value(first + start + i, n) += sums[static_cast<std::size_t>(n) + 1][i];
        error(first + start + i, n) += bounds[static_cast<std::size_t>(n) + 1][i];
      }
  }
}

void MomentTable::add(Eigen::Index first, const Eigen::ArrayXXd& values, const Eigen::ArrayXd& weights) {
  const Eigen::Index whole = values.rows() / lanes * lanes;
  for (Eigen::Index u = 0; u < values.cols(); ++u) {
    const double centre = centre_[first + u], *column = values.col(u).data();
    std::array<Pack, orders> sums;
    sums.fill(Pack::Zero());
    const auto add_pack = [&](const Pack& of, const Pack& weight) {
      const Pack deviation = of - centre;
      Pack term = weight;
      for (Pack& sum : sums) sum += term *= deviation;
    };
    for (Eigen::Index s = 0; s < whole; s += lanes)
      add_pack(Eigen::Map<const Pack>(column + s), Eigen::Map<const Pack>(weights.data() + s));
    if (const Eigen::Index rest = values.rows() - whole; rest > 0) {
      Pack last = Pack::Constant(centre), weight = Pack::Zero();
      last.head(rest) = values.col(u).tail(rest);
      weight.head(rest) = weights.tail(rest);
      add_pack(last, weight);
    }
    for (std::size_t n = 0; n < sums.size(); ++n)
      value(first + u, static_cast<Eigen::Index>(n)) += sums[n].sum();
  }
}

int MomentTable::highest_order(double below, int growth, std::size_t activations) {
  const double power = std::pow(growth, static_cast<double>(activations));
  int highest = 0;
  while (highest < orders && (highest + 1) * power < below) ++highest;
  return highest;
}

double MomentTable::size_of(Eigen::Index row, int n, int highest) const {
  const auto even = [&](int k) { return k == 0 ? 1 : std::abs(value(row, k - 1)); };
  if (n % 2 == 0) return even(n);
  if (n < highest) return std::sqrt(even(n - 1) * even(n + 1));
  return n == 1 ? std::abs(value(row, 0)) : std::pow(even(n - 1), n / (n - 1.0));
}

Eigen::ArrayXXd MomentTable::scales(double below, int growth) const {
  Eigen::ArrayXXd result =
      Eigen::ArrayXXd::Constant(value.rows(), orders, std::numeric_limits<double>::infinity());
  const auto include = [&](Eigen::Index first, Eigen::Index rows, int highest) {
    const Eigen::ArrayXd variance =
        value.col(1).segment(first, rows) - value.col(0).segment(first, rows).square();
    const double floor = smallest_share * std::sqrt(std::max(0.0, variance.maxCoeff()));
    if (!(floor > 0)) return;
    for (Eigen::Index row = first; row < first + rows; ++row)
      for (int n = 1; n <= highest; ++n)
        result(row, n - 1) = std::max(std::pow(floor, n), size_of(row, n, highest));
  };
  for (std::size_t l = 0; l < depth(); ++l) {
    include(pre(l), units(l), highest_order(below, growth, l));
    include(post(l), units(l), highest_order(below, growth, l + 1));
  }
  include(output(), 1, highest_order(below, growth, depth()));
  if (highest_order(below, std::max(1, growth), depth()) >= 2) result(residual(), 1) = 1;
  return result;
}

Eigen::ArrayXXd MomentTable::raised(Eigen::ArrayXXd differences, const Eigen::ArrayXXd& scales) const {
  for (Eigen::Index row = 0; row < differences.rows(); ++row) {
    const double worst = (differences.row(row) / scales.row(row)).maxCoeff();
    for (Eigen::Index n = 0; n < orders; ++n)
      if (std::isfinite(scales(row, n)))
        differences(row, n) = std::max(differences(row, n), worst * scales(row, n));
  }
  // Of f - y only the mean square is asked for; it has E[f^2] in it.
  differences(residual(), 1) = std::max(differences(residual(), 1), differences(output(), 1));
  return differences;
}

LayerTruth MomentTable::cumulants(double below, int growth) const {
  LayerTruth truth;
  for (std::size_t l = 0; l < depth(); ++l) {
    truth.pre.push_back(make_cumulants(*this, pre(l), units(l), highest_order(below, growth, l)));
    truth.post.push_back(make_cumulants(*this, post(l), units(l), highest_order(below, growth, l + 1)));
  }
  truth.output = make_cumulants(*this, output(), 1, highest_order(below, growth, depth()));
  const bool has_mse = highest_order(below, std::max(1, growth), depth()) >= 2;
  truth.mse = has_mse ? value(residual(), 1) : nan;
  truth.mse_error = has_mse ? error(residual(), 1) + rounding * (1 + value(output(), 1)) : nan;
  return truth;
}

}  // namespace rgsweep::theory

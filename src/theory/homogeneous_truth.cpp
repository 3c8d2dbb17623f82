// Networks without biases in their hidden layers whose units have their only kink at 0: every unit is linear
// on sectors between rays from 0, b x + c y. A unit of the next layer is linear on each sector too, and
// divides it by at most one ray. Moments of sectors are differences of sector_moments.hpp, so that a unit
// takes one contraction for each sector of the layer before, and one more where its ray divides that.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "truth_schemes.hpp"

namespace rgsweep::theory {

namespace {

constexpr std::size_t orders = SectorMoments::orders;
using Row = SectorMoments::Row;
/// b and c of each unit.
using Linear = Eigen::Matrix<double, Eigen::Dynamic, 2>;

template <class Value>
std::array<Value, orders + 1> powers_of(const Value& x) {
  std::array<Value, orders + 1> powers;
  powers[1] = x;
  for (std::size_t n = 2; n <= orders; ++n) powers[n] = powers[n - 1] * x;
  return powers;
}

/// E[(b x + c y)^n], element n for n = 1..6.
template <class Value>
std::array<Value, orders + 1> contracted(const Value& b, const Value& c, const Row& moments) {
  const auto bs = powers_of(b), cs = powers_of(c);
  std::array<Value, orders + 1> sums;
  Eigen::Index at = 1;
  for (std::size_t n = 1; n <= orders; ++n) {
    Value sum = cs[n] * moments[at];
    for (std::size_t i = 1; i < n; ++i) {
      const Value product = bs[i] * cs[n - i];
      sum += product * moments[at + static_cast<Eigen::Index>(i)];
    }
    sum += bs[n] * moments[at + static_cast<Eigen::Index>(n)];
    sums[n] = sum;
    at += static_cast<Eigen::Index>(n) + 1;
  }
  return sums;
}

/// A ray and the moments of the sector from -pi to it.
struct Ray {
  double angle;
  Row moments;
};

class SectorIntegrator {
 public:
  SectorIntegrator(const TruthProblem& problem, const SectorMoments& sectors)
      : sectors_(sectors),
        slopes_{problem.pieces.slopes[0], problem.pieces.slopes[1]},
        weights_(problem.network.layout(), problem.theta),
        table_(problem.network, problem.theta),
        largest_(Eigen::ArrayX2d::Zero(table_.value.rows(), 2)),
        additions_(Eigen::ArrayXd::Zero(table_.value.rows())) {}

  SchemeResult integrate() {
    const double pi = std::numbers::pi;
    const Ray first{-pi, Row::Zero()}, middle{0, sectors_.up_to(0)}, last{pi, sectors_.up_to(pi)};
    const Linear inputs = Eigen::Matrix2d::Identity();
    descend(0, first, middle, inputs);
    descend(0, middle, last, inputs);
    for (Eigen::Index row = 0; row < largest_.rows(); ++row) {
      const auto bounds = contracted(largest_(row, 0), largest_(row, 1), sectors_.error());
      for (std::size_t n = 1; n <= orders; ++n)
        table_.error(row, static_cast<Eigen::Index>(n) - 1) = additions_[row] * bounds[n];
    }
    // f - y = c + its linear part, of which only the mean square is asked for.
    const double c = weights_.bias.back()[0];
    auto residual = table_.value.row(table_.residual());
    residual[1] += 2 * c * residual[0] + c * c;
    residual[0] += c;
    auto error = table_.error.row(table_.residual());
    error[1] += 2 * std::abs(c) * error[0];
    return {std::move(table_), count_};
  }

 private:
  /// Moments of the units (rows) of a layer before its activation over one sector.
  using Sums = Eigen::Array<double, Eigen::Dynamic, orders>;

  /// `h`: the layer before, or the inputs, on the sector from `low` to `high`.
  void descend(std::size_t layer, const Ray& low, const Ray& high, const Linear& h) {
    const Linear z = weights_.weight[layer] * h;
    const Row moments = high.moments - low.moments;
    if (layer == weights_.depth()) {
      Linear rows(2, 2);
      rows << z, (z.array() - std::numbers::sqrt2 / 2).matrix();
      add(table_.output(), rows, moments);
      ++count_;
      return;
    }
    const Sums sums = add(table_.pre(layer), z, moments);
    Eigen::ArrayXd slope(z.rows());  // of each unit on the first part
    std::vector<Division> divisions;
    for (Eigen::Index u = 0; u < z.rows(); ++u) {
      const double angle = zero_between(low.angle, high.angle, z.row(u));
      slope[u] = slope_at((low.angle + angle) / 2, z.row(u));
      if (angle < high.angle)
        divisions.push_back({angle, u});
      else
        add_activated(table_.post(layer) + u, z.row(u), slope[u], sums.row(u));
    }
    std::sort(divisions.begin(), divisions.end(),
              [](const Division& a, const Division& b) { return a.angle < b.angle; });
    Ray from = low;
    for (const auto& [angle, u] : divisions) {
      const Ray to{angle, sectors_.up_to(angle)};
      descend(layer + 1, from, to, (z.array().colwise() * slope).matrix());
      const auto below = contracted(z(u, 0), z(u, 1), Row(to.moments - low.moments));
      const Eigen::Map<const Eigen::Array<double, 1, orders>> part(&below[1]);
      add_activated(table_.post(layer) + u, z.row(u), slope[u], part);
      slope[u] = slopes_[0] + slopes_[1] - slope[u];
      add_activated(table_.post(layer) + u, z.row(u), slope[u], sums.row(u) - part);
      from = to;
    }
    descend(layer + 1, from, high, (z.array().colwise() * slope).matrix());
  }

  struct Division {
    double angle;
    Eigen::Index unit;
  };

  /// Where b cos + c sin changes its sign, or `high` where it does not in between.
  static double zero_between(double low, double high, const Eigen::RowVector2d& z) {
    constexpr double least = 1e-15;  // what is closer to an end than rounding is at it
    if (z.isZero(0)) return high;
    double angle = std::atan2(-z[0], z[1]);
    while (angle <= low + least) angle += std::numbers::pi;
    while (angle - std::numbers::pi > low + least) angle -= std::numbers::pi;
    return angle < high - least ? angle : high;
  }

  double slope_at(double angle, const Eigen::RowVector2d& z) const {
    return slopes_[z[0] * std::cos(angle) + z[1] * std::sin(angle) < 0 ? 0 : 1];
  }

  /// Adds rows that are linear on a sector to the table, and returns what it added.
  Sums add(Eigen::Index first, const Linear& rows, const Row& moments) {
    constexpr Eigen::Index lanes = 4;
    using Pack = Eigen::Array<double, lanes, 1>;
    Sums sums(rows.rows(), orders);
    for (Eigen::Index start = 0; start < rows.rows(); start += lanes) {
      const Eigen::Index size = std::min(lanes, rows.rows() - start);
      Pack b = Pack::Zero(), c = Pack::Zero();
      b.head(size) = rows.col(0).segment(start, size);
      c.head(size) = rows.col(1).segment(start, size);
      const auto of = contracted(b, c, moments);
      for (std::size_t n = 1; n <= orders; ++n)
        sums.col(static_cast<Eigen::Index>(n) - 1).segment(start, size) = of[n].head(size);
    }
    table_.value.middleRows(first, rows.rows()) += sums;
    for (Eigen::Index row = 0; row < rows.rows(); ++row) note(first + row, rows.row(row));
    return sums;
  }

  /// A unit after its activation on a part of a sector, from its moments before.
  template <class Moments>
  void add_activated(Eigen::Index row, const Eigen::RowVector2d& z, double slope, const Moments& sums) {
    double power = 1;
    for (Eigen::Index n = 0; n < sums.size(); ++n) table_.value(row, n) += (power *= slope) * sums[n];
    // What is left of a divided sector has the errors of both differences.
    note(row, slope * z);
    note(row, slope * z);
  }

  void note(Eigen::Index row, const Eigen::RowVector2d& linear) {
    largest_.row(row) = largest_.row(row).max(linear.array().abs());
    additions_[row] += 1;
  }

  const SectorMoments& sectors_;
  std::array<double, 2> slopes_;
  Weights weights_;
  MomentTable table_;
  Eigen::ArrayX2d largest_;   ///< |b| and |c| of each row
  Eigen::ArrayXd additions_;  ///< sectors that each row has been added up from
  std::size_t count_ = 0;
};

}  // namespace

bool is_homogeneous(const TruthProblem& problem) {
  const ActivationPieces& of = problem.pieces;
  if (problem.inputs() != 2 || of.kinks != std::vector<double>{0} || of.offsets != std::vector<double>{0, 0})
    return false;
  const nn::Layout& layout = problem.network.layout();
  for (std::size_t l = 0; l + 1 < layout.layers.size(); ++l)
    if (!layout.bias(problem.theta, l).isZero(0)) return false;
  return problem.theta.allFinite();
}

SchemeResult homogeneous_moments(const TruthProblem& problem, const SectorMoments& sectors) {
  return SectorIntegrator(problem, sectors).integrate();
}

}  // namespace rgsweep::theory

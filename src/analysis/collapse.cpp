#include "rgsweep/analysis/collapse.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "rgsweep/analysis/logistic.hpp"

namespace rgsweep::analysis {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int parameters = 5;  ///< c_0 ... c_3, 1/z
using Vector = Eigen::Matrix<double, parameters, 1>;
using Square = Eigen::Matrix<double, parameters, parameters>;

constexpr int most_steps = 60;
constexpr double longest_step = 3, least_damping = 1e-3, tolerance = 1e-7;
/// The score leaves out how the gradients change with the parameters, so near its root the objective may fall
/// by a little.
constexpr double slack = 0.05;

/// One place of one curve: where it stands, and where its counts are.
struct Cell {
  double log_distance, log_size;  ///< ln d and ln T, centred and in units of the spread of ln d
  std::size_t part, successes, members;
};

class MasterCurve {
 public:
  MasterCurve(const std::vector<CollapsePart>& parts, double end) : parts_(&parts) {
    double sum_d = 0, sum_t = 0, sum_dd = 0;
    for (std::size_t p = 0; p < parts.size(); ++p)
      for (std::size_t i = parts[p].first; i <= parts[p].last; ++i) {
        if (parts[p].x[i] == end) continue;
        const double d = std::log(std::abs(end - parts[p].x[i])), t = std::log(parts[p].size);
        cells_.push_back({d, t, p, i, parts[p].x.size() + i});
        sum_d += d;
        sum_t += t;
        sum_dd += d * d;
      }
    const auto n = static_cast<double>(cells_.size());
    const double spread = std::sqrt(std::max(sum_dd / n - sum_d * sum_d / (n * n), 1e-300));
    for (Cell& cell : cells_) {
      cell.log_distance = (cell.log_distance - sum_d / n) / spread;
      cell.log_size = (cell.log_size - sum_t / n) / spread;
    }
    counts_.resize(cells_.size());
    gradients_.resize(cells_.size());
  }

  std::size_t cells() const { return cells_.size(); }

  /// Takes the counts of one joint row: `rows` by part.
  void load(const std::vector<std::size_t>& rows) {
    for (std::size_t c = 0; c < cells_.size(); ++c) {
      const std::span<const float> row = (*parts_)[cells_[c].part].success->row(rows[cells_[c].part]);
      counts_[c] = {row[cells_[c].successes], row[cells_[c].members]};
    }
  }

  /// The root of the penalised score from `theta` on; with `terms` = 2 a straight line, c_2 = c_3 = 0.
  Vector fit(Vector theta, int terms) const {
    Evaluation here = evaluate(theta, terms);
    for (int i = 0; i < most_steps && here.step.allFinite(); ++i) {
      const double length = here.step.cwiseAbs().maxCoeff();
      if (length < tolerance * (1 + theta.cwiseAbs().maxCoeff())) break;
      // Scoring may step over the maximum where the function is far from a straight line.
      double damping = std::min(1.0, longest_step / length);
      Evaluation next = evaluate(theta + damping * here.step, terms);
      while (!(next.objective >= here.objective - slack) && damping > least_damping) {
        damping /= 2;
        next = evaluate(theta + damping * here.step, terms);
      }
      theta += damping * here.step;
      here = next;
    }
    return theta;
  }

  Goodness goodness(const Vector& theta) const {
    Goodness result{.degrees = -parameters};
    for (std::size_t c = 0; c < cells_.size(); ++c)
      result.add(counts_[c].first, counts_[c].second, at(theta, cells_[c]).p);
    return result;
  }

 private:
  struct Point {
    double w, p, slope;  ///< slope: d logit / d w
  };
  static Point at(const Vector& theta, const Cell& cell) {
    const double w = cell.log_distance + theta[4] * cell.log_size;
    const double logit = theta[0] + w * (theta[1] + w * (theta[2] + w * theta[3]));
    return {w, 1 / (1 + std::exp(-logit)), theta[1] + w * (2 * theta[2] + w * 3 * theta[3])};
  }

  struct Evaluation {
    double objective;  ///< penalised log likelihood
    Vector step;  ///< of Fisher scoring, on the score of logistic.hpp with the gradient of the logit as x
  };

  Evaluation evaluate(const Vector& theta, int terms) const {
    Square information = Square::Zero();
    double likelihood = 0;
    for (std::size_t c = 0; c < cells_.size(); ++c) {
      const Point point = at(theta, cells_[c]);
      const double w = point.w;
      gradients_[c].p = point.p;
      gradients_[c].row << 1, w, terms > 2 ? w * w : 0, terms > 2 ? w * w * w : 0,
          point.slope * cells_[c].log_size;
      const auto [k, n] = counts_[c];
      information.noalias() +=
          n * point.p * (1 - point.p) * gradients_[c].row * gradients_[c].row.transpose();
      const double p = std::clamp(point.p, 1e-300, 1 - 1e-16);
      likelihood += k * std::log(p) + (n - k) * std::log1p(-p);
    }
    if (terms == 2) information(2, 2) = information(3, 3) = 1;
    const Eigen::LDLT<Square> solver(information);
    const Square inverse = solver.solve(Square::Identity());
    Vector score = Vector::Zero();
    for (std::size_t c = 0; c < cells_.size(); ++c) {
      const auto [k, n] = counts_[c];
      const double p = gradients_[c].p;
      const double leverage = n * p * (1 - p) * gradients_[c].row.dot(inverse * gradients_[c].row);
      score += (k - n * p + leverage * (0.5 - p)) * gradients_[c].row;
    }
    return {likelihood + solver.vectorD().array().abs().log().sum() / 2, inverse * score};
  }

  struct Gradient {
    double p;
    Vector row;
  };

  const std::vector<CollapsePart>* parts_;
  std::vector<Cell> cells_ = {};
  std::vector<std::pair<double, double>> counts_ = {};  ///< (k, n) of the row that is loaded
  mutable std::vector<Gradient> gradients_ = {};
};

}  // namespace

Collapse collapse_of(const std::vector<CollapsePart>& parts, double end, double start) {
  Collapse collapse{.exponent = {}, .inverse = {}, .quality = nan, .degrees = 0, .p_value = nan};
  MasterCurve curve(parts, end);
  if (curve.cells() <= parameters) return collapse;
  std::vector<RowKinds> kinds;
  for (const CollapsePart& part : parts) kinds.emplace_back(*part.success);
  const JointRows joint = joint_rows(kinds);

  curve.load(joint.rows.front());
  Vector line = Vector::Zero();
  line[4] = std::isfinite(start) ? start : 0;
  line = curve.fit(line, 2);
  const Vector data = curve.fit(line, 4);
  const Goodness goodness = curve.goodness(data);
  collapse.degrees = goodness.degrees;
  collapse.p_value = goodness.p_value();
  if (goodness.degrees > 0) collapse.quality = goodness.chi2 / goodness.degrees;

  collapse.inverse = estimate(joint.replicated([&](const std::vector<std::size_t>& rows) {
    curve.load(rows);
    const double inverse = curve.fit(data, 4)[4];
    return std::isfinite(inverse) ? inverse : nan;
  }));
  const Estimate& inverse = collapse.inverse;
  if (inverse.value > 0)
    collapse.exponent = {1 / inverse.value, 1 / inverse.high, inverse.low > 0 ? 1 / inverse.low : infinity};
  return collapse;
}

}  // namespace rgsweep::analysis

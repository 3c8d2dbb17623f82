// Two Gaussian inputs and a curved activation: the trapezoidal rule on nested lattices. Each is the one
// before and as many points again in the middles of its cells, so that no value of the network is formed
// twice. Its error falls exponentially with the fineness for tanh, whose poles are off the real axis, and
// with a power of it for splines. The Gaussian looks the same from all sides: the lattice is turned away from
// the axes and the diagonals, where many units are, by turning the weights of the first layer.
//   tanh(z) = 1 - 2 / (exp(2 z) + 1),   exp(2 (u x + v y + b)) = exp(2 u x) exp(2 (v y + b)),
// takes one division a point in the first layer.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "error_bound.hpp"
#include "rgsweep/math/gaussian_integrals.hpp"
#include "rgsweep/theory/gaussian_activation.hpp"
#include "truth_schemes.hpp"

namespace rgsweep::theory {

namespace {

constexpr double coarsest = 0.8;       // step of the first lattice
constexpr Eigen::Index chunk = 512;    // points at a time
constexpr double largest_power = 340;  // of which exp is finite, and its square

/// cos and sin of an angle that no short vector of the lattice has.
const Eigen::Matrix2d& turn() {
  static const Eigen::Matrix2d matrix = [] {
    const double angle = std::numbers::pi * (std::numbers::phi - 1) / 4;
    Eigen::Matrix2d made;
    made << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle);
    return made;
  }();
  return matrix;
}

class LatticeSums {
 public:
  LatticeSums(const TruthProblem& problem, double range)
      : problem_(problem),
        weights_(problem.network.layout(), problem.theta),
        first_(weights_.weight[0] * turn()),
        target_(turn().colwise().sum().transpose() / std::numbers::sqrt2),
        range_(range),
        table_(problem.network, problem.theta),
        odd_(is_odd()) {
    for (std::size_t l = 0; l < weights_.depth(); ++l)
      activations_.push_back(problem.network.activation(problem.theta, l));
    const double steepest = 2 * first_.cwiseAbs().maxCoeff() * range +
                            (weights_.bias[0].size() > 0 ? 2 * weights_.bias[0].cwiseAbs().maxCoeff() : 0);
    factors_ = std::holds_alternative<nn::Tanh>(activations_[0]) && steepest < largest_power;
  }

  /// Adds the points ((i + shift_x) step, (j + shift_y) step) within the range, weighted with the density.
  void add(double step, double shift_x, double shift_y) {
    const auto reach = static_cast<int>(range_ / step) + 1;
    const Eigen::Index count = 2 * reach + 1;
    y_ = step * (Eigen::ArrayXd::LinSpaced(count, -reach, reach) + shift_y);
    density_ = (-y_.square() / 2).exp() / std::sqrt(2 * std::numbers::pi);
    if (factors_)
      columns_ = (2 * ((y_.matrix() * first_.col(1).transpose()).rowwise() + weights_.bias[0].transpose()))
                     .array()
                     .exp();
    start();
    for (int i = odd_ ? 0 : -reach; i <= reach; ++i) {
      const double x = step * (i + shift_x);
      const double height = std::sqrt(std::max(range_ * range_ - x * x, 0.0));
      if (!(std::abs(x) <= range_)) continue;
      Eigen::Index low = 0, high = count;
      while (low < high && y_[low] < -height) ++low;
      while (high > low && y_[high - 1] > height) --high;
      // One of each pair of opposite points.
      if (odd_ && x == 0)
        while (low < high && y_[low] < 0) ++low;
      add_row(x, low, high);
    }
    flush();
  }

  std::size_t count() const { return count_; }
  /// All that was added, times `area`.
  MomentTable table(double area) const {
    MomentTable scaled = table_;
    scaled.value *= area;
    if (odd_)
      for (const Eigen::Index n : {0, 2, 4}) scaled.value.col(n).setZero();
    return scaled;
  }

 private:
  /// Whether f(-x) = -f(x), and so for every unit: half of the points do.
  bool is_odd() const {
    for (const Eigen::VectorXd& bias : weights_.bias)
      if (!bias.isZero(0)) return false;
    return std::holds_alternative<nn::Tanh>(problem_.network.activation());
  }

  void start() {
    used_ = 0;
    const Eigen::Index room = chunk + y_.size();
    points_.resize(room, 2);
    masses_.resize(room);
    if (factors_) values_.resize(room, first_.rows());
  }

  void add_row(double x, Eigen::Index low, Eigen::Index high) {
    const Eigen::Index size = high - low;
    if (size == 0) return;
    points_.col(0).segment(used_, size).setConstant(x);
    points_.col(1).segment(used_, size) = y_.segment(low, size);
    auto masses = masses_.segment(used_, size);
    masses = math::normal_pdf(x) * density_.segment(low, size);
    count_ += static_cast<std::size_t>(size) * (odd_ ? 2 : 1);
    if (odd_) masses *= 2;
    if (odd_ && x == 0)
      for (Eigen::Index j = 0; j < size; ++j)
        if (y_[low + j] == 0) masses[j] /= 2;
    if (factors_)
      for (Eigen::Index u = 0; u < first_.rows(); ++u)
        values_.col(u).segment(used_, size) =
            1 - 2 / (std::exp(2 * first_(u, 0) * x) * columns_.col(u).segment(low, size) + 1);
    used_ += size;
    if (used_ >= chunk) flush();
  }

  void flush() {
    if (used_ == 0) return;
    const auto x = points_.topRows(used_).matrix();
    const Eigen::ArrayXd masses = masses_.head(used_);
    Eigen::ArrayXXd h;
    for (std::size_t l = 0; l < weights_.depth(); ++l) {
      if (l == 0 && factors_) {
        h = values_.topRows(used_);
      } else {
        const Eigen::MatrixXd product = l == 0 ? Eigen::MatrixXd(x * first_.transpose())
                                               : Eigen::MatrixXd(h.matrix() * weights_.weight[l].transpose());
        const Eigen::ArrayXXd z = (product.rowwise() + weights_.bias[l].transpose()).array();
        if (l > 0) table_.add(table_.pre(l), z, masses);
        h = activated(activations_[l], z);
      }
      table_.add(table_.post(l), h, masses);
    }
    const Eigen::ArrayXd f =
        (h.matrix() * weights_.weight.back().row(0).transpose()).array() + weights_.bias.back()[0];
    table_.add(table_.output(), f, masses);
    table_.add(table_.residual(), f - (x * target_).array(), masses);
    used_ = 0;
  }

  const TruthProblem& problem_;
  Weights weights_;
  Eigen::MatrixXd first_;   ///< the first layer's weights, turned
  Eigen::Vector2d target_;  ///< and the target's
  double range_;
  MomentTable table_;
  bool odd_, factors_ = false;
  std::vector<nn::Activation> activations_;
  std::size_t count_ = 0;
  Eigen::ArrayXd y_, density_, masses_;
  Eigen::ArrayXXd columns_, points_, values_;
  Eigen::Index used_ = 0;
};

/// Adds what lies beyond the range, where |v| grows as r or less: the share that E[r^n] has there, which for
/// even n is exp(-t) sum_{k <= n/2} t^k / k!, t = range^2 / 2.
void add_cut(double range, MomentTable& table) {
  const double t = range * range / 2;
  double term = std::exp(-t), share = term;
  for (int n = 1; n <= MomentTable::orders; ++n) {
    if (n % 2 == 1) share += term *= t / ((n + 1) / 2.0);
    for (Eigen::Index row = 0; row < table.value.rows(); ++row)
      table.error(row, n - 1) += share * table.size_of(row, n, MomentTable::orders);
  }
}

}  // namespace

bool has_lattice(const TruthProblem& problem, const data::Distribution& inputs) {
  return problem.inputs() == 2 && inputs.entry().name == std::string_view("gaussian") &&
         !problem.pieces.is_linear() && (problem.growth() == 0 || !problem.pieces.kinks.empty()) &&
         problem.growth() <= 1 && problem.network.layout().depth() > 0 && problem.theta.allFinite();
}

SchemeResult lattice_moments(const TruthProblem& problem, const TruthOptions& options) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const double range = std::sqrt(2 * (18 - std::log(std::clamp(options.tolerance, 1e-12, 1.0))));
  SchemeResult best{MomentTable(problem.network, problem.theta), 0};
  best.table.value.setConstant(std::numeric_limits<double>::quiet_NaN());
  best.table.error.setConstant(inf);
  LatticeSums sums(problem, range);
  const bool kinked = !problem.pieces.kinks.empty();
  ErrorBound bound(kinked);
  std::vector<MomentTable> before;
  double least = inf, step = coarsest;
  for (int level = 0;; ++level) {
    const bool centred = level % 2 == 1;  // the middles of the cells; else the middles of their sides
    const double added = level == 0 || centred ? 1 : 2, radius = range / step + 1;
    if (static_cast<double>(sums.count()) + added * std::numbers::pi * radius * radius >
        static_cast<double>(options.max_points))
      break;
    if (level == 0) {
      sums.add(step, 0, 0);
    } else if (centred) {
      sums.add(step, 0.5, 0.5);
    } else {
      sums.add(step, 0.5, 0);
      sums.add(step, 0, 0.5);
      step /= 2;
    }
    MomentTable fine = sums.table(centred ? step * step / 2 : step * step);
    if (!before.empty()) {
      // Lattices that differ by points along the diagonals look the same from there: the one before the last
      // does not, but is much coarser.
      Eigen::ArrayXXd difference = (fine.value - before.back().value).abs();
      if (before.size() > 1)
        difference =
            difference.max((kinked ? 0.25 : 0.1) * (fine.value - before[before.size() - 2].value).abs());
      difference.middleRows(fine.pre(0), fine.units(0)).setZero();
      const Eigen::ArrayXXd scales = fine.scales(problem.moments_below, problem.growth());
      fine.error = bound.add(fine.raised(difference, scales), scales,
                             (centred ? std::numbers::sqrt2 : 1) / step, false);
      add_cut(range, fine);
      const double error = (fine.error / scales).maxCoeff();
      if (before.size() > 1 && !(error >= least)) {
        least = error;
        best = {fine, sums.count()};
        if (!(error > options.tolerance)) break;
      }
    }
    before.push_back(std::move(fine));
    if (before.size() > 2) before.erase(before.begin());
  }
  return best;
}

}  // namespace rgsweep::theory

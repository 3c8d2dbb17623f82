// Tensor rules: the network at all tuples of nodes, a chunk at a time, and the sequence of rules that ends
// when two agree.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "error_bound.hpp"
#include "truth_schemes.hpp"

namespace rgsweep::theory {

namespace {

MomentTable tensor_moments(const TruthProblem& problem, const math::QuadratureRule& rule) {
  constexpr Eigen::Index chunk = 512;
  const Eigen::Index nodes = rule.nodes.size();
  const int b = problem.inputs();
  Eigen::Index points = 1;
  for (int i = 0; i < b; ++i) points *= nodes;

  MomentTable table(problem.network, problem.theta);
  for (Eigen::Index start = 0; start < points; start += chunk) {
    const Eigen::Index size = std::min(chunk, points - start);
    Eigen::ArrayXXd X(size, b);
    Eigen::ArrayXd weights = Eigen::ArrayXd::Ones(size);
    for (Eigen::Index s = 0; s < size; ++s) {
      Eigen::Index rest = start + s;
      for (int i = 0; i < b; ++i, rest /= nodes) {
        X(s, i) = rule.nodes[rest % nodes];
        weights[s] *= rule.weights[rest % nodes];
      }
    }
    const auto trace = problem.network.trace(problem.theta, X);
    for (std::size_t l = 0; l < trace.pre.size(); ++l) {
      table.add(table.pre(l), trace.pre[l], weights);
      table.add(table.post(l), trace.post[l], weights);
    }
    const Eigen::ArrayXd target = X.rowwise().sum() / std::sqrt(static_cast<double>(b));
    table.add(table.output(), trace.output, weights);
    table.add(table.residual(), trace.output - target, weights);
  }
  return table;
}

/// Highest power of an input that has to be integrated beyond the first layer; 2 for the target's variance.
int highest_power(const TruthProblem& problem) {
  double power = MomentTable::orders;
  for (int l = 0; l < problem.network.layout().depth(); ++l) power *= problem.growth();
  return static_cast<int>(std::clamp(power, 2.0, 200.0));
}

/// Adds what heavy tails leave out: E[|v|^n] of a row that grows as |x|^g misses the share that E[|x|^(n g)]
/// misses.
void add_cut(const TruthProblem& problem, const TruthInputs& inputs, int power, MomentTable& table) {
  if (!std::isfinite(problem.moments_below)) return;
  const auto add = [&](Eigen::Index first, Eigen::Index rows, std::size_t activations) {
    const int highest = MomentTable::highest_order(problem.moments_below, problem.growth(), activations);
    for (int n = 1; n <= highest; ++n) {
      const double growth = std::pow(problem.growth(), static_cast<double>(activations));
      const double share = inputs.cut_share(power, n * growth);
      for (Eigen::Index row = first; row < first + rows; ++row)
        table.error(row, n - 1) += share * table.size_of(row, n, highest);
    }
  };
  for (std::size_t l = 0; l < table.depth(); ++l) {
    if (l > 0) add(table.pre(l), table.units(l), l);
    add(table.post(l), table.units(l), l + 1);
  }
  add(table.output(), 2, table.depth());
}

}  // namespace

SchemeResult discrete_moments(const TruthProblem& problem, const TruthInputs& inputs) {
  const math::QuadratureRule values = inputs.values();
  return {tensor_moments(problem, values),
          static_cast<std::size_t>(std::pow(values.nodes.size(), problem.inputs()))};
}

SchemeResult smooth_moments(const TruthProblem& problem, const TruthInputs& inputs,
                            const TruthOptions& options) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const int power = highest_power(problem);
  SchemeResult best{MomentTable(problem.network, problem.theta), 0};
  best.table.value.setConstant(std::numeric_limits<double>::quiet_NaN());
  best.table.error.setConstant(inf);
  std::optional<MomentTable> coarse;
  ErrorBound bound(!problem.pieces.kinks.empty());
  double least = inf;
  for (std::size_t level = 0;; ++level) {
    const math::QuadratureRule* rule = inputs.rule(power, level);
    if (rule == nullptr) break;
    const double n = static_cast<double>(rule->nodes.size()), points = std::pow(n, problem.inputs());
    if (points > static_cast<double>(options.max_points)) continue;  // a later rule may be smaller
    MomentTable fine = tensor_moments(problem, *rule);
    if (coarse) {
      Eigen::ArrayXXd difference = (fine.value - coarse->value).abs();
      difference.middleRows(fine.pre(0), fine.units(0)).setZero();
      const Eigen::ArrayXXd scales = fine.scales(problem.moments_below, problem.growth());
      fine.error = bound.add(fine.raised(difference, scales), scales, n, inputs.is_gauss(level));
      add_cut(problem, inputs, power, fine);
      const double error = (fine.error / scales).maxCoeff();
      if (!(error >= least)) {
        least = error;
        best = {fine, static_cast<std::size_t>(points)};
      }
      if (!(error > options.tolerance)) break;
    }
    coarse = std::move(fine);
  }
  return best;
}

}  // namespace rgsweep::theory

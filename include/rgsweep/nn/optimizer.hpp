// The table of optimisers (key training.optimizer) and their update rules, g the gradient, r the learning
// rate:
//   sgd       theta -= r g
//   momentum  v = 0.9 v + g,  theta -= r v
//   adam      m = 0.9 m + 0.1 g,  s = 0.999 s + 0.001 g^2,
//             theta -= r mh / (sqrt(sh) + 1e-8),  mh = m / (1 - 0.9^(t+1)),  sh = s / (1 - 0.999^(t+1))
// Weight decay w is decoupled and applies to every parameter, biases too: first theta -= r w theta.
// Frozen parameters stand at the beginning of theta and keep every bit.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "rgsweep/nn/types.hpp"

namespace rgsweep::nn {

struct Sgd {};
struct Momentum {};
struct Adam {};
using OptimizerRule = std::variant<Sgd, Momentum, Adam>;

struct OptimizerEntry {
  std::string_view name;
  std::string_view summary;
  int state_vectors;  ///< vectors of theta's size that it carries from step to step
  OptimizerRule rule;
};

std::span<const OptimizerEntry> optimizers();

template <class Scalar>
class Optimizer {
 public:
  /// The first `frozen` parameters are not updated. Throws UsageError for an unknown name. The state starts
  /// at 0.
  Optimizer(std::string_view name, Eigen::Index parameters, double weight_decay, Eigen::Index frozen = 0);

  /// One step; `step` counts from 0.
  void update(Vector<Scalar>& theta, const Vector<Scalar>& gradient, double learning_rate,
              std::uint64_t step);

  /// Together with theta and the step, all that the following updates depend on.
  const std::vector<Vector<Scalar>>& state() const { return state_; }
  std::vector<Vector<Scalar>>& state() { return state_; }

 private:
  OptimizerRule rule_;
  double weight_decay_;
  Eigen::Index frozen_;
  std::vector<Vector<Scalar>> state_;
};

extern template class Optimizer<float>;
extern template class Optimizer<double>;

}  // namespace rgsweep::nn

// One entry per optimiser; the rules are in the header.
#include "rgsweep/nn/optimizer.hpp"

#include <array>
#include <cmath>

#include "rgsweep/core/registry.hpp"

namespace rgsweep::nn {

namespace {

constexpr double kMomentum = 0.9;
constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;

constexpr std::array kOptimizers{
    OptimizerEntry{"sgd", "gradient descent", 0, Sgd{}},
    OptimizerEntry{"momentum", "gradient descent with momentum 0.9", 1, Momentum{}},
    OptimizerEntry{"adam", "Adam with decay rates 0.9 and 0.999 and epsilon 1e-8", 2, Adam{}},
};

/// What an update works on: the parameters that are trained. `state` has the entry's number of vectors.
template <class Scalar>
struct Step {
  Eigen::Ref<Vector<Scalar>> theta;
  Eigen::Ref<const Vector<Scalar>> gradient;
  std::vector<Vector<Scalar>>& state;
  double learning_rate;
  std::uint64_t number;

  auto moment(std::size_t i) const { return state[i].tail(theta.size()); }
};

template <class Scalar>
void apply(Sgd, Step<Scalar>&& step) {
  step.theta -= static_cast<Scalar>(step.learning_rate) * step.gradient;
}

template <class Scalar>
void apply(Momentum, Step<Scalar>&& step) {
  auto v = step.moment(0);
  v = Scalar(kMomentum) * v + step.gradient;
  step.theta -= static_cast<Scalar>(step.learning_rate) * v;
}

template <class Scalar>
void apply(Adam, Step<Scalar>&& step) {
  auto m = step.moment(0).array();
  auto s = step.moment(1).array();
  m = Scalar(kBeta1) * m + Scalar(1 - kBeta1) * step.gradient.array();
  s = Scalar(kBeta2) * s + Scalar(1 - kBeta2) * step.gradient.array().square();
  const double count = static_cast<double>(step.number) + 1;
  const Scalar rate = static_cast<Scalar>(step.learning_rate / (1 - std::pow(kBeta1, count)));
  const Scalar correction = static_cast<Scalar>(1 / (1 - std::pow(kBeta2, count)));
  step.theta.array() -= rate * m / ((correction * s).sqrt() + Scalar(kEpsilon));
}

}  // namespace

std::span<const OptimizerEntry> optimizers() {
  return kOptimizers;
}

template <class Scalar>
Optimizer<Scalar>::Optimizer(std::string_view name, Eigen::Index parameters, double weight_decay,
                             Eigen::Index frozen)
    : weight_decay_(weight_decay), frozen_(frozen) {
  const OptimizerEntry& entry = lookup(optimizers(), name, "optimizer");
  rule_ = entry.rule;
  state_.assign(static_cast<std::size_t>(entry.state_vectors), Vector<Scalar>::Zero(parameters));
}

template <class Scalar>
void Optimizer<Scalar>::update(Vector<Scalar>& theta, const Vector<Scalar>& gradient, double learning_rate,
                               std::uint64_t step) {
  const Eigen::Index trained = theta.size() - frozen_;
  if (weight_decay_ != 0) theta.tail(trained) *= static_cast<Scalar>(1 - learning_rate * weight_decay_);
  std::visit(
      [&](auto rule) {
        apply(rule, Step<Scalar>{theta.tail(trained), gradient.tail(trained), state_, learning_rate, step});
      },
      rule_);
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace rgsweep::nn

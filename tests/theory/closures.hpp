// Layers with given inputs, for the tests of closures.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "../nn/test_keys.hpp"
#include "rgsweep/math/joint_cumulants.hpp"
#include "rgsweep/theory/closure.hpp"

namespace rgsweep::theory {

using Univariate = std::vector<std::vector<double>>;

inline const std::vector<double> kGaussian{0, 1, 0, 0, 0, 0}, kLaplace{0, 1, 0, 3, 0, 30},
    kExponential{0, 1, 2, 6, 24, 120};

inline const nn::Activation kActivations[] = {nn::LeakyRelu{0}, nn::LeakyRelu{0.3}, nn::Quadratic{0.4},
                                              nn::Tanh{}};

/// Independent inputs.
inline LinearImage independent(const Univariate& inputs) {
  return [inputs](const Eigen::MatrixXd& A, const Eigen::VectorXd& c, int order) {
    return math::independent_affine(inputs, A, c, order);
  };
}

struct Case {
  Eigen::MatrixXd W;
  Eigen::VectorXd b;
};
inline Case random_case(Eigen::Index units, Eigen::Index inputs, double bias, std::uint64_t key = 1) {
  return {nn::random_matrix(units, inputs, key) / std::sqrt(static_cast<double>(inputs)),
          bias * nn::random_matrix(units, 1, key + 100)};
}

inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

inline double norm(const std::vector<double>& a) {
  return distance(a, std::vector<double>(a.size(), 0.0));
}

}  // namespace rgsweep::theory

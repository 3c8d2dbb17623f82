// Samples for the tests of joint k-statistics.
#pragma once

#include <cmath>
#include <cstdint>

#include <Eigen/Core>

#include "rgsweep/core/rng.hpp"
#include "rgsweep/math/multivariate_cumulants.hpp"

namespace rgsweep::math {

using Accumulator = MultivariateCumulantAccumulator;

/// Dependent and far from Gaussian: every component contains the same exponential variable.
inline Eigen::ArrayXXd skewed(Eigen::Index samples, Eigen::Index components, std::uint64_t key) {
  Stream stream(key, Purpose::observable, 0);
  Eigen::ArrayXXd X(samples, components);
  for (Eigen::Index s = 0; s < samples; ++s) {
    const double common = -std::log(stream.uniform());
    for (Eigen::Index i = 0; i < components; ++i)
      X(s, i) = common - (1 + static_cast<double>(i)) * std::log(stream.uniform());
  }
  return X;
}

inline Accumulator accumulated(Accumulator empty, const Eigen::ArrayXXd& X) {
  empty.add(X);
  return empty;
}

}  // namespace rgsweep::math

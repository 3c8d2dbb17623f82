// The map to be learned: one renormalisation step of b independent sites, y = b^(-1/2) (x_1 + ... + x_b).
// In cumulants kappa_n' = b^(1-n/2) kappa_n: the mean is relevant, the variance marginal, n >= 3 irrelevant,
// and the Gaussian is the fixed point.
#pragma once

#include <cstddef>

#include <Eigen/Core>

#include "rgsweep/core/rng.hpp"
#include "rgsweep/data/distribution.hpp"

namespace rgsweep::data {

/// (samples, block), column-major: the values of one site are contiguous.
using Inputs = Eigen::ArrayXXd;

struct RgMap {
  int block = 2;  ///< b >= 1

  /// y for each row of x, shape (samples). A row's result does not depend on the other rows, to the last bit.
  Eigen::ArrayXd target(const Eigen::Ref<const Inputs>& x) const;
  /// The same into a y of that size.
  void target(const Eigen::Ref<const Eigen::ArrayXXd>& x, Eigen::Ref<Eigen::ArrayXd> y) const;
  void target(const Eigen::Ref<const Eigen::ArrayXXf>& x, Eigen::Ref<Eigen::ArrayXf> y) const;
  /// Cumulant of order n >= 1 of y for inputs with cumulant kappa: b^(1-n/2) kappa.
  double target_cumulant(double kappa, int n) const { return flow_cumulant(kappa, n, 1); }
  /// The same after m = steps >= 0 applications: b^(m(1-n/2)) kappa.
  double flow_cumulant(double kappa, int n, int steps) const;
};

/// Independent inputs, drawn sample by sample (all sites of sample 0 first), so that a longer set extends a
/// shorter one and tiles drawn one after the other from one stream make up the whole set.
Inputs draw_inputs(const Distribution& distribution, int block, std::size_t samples, Stream& stream);

}  // namespace rgsweep::data

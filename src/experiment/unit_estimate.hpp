// Mean over the units of a layer of their k-statistics, and its standard error. The units see the same
// samples: the error is that of the mean over the samples of psi_n = mean over units of a unit's influence
// function, which to leading order in 1/N is what one sample adds to its cumulant. With d = x - mean and
// central moments m_r,
//   psi_1 = d,  psi_2 = d^2 - m_2,  psi_3 = d^3 - 3 m_2 d - m_3,  psi_4 = d^4 - 6 m_2 d^2 - 4 m_3 d + c_4,
//   psi_5 = d^5 - 10 m_2 d^3 - 10 m_3 d^2 + (30 m_2^2 - 5 m_4) d + c_5,
//   psi_6 = d^6 - 15 m_2 d^4 - 20 m_3 d^3 + (90 m_2^2 - 15 m_4) d^2 + (120 m_2 m_3 - 6 m_5) d + c_6,
// from kappa_4 = m_4 - 3 m_2^2, kappa_5 = m_5 - 10 m_3 m_2, kappa_6 = m_6 - 15 m_4 m_2 - 10 m_3^2 + 30 m_2^3,
// and the constants such that each has mean 0.
#pragma once

#include <Eigen/Core>

namespace rgsweep::experiment {

struct UnitEstimate {
  using Orders = Eigen::Array<double, 6, 1>;  ///< element n-1 is order n

  Orders value;           ///< NaN for orders above the number of samples
  Orders standard_error;  ///< NaN for fewer than two samples
};

/// `units`: samples x units, at least one of each.
UnitEstimate estimate_units(const Eigen::ArrayXXd& units);

}  // namespace rgsweep::experiment

#include "unit_estimate.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "rgsweep/math/k_statistics.hpp"
#include "unit_sums.hpp"

namespace rgsweep::experiment {

namespace unit_sums {

RGSWEEP_DEFINE_FUNCTIONS

}  // namespace unit_sums

UnitEstimate estimate_units(const Eigen::ArrayXXd& units) {
  constexpr Eigen::Index orders = UnitEstimate::Orders::SizeAtCompileTime;
  const unit_sums::Functions& loops = unit_sums::functions();
  const auto samples = static_cast<std::size_t>(units.rows());
  const std::size_t stride = (samples + unit_sums::lanes - 1) / unit_sums::lanes * unit_sums::lanes;
  Eigen::ArrayXXd psi = Eigen::ArrayXXd::Zero(static_cast<Eigen::Index>(stride), orders);
  UnitEstimate result{UnitEstimate::Orders::Zero(),
                      UnitEstimate::Orders::Constant(std::numeric_limits<double>::quiet_NaN())};
  UnitEstimate::Orders constant = UnitEstimate::Orders::Zero();
  for (Eigen::Index u = 0; u < units.cols(); ++u) {
    const double* x = units.col(u).data();
    std::array<double, orders + 1> sums{};
    double mean = 0;
    loops.central(x, samples, mean, sums.data());
    const auto k = math::k_statistics(samples, mean, sums);
    result.value += Eigen::Map<const UnitEstimate::Orders>(k.data());
    const auto moment = [&](std::size_t r) { return sums[r] / static_cast<double>(samples); };
    const double m2 = moment(2), m3 = moment(3), m4 = moment(4), m5 = moment(5), m6 = moment(6);
    loops.add_influence(x, samples, mean,
                        {m2, m3, 30 * m2 * m2 - 5 * m4, 90 * m2 * m2 - 15 * m4, 120 * m2 * m3 - 6 * m5},
                        psi.data(), stride);
    constant[1] -= m2;
    constant[2] -= m3;
    constant[3] += 6 * m2 * m2 - m4;
    constant[4] += 20 * m2 * m3 - m5;
    constant[5] += 30 * m2 * m4 + 20 * m3 * m3 - 90 * m2 * m2 * m2 - m6;
  }
  const auto count = static_cast<double>(units.cols());
  result.value /= count;
  if (units.rows() < 2) return result;
  for (Eigen::Index n = 0; n < orders; ++n) {
    const double square = (psi.col(n).head(units.rows()) + constant[n]).square().mean();
    result.standard_error[n] = std::sqrt(square / static_cast<double>(samples)) / count;
  }
  return result;
}

}  // namespace rgsweep::experiment

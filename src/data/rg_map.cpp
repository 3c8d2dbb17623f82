// The block-spin step and its inputs.
#include "rgsweep/data/rg_map.hpp"

#include <cmath>
#include <vector>

namespace rgsweep::data {

// Site by site instead of a row-wise reduction, which may add in another order where rows share a vector
// register.
Eigen::ArrayXd RgMap::target(const Eigen::Ref<const Inputs>& x) const {
  Eigen::ArrayXd y = x.col(0);
  for (Eigen::Index site = 1; site < x.cols(); ++site) y += x.col(site);
  return y / std::sqrt(static_cast<double>(block));
}

double RgMap::flow_cumulant(double kappa, int n, int steps) const {
  return std::pow(block, steps * (1 - n / 2.0)) * kappa;
}

Inputs draw_inputs(const Distribution& distribution, int block, std::size_t samples, Stream& stream) {
  const auto rows = static_cast<Eigen::Index>(samples);
  // Row-major holds the sites of one sample next to each other, in the order of the draws.
  Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> draws(rows, block);
  distribution.sample(stream, {draws.data(), static_cast<std::size_t>(draws.size())});
  return draws;
}

}  // namespace rgsweep::data

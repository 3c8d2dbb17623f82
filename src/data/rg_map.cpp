// The block-spin step and its inputs.
#include "rgsweep/data/rg_map.hpp"

#include <cmath>
#include <vector>

namespace rgsweep::data {

namespace {

// Site by site instead of a row-wise reduction, which may add in another order where rows share a vector
// register.
template <class X, class Y>
void rescaled_sum(int block, const X& x, Y& y) {
  using Scalar = typename Y::Scalar;
  const auto scale = static_cast<Scalar>(1 / std::sqrt(static_cast<double>(block)));
  y = x.col(0);
  for (Eigen::Index site = 1; site < x.cols(); ++site) y += x.col(site);
  y *= scale;
}

}  // namespace

Eigen::ArrayXd RgMap::target(const Eigen::Ref<const Inputs>& x) const {
  Eigen::ArrayXd y(x.rows());
  rescaled_sum(block, x, y);
  return y;
}

void RgMap::target(const Eigen::Ref<const Eigen::ArrayXXd>& x, Eigen::Ref<Eigen::ArrayXd> y) const {
  rescaled_sum(block, x, y);
}

void RgMap::target(const Eigen::Ref<const Eigen::ArrayXXf>& x, Eigen::Ref<Eigen::ArrayXf> y) const {
  rescaled_sum(block, x, y);
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

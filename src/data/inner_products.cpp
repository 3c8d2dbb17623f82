#include "rgsweep/data/inner_products.hpp"

#include <algorithm>

namespace rgsweep::data {

namespace {

/// Numbers of a piece of the vectors, for which Eigen packs its products on the stack. Pages for larger
/// buffers, new in each call, cost as much time as the products.
constexpr Eigen::Index piece_size = 8192;

}  // namespace

Eigen::MatrixXd inner_products(const Eigen::MatrixXd& x) {
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(x.cols(), x.cols());
  if (x.size() == 0) return products;
  const Eigen::Index piece = std::max<Eigen::Index>(piece_size / x.cols(), 16);
  for (Eigen::Index first = 0; first < x.rows(); first += piece)
    products.selfadjointView<Eigen::Lower>().rankUpdate(
        x.middleRows(first, std::min(piece, x.rows() - first)).transpose());
  products.triangularView<Eigen::StrictlyUpper>() = products.transpose();
  return products;
}

}  // namespace rgsweep::data

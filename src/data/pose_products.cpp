#include <stdexcept>

#include "pose_functions.hpp"

namespace rgsweep::data::pose_loops {

RGSWEEP_DEFINE_FUNCTIONS

Eigen::MatrixXd products_of_sums(const Eigen::MatrixXd& sums, Eigen::Index k, int turns) {
  const Eigen::Index stride = sums.rows();
  const auto symmetric = [&](Eigen::Index which) {
    Eigen::MatrixXd matrix = sums.block(0, which * stride, k, k);
    matrix.triangularView<Eigen::StrictlyUpper>() = matrix.transpose();
    return matrix;
  };
  Eigen::MatrixXd even = symmetric(0);
  if (turns == 1) return even;
  Eigen::MatrixXd products(turns * k, k);
  const Eigen::MatrixXd odd = symmetric(1);
  if (turns == 2) {
    products.topRows(k) = (even + odd) / 2;
    products.bottomRows(k) = (even - odd) / 2;
    return products;
  }
  if (turns != 4) throw std::logic_error("products of poses under turns of another order than 1, 2 or 4");
  const Eigen::MatrixXd real = symmetric(2), cross = sums.block(0, 3 * stride, k, k);
  products.topRows(k) = (even + odd) / 4 + real / 2;
  products.middleRows(2 * k, k) = (even + odd) / 4 - real / 2;
  // Row q and column r of the first is x_r(t) x_q(t + 1).
  products.middleRows(k, k) = (even - odd) / 4 + (cross.transpose() - cross) / 2;
  products.bottomRows(k) = products.middleRows(k, k).transpose();
  return products;
}

}  // namespace rgsweep::data::pose_loops

#include "rgsweep/data/block_circulant.hpp"

#include <stdexcept>

namespace rgsweep::data {

Eigen::Index circulant_blocks(const Eigen::MatrixXd& columns) {
  if (columns.size() == 0 || columns.rows() % columns.cols() != 0)
    throw std::logic_error("the first columns of a block-circulant matrix divide the number of its rows");
  return columns.rows() / columns.cols();
}

Eigen::MatrixXd all_columns(const Eigen::MatrixXd& columns) {
  const Eigen::Index blocks = circulant_blocks(columns), n = columns.rows(), k = columns.cols();
  Eigen::MatrixXd all(n, n);
  for (Eigen::Index block = 0; block < blocks; ++block) {
    const Eigen::Index moved = block * k;
    all.block(moved, moved, n - moved, k) = columns.topRows(n - moved);
    if (moved > 0) all.block(0, moved, moved, k) = columns.bottomRows(moved);
  }
  return all;
}

}  // namespace rgsweep::data

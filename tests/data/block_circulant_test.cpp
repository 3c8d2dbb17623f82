#include "rgsweep/data/block_circulant.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace rgsweep::data {
namespace {

TEST(BlockCirculant, ColumnsMoveOn) {
  for (const Eigen::Index blocks : {1, 2, 3, 4}) {
    const Eigen::Index k = 3, n = blocks * k;
    Eigen::MatrixXd columns(n, k);
    for (Eigen::Index i = 0; i < columns.size(); ++i) columns(i) = static_cast<double>(i * i % 17);
    EXPECT_EQ(circulant_blocks(columns), blocks);
    const Eigen::MatrixXd all = all_columns(columns);
    ASSERT_EQ(all.rows(), n);
    ASSERT_EQ(all.cols(), n);
    EXPECT_EQ(all.leftCols(k), columns);
    for (Eigen::Index i = 0; i < n; ++i)
      for (Eigen::Index j = 0; j < n; ++j) EXPECT_EQ(all((i + k) % n, (j + k) % n), all(i, j));
  }
}

TEST(BlockCirculant, OtherShapesAreRefused) {
  EXPECT_THROW(circulant_blocks(Eigen::MatrixXd(4, 3)), std::logic_error);
  EXPECT_THROW(circulant_blocks(Eigen::MatrixXd(2, 4)), std::logic_error);
  EXPECT_THROW(all_columns(Eigen::MatrixXd(0, 0)), std::logic_error);
}

}  // namespace
}  // namespace rgsweep::data

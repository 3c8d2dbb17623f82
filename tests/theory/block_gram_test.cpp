// Gram matrices of orbits that are kept by their first columns give what the whole matrices give.
#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "rgsweep/data/block_circulant.hpp"
#include "rgsweep/data/orbit.hpp"
#include "rgsweep/theory/neural_kernel.hpp"
#include "rgsweep/theory/orbit_error.hpp"

namespace rgsweep::theory {
namespace {

struct Case {
  data::ImageShape shape;  ///< quarter turns of squares are exact, half turns of others
  int poses;
  int turns;
};

class BlockGram : public testing::TestWithParam<Case> {
 protected:
  Eigen::VectorXd image(std::size_t index) const {
    const data::ImageShape shape = GetParam().shape;
    const Eigen::VectorXd whole = data::image_set(data::synthetic_images)->image(index);
    Eigen::VectorXd cut(shape.pixels());
    for (int row = 0; row < shape.rows; ++row)
      cut.segment(row * shape.columns, shape.columns) = whole.segment(row * 28, shape.columns);
    return cut;
  }
  data::FiniteGroup group_ = data::cyclic_group(GetParam().poses);
  Eigen::MatrixXd products_ = data::make_orbit("rotations", GetParam().shape, GetParam().poses)
                                  ->interleaved_products(image(0), image(103));
};

// Entries that are one by symmetry stand for each other to the last bit, so that nothing is lost by keeping
// one of them.
TEST_P(BlockGram, KernelsOfTheFirstColumnsAreTheFirstColumnsOfTheKernels) {
  const Eigen::Index k = products_.cols(), pixels = GetParam().shape.pixels();
  ASSERT_EQ(products_.rows(), GetParam().turns * k);
  const Eigen::MatrixXd all = data::all_columns(products_);
  for (const KernelKind kind : {KernelKind::ntk, KernelKind::nngp})
    for (const int depth : {1, 3}) {
      const KernelOptions options{kind, 0.2, 1.3, 0.7};
      const Eigen::MatrixXd gram = mlp_gram_of_products(products_, pixels, depth, options);
      ASSERT_EQ(gram.rows(), products_.rows());
      const Eigen::MatrixXd whole = mlp_gram_of_products(all, pixels, depth, options);
      EXPECT_LT((data::all_columns(gram) - whole).cwiseAbs().maxCoeff(), 1e-14);
      EXPECT_EQ(whole, whole.transpose());
    }
  const Eigen::MatrixXd rbf = rbf_gram_of_products(products_, 2);
  EXPECT_LT((data::all_columns(rbf) - rbf_gram_of_products(all, 2)).cwiseAbs().maxCoeff(), 1e-15);
}

TEST_P(BlockGram, ErrorsAreThoseOfTheWholeMatrix) {
  Eigen::MatrixXd gram = mlp_gram_of_products(products_, GetParam().shape.pixels(), 2, {});
  gram.diagonal().array() += 1e-9 * gram.diagonal().mean();
  const Eigen::MatrixXd whole = data::all_columns(gram);
  const LeaveOneOut exact = leave_one_out(gram), of_whole = leave_one_out(whole);
  // Both lose as many digits as the condition number has.
  const double precision = 1e-15 * exact.condition_number;
  EXPECT_LT(precision, 1e-4);
  ASSERT_EQ(exact.error.size(), whole.rows());
  for (Eigen::Index i = 0; i < whole.rows(); ++i)
    EXPECT_NEAR(exact.error[i], of_whole.error[i], precision * of_whole.error[i]) << i;
  EXPECT_NEAR(exact.condition_number / of_whole.condition_number, 1, precision);
  const SpectralError spectral = spectral_error(gram), spectral_of_whole = spectral_error(whole);
  EXPECT_NEAR(spectral.error / spectral_of_whole.error, 1, precision);
  EXPECT_NEAR(spectral.class_separation / spectral_of_whole.class_separation, 1, precision);
  EXPECT_NEAR(spectral.orbit_density / spectral_of_whole.orbit_density, 1, precision);
  const GroupError group = group_error(gram, group_), group_of_whole = group_error(whole, group_);
  EXPECT_NEAR(group.a / group_of_whole.a, 1, precision);
  EXPECT_NEAR(group.b / group_of_whole.b, 1, precision);
}

INSTANTIATE_TEST_SUITE_P(BlockGram, BlockGram,
                         testing::Values(Case{{28, 28}, 4, 4}, Case{{28, 28}, 16, 4}, Case{{27, 27}, 12, 4},
                                         Case{{28, 28}, 64, 4}, Case{{28, 28}, 6, 2}, Case{{20, 28}, 16, 2},
                                         Case{{21, 27}, 10, 2}, Case{{28, 28}, 7, 1}, Case{{28, 28}, 68, 4}));

TEST(BlockGramShape, OtherBlocksAreRefused) {
  EXPECT_THROW(leave_one_out(Eigen::MatrixXd::Identity(6, 2)), std::logic_error);
  EXPECT_THROW(leave_one_out(Eigen::MatrixXd::Identity(16, 2)), std::logic_error);
  EXPECT_THROW(leave_one_out(Eigen::MatrixXd::Identity(4, 1)), std::logic_error);
  EXPECT_THROW(group_error(Eigen::MatrixXd::Identity(16, 4), data::dihedral_group(4)), std::logic_error);
}

TEST(BlockGramShape, SingularBlocksAreNoticed) {
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(8, 2);
  gram(0, 0) = gram(1, 1) = 1;
  EXPECT_NO_THROW(leave_one_out(gram));
  gram(2, 0) = gram(6, 0) = -0.5;  // the even part vanishes, the turning one does not
  EXPECT_THROW(leave_one_out(gram), SingularGram);
  gram(2, 0) = gram(6, 0) = 0;
  gram(4, 0) = 1;
  EXPECT_THROW(leave_one_out(gram), SingularGram);
}

}  // namespace
}  // namespace rgsweep::theory

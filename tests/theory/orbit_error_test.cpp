#include "rgsweep/theory/orbit_error.hpp"

#include <cmath>
#include <functional>
#include <numbers>
#include <string>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "rgsweep/core/registry.hpp"
#include "rgsweep/core/rng.hpp"
#include "rgsweep/data/orbit.hpp"
#include "rgsweep/theory/neural_kernel.hpp"

namespace rgsweep::theory {
namespace {

Eigen::MatrixXd normals(Eigen::Index rows, Eigen::Index columns, std::uint64_t step) {
  Stream stream(8, Purpose::observable, step);
  Eigen::MatrixXd matrix(rows, columns);
  stream.normal({matrix.data(), static_cast<std::size_t>(matrix.size())});
  return matrix;
}

/// Kernel regression on all poses but one.
double brute_force(const Eigen::MatrixXd& gram, Eigen::Index left_out) {
  const Eigen::Index n = gram.rows();
  Eigen::MatrixXd rest(n - 1, n - 1);
  Eigen::VectorXd labels(n - 1), to_left_out(n - 1);
  const auto place = [&](Eigen::Index i) { return i < left_out ? i : i + 1; };
  for (Eigen::Index i = 0; i < n - 1; ++i) {
    labels[i] = place(i) % 2 == 0 ? 1 : -1;
    to_left_out[i] = gram(left_out, place(i));
    for (Eigen::Index j = 0; j < n - 1; ++j) rest(i, j) = gram(place(i), place(j));
  }
  const double label = left_out % 2 == 0 ? 1 : -1;
  return label * (label - to_left_out.dot(rest.fullPivLu().solve(labels)));
}

TEST(OrbitError, LeaveOneOutIsRegressionOnTheRest) {
  const Eigen::MatrixXd features = normals(30, 12, 1), gram = features.transpose() * features;
  const LeaveOneOut result = leave_one_out(gram);
  for (Eigen::Index i = 0; i < 12; ++i) EXPECT_NEAR(result.error[i], brute_force(gram, i), 1e-10) << i;
  const Eigen::VectorXd eigenvalues = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram).eigenvalues();
  const double two_norm = eigenvalues[11] / eigenvalues[0];
  EXPECT_GE(result.condition_number, two_norm);
  EXPECT_LE(result.condition_number, 12 * two_norm);
}

/// Poses of random features under the regular representation, (T_g x)(g k) = x(k), and their linear kernel.
Eigen::MatrixXd invariant_gram(const data::FiniteGroup& group, std::uint64_t step) {
  const Eigen::Index order = group.order();
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(2 * order, 2 * order);
  for (std::uint64_t channel = 0; channel < 4; ++channel) {
    const Eigen::MatrixXd x = normals(order, 2, 10 * step + channel);
    Eigen::MatrixXd poses(order, 2 * order);
    for (int g = 0; g < group.order(); ++g)
      for (int k = 0; k < group.order(); ++k) poses.block<1, 2>(group.product(g, k), 2 * g) = x.row(k);
    gram += poses.transpose() * poses;
  }
  return gram;
}

TEST(OrbitError, GroupFormulaIsExactForEveryGroup) {
  for (const data::FiniteGroup& group :
       {data::cyclic_group(1), data::cyclic_group(2), data::cyclic_group(7), data::cyclic_group(12),
        data::dihedral_group(2), data::dihedral_group(3), data::dihedral_group(4), data::dihedral_group(5)}) {
    const Eigen::MatrixXd gram = invariant_gram(group, static_cast<std::uint64_t>(group.order()) + 100);
    const LeaveOneOut exact = leave_one_out(gram);
    const GroupError error = group_error(gram, group);
    for (Eigen::Index g = 0; g < group.order(); ++g) {
      EXPECT_NEAR(exact.error[2 * g], error.a, 1e-10) << group.order();
      EXPECT_NEAR(exact.error[2 * g + 1], error.b, 1e-10) << group.order();
    }
    EXPECT_TRUE(group.order() == 1 || std::abs(error.a - error.b) > 1e-3) << group.order();
  }
}

struct Kernel {
  std::string name;
  std::function<Eigen::MatrixXd(const Eigen::MatrixXd&)> gram;
};

const Kernel kernels[] = {
    {"ntk",
     [](const Eigen::MatrixXd& x) {
       return mlp_gram(x, 3, {KernelKind::ntk, 0.1, 1, 1});
     }},
    {"nngp",
     [](const Eigen::MatrixXd& x) {
       return mlp_gram(x, 1, {KernelKind::nngp, 0, 1, 1});
     }},
    {"linear",
     [](const Eigen::MatrixXd& x) {
       return mlp_gram(x, 1, {KernelKind::ntk, 1, 1, 1});
     }},
    {"rbf", [](const Eigen::MatrixXd& x) { return rbf_gram(x, 1); }},
    {"conv_flatten",
     [](const Eigen::MatrixXd& x) { return convolution_gram(x, 28, 28, Pooling::flatten, {}); }},
};

struct Case {
  const char* group;
  int poses;
};

class ImageOrbit : public testing::TestWithParam<Case> {
 protected:
  Eigen::MatrixXd poses(std::size_t a, std::size_t b) const {
    const auto images = data::image_set(data::synthetic_images);
    return orbit_->interleaved_poses(images->image(a), images->image(b));
  }
  std::shared_ptr<const data::Orbit> orbit_ = data::make_orbit(GetParam().group, {28, 28}, GetParam().poses);
};

// Kernels of images of which most is the same constant: the inverse must keep its digits all the same.
TEST_P(ImageOrbit, GroupFormulaIsExactOnPixels) {
  for (const Kernel& kernel : kernels)
    for (std::size_t pair = 0; pair < 3; ++pair) {
      const Eigen::MatrixXd gram = kernel.gram(poses(pair, 50 + 13 * pair));
      // A linear kernel sees no more than the span of 28 shifted columns' means: nothing to regress on.
      const LeaveOneOut exact = leave_one_out(gram);
      const GroupError error = group_error(gram, orbit_->group());
      for (Eigen::Index g = 0; g < GetParam().poses; ++g) {
        EXPECT_NEAR(exact.error[2 * g], error.a, 1e-8) << kernel.name << " " << pair;
        EXPECT_NEAR(exact.error[2 * g + 1], error.b, 1e-8) << kernel.name << " " << pair;
      }
    }
}

INSTANTIATE_TEST_SUITE_P(OrbitError, ImageOrbit,
                         testing::Values(Case{"dihedral", 8}, Case{"shifts", 2}, Case{"shifts", 7},
                                         Case{"shifts", 14}, Case{"shifts", 28}));

TEST(OrbitError, AllThreeAgreeOnCirculantMatrices) {
  for (const Eigen::Index order : {1, 4, 5, 16}) {
    const Eigen::Index n = 2 * order;
    const Eigen::MatrixXd root = normals(n, 1, static_cast<std::uint64_t>(order) + 50);
    Eigen::MatrixXd circulant(n, n);
    for (Eigen::Index i = 0; i < n; ++i)
      for (Eigen::Index j = 0; j < n; ++j) circulant(i, j) = root((j - i + n) % n);
    const Eigen::MatrixXd gram = circulant.transpose() * circulant;
    const LeaveOneOut exact = leave_one_out(gram);
    const SpectralError spectral = spectral_error(gram);
    const GroupError group = group_error(gram, data::cyclic_group(static_cast<int>(order)));
    const double scale = 1e-15 * exact.condition_number * static_cast<double>(n) + 1e-12;
    for (Eigen::Index i = 0; i < n; ++i) EXPECT_NEAR(exact.error[i], spectral.error, scale) << order;
    EXPECT_NEAR(group.a, spectral.error, scale);
    EXPECT_NEAR(group.b, spectral.error, scale);
    EXPECT_NEAR(spectral.error * spectral.class_separation * spectral.orbit_density, 1, 1e-14);
    // lambda_N belongs to the mode that alternates between the classes.
    Eigen::VectorXd labels(n);
    for (Eigen::Index i = 0; i < n; ++i) labels[i] = i % 2 == 0 ? 1 : -1;
    EXPECT_NEAR(labels.dot(gram * labels) / static_cast<double>(n), spectral.class_separation,
                1e-12 * gram.norm());
    EXPECT_NEAR(gram.inverse().trace() / static_cast<double>(n), spectral.orbit_density,
                scale * spectral.orbit_density);
  }
}

// Averages over wrapped diagonals are the exact theory of another matrix; this is how far that is from the
// mean over all poses of rotated images.
TEST(OrbitError, CircularisedMatricesPredictRotations) {
  const auto images = data::image_set(data::synthetic_images);
  const auto orbit = data::make_orbit("rotations", {28, 28}, 16);
  double deviation = 0, spread = 0, mean = 0;
  constexpr int pairs = 40;
  for (std::uint64_t pair = 0; pair < pairs; ++pair) {
    const data::ImagePair drawn = data::draw_pair(*images, 0, pair);
    const Eigen::MatrixXd gram =
        mlp_gram(orbit->interleaved_poses(images->image(drawn.a), images->image(drawn.b)), 2,
                 {KernelKind::ntk, 0, 1, 1});
    const double exact = leave_one_out(gram).error.mean(), spectral = spectral_error(gram).error;
    deviation += (spectral - exact) * (spectral - exact) / pairs;
    mean += exact / pairs;
    spread += exact * exact / pairs;
  }
  spread -= mean * mean;
  RecordProperty("relative_deviation", std::to_string(std::sqrt(deviation / spread)));
  EXPECT_LT(deviation, 0.05 * spread) << std::sqrt(deviation / spread);
  EXPECT_GT(spread, 1e-4);
}

TEST(OrbitError, SingularMatricesAreAnErrorAndNotANumber) {
  const auto images = data::image_set(data::synthetic_images);
  const auto orbit = data::make_orbit("shifts", {28, 28}, 4);
  const Eigen::MatrixXd same = mlp_gram(orbit->interleaved_poses(images->image(0), images->image(0)), 2, {});
  EXPECT_THROW(leave_one_out(same), SingularGram);
  EXPECT_THROW(spectral_error(same), SingularGram);
  EXPECT_THROW(group_error(same, orbit->group()), SingularGram);
  // Pooling takes all shifts for one.
  const Eigen::MatrixXd pooled = convolution_gram(
      orbit->interleaved_poses(images->image(0), images->image(1)), 28, 28, Pooling::gap, {});
  EXPECT_THROW(leave_one_out(pooled), SingularGram);
  EXPECT_THROW(group_error(pooled, orbit->group()), SingularGram);
  try {
    leave_one_out(Eigen::MatrixXd::Ones(4, 4));
    ADD_FAILURE();
  } catch (const SingularGram& error) {
    EXPECT_GT(error.condition_number(), max_condition_number);
    EXPECT_NE(std::string(error.what()).find("singular"), std::string::npos);
  }
  Eigen::MatrixXd nan = Eigen::MatrixXd::Identity(4, 4);
  nan(0, 0) = std::nan("");
  EXPECT_THROW(leave_one_out(nan), SingularGram);
  EXPECT_THROW(spectral_error(nan), SingularGram);
  EXPECT_THROW(group_error(nan, data::cyclic_group(2)), SingularGram);
  EXPECT_THROW(leave_one_out(Eigen::MatrixXd::Identity(3, 3)), std::logic_error);
  EXPECT_THROW(group_error(Eigen::MatrixXd::Identity(6, 6), data::cyclic_group(4)), std::logic_error);
}

// What a ridge leaves of pooled shifts: an error in proportion to it.
TEST(OrbitError, PooledShiftsHaveNoErrorInTheLimitOfNoRidge) {
  const auto images = data::image_set(data::synthetic_images);
  const auto orbit = data::make_orbit("shifts", {28, 28}, 4);
  const Eigen::MatrixXd pooled = convolution_gram(
      orbit->interleaved_poses(images->image(0), images->image(1)), 28, 28, Pooling::gap, {});
  double last = 0;
  for (const double ridge : {1e-6, 1e-7, 1e-8}) {
    const Eigen::MatrixXd gram = pooled + ridge * pooled(0, 0) * Eigen::MatrixXd::Identity(8, 8);
    const double error = leave_one_out(gram).error[0];
    EXPECT_GT(error, 0);
    EXPECT_LT(error, 1e5 * ridge);
    if (ridge < 1e-6) {
      EXPECT_NEAR(error / last, 0.1, 0.02);
    }
    last = error;
  }
}

}  // namespace
}  // namespace rgsweep::theory

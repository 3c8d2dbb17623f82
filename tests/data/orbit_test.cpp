#include "rgsweep/data/orbit.hpp"

#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/registry.hpp"
#include "rgsweep/core/rng.hpp"
#include "rgsweep/data/block_circulant.hpp"

namespace rgsweep::data {
namespace {

Orbit orbit_of(const char* group, ImageShape shape, int poses) {
  return {lookup(image_groups(), group, "group of images"), shape, poses};
}

Eigen::VectorXd noise(Eigen::Index size, std::uint64_t step = 0) {
  Stream stream(1, Purpose::train_sample, step);
  Eigen::VectorXd image(size);
  stream.uniform({image.data(), static_cast<std::size_t>(size)});
  return image;
}

/// A smooth image on a disk that a rotation by `angle` has turned, in closed form.
Eigen::VectorXd turned_spots(int side, double angle) {
  Eigen::VectorXd image(side * side);
  for (int row = 0; row < side; ++row)
    for (int column = 0; column < side; ++column) {
      const double y = row - 0.5 * (side - 1), x = column - 0.5 * (side - 1);
      // Where the pixel's value comes from.
      const double v = std::cos(angle) * y + std::sin(angle) * x,
                   u = std::cos(angle) * x - std::sin(angle) * y;
      const double width = side / 14.0;
      image[row * side + column] = std::exp(-((u - width) * (u - width) + v * v) / (2 * width * width)) +
                                   0.5 * std::exp(-(u * u + (v + width) * (v + width)) / (width * width));
    }
  return image;
}

struct Exact {
  const char* group;
  ImageShape shape;
  int poses;
};

class ExactOrbit : public testing::TestWithParam<Exact> {};

// T_g T_h = T_gh, to the last bit, and T_0 is the identity.
TEST_P(ExactOrbit, IsAGroupAction) {
  const auto& [name, shape, poses] = GetParam();
  const Orbit orbit = orbit_of(name, shape, poses);
  const Eigen::VectorXd image = noise(shape.pixels());
  const Eigen::MatrixXd all = orbit.raw_poses(image);
  EXPECT_EQ(all.col(0), image);
  for (int h = 0; h < poses; ++h) {
    const Eigen::MatrixXd again = orbit.raw_poses(all.col(h));
    for (int g = 0; g < poses; ++g) {
      EXPECT_EQ(again.col(g), all.col(orbit.group().product(g, h))) << g << " " << h;
      if (g != h) {
        EXPECT_NE(all.col(g), all.col(h));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Orbit, ExactOrbit,
                         testing::Values(Exact{"shifts", {3, 8}, 8}, Exact{"shifts", {5, 12}, 3},
                                         Exact{"shifts", {28, 28}, 28}, Exact{"dihedral", {6, 6}, 8},
                                         Exact{"dihedral", {7, 7}, 8}));

TEST(Orbit, QuarterTurnsOfRotationsAndDihedralAgree) {
  for (const int side : {6, 7}) {
    const Eigen::VectorXd image = noise(side * side);
    const Eigen::MatrixXd turned = orbit_of("rotations", {side, side}, 4).raw_poses(image),
                          exact = orbit_of("dihedral", {side, side}, 8).raw_poses(image);
    EXPECT_LT((turned - exact.leftCols(4)).cwiseAbs().maxCoeff(), 1e-13);
  }
}

// Bilinear interpolation errs by a curvature times the square of a pixel: a quarter on a grid twice as fine.
TEST(Orbit, RotationsTurnTheImageAndConvergeWithThePixels) {
  constexpr int poses = 12;
  double last = 0;
  for (const int side : {28, 56}) {
    const Eigen::MatrixXd turned =
        orbit_of("rotations", {side, side}, poses).raw_poses(turned_spots(side, 0));
    double worst = 0;
    for (int g = 0; g < poses; ++g)
      worst = std::max(
          worst,
          (turned.col(g) - turned_spots(side, 2 * std::numbers::pi * g / poses)).cwiseAbs().maxCoeff());
    EXPECT_LT(worst, side == 28 ? 0.06 : 0.017);
    if (side == 56) {
      EXPECT_NEAR(worst / last, 0.25, 0.08);
    }
    last = worst;
  }
}

TEST(Orbit, PosesAreCentredAndOfUnitNorm) {
  for (const ImageGroup& entry : image_groups()) {
    const int poses = entry.fixed_poses != 0 ? entry.fixed_poses : 4;
    const Orbit orbit(entry, {8, 8}, poses);
    const Eigen::VectorXd a = noise(64, 1), b = noise(64, 2);
    const Eigen::MatrixXd both = orbit.interleaved_poses(a, b), raw_a = orbit.raw_poses(a),
                          raw_b = orbit.raw_poses(b);
    ASSERT_EQ(both.cols(), 2 * poses);
    for (Eigen::Index i = 0; i < both.cols(); ++i) {
      Eigen::VectorXd pose = (i % 2 == 0 ? raw_a : raw_b).col(i / 2);
      pose.array() -= pose.mean();
      EXPECT_LT((both.col(i) - pose.normalized()).norm(), 1e-14);
      EXPECT_NEAR(both.col(i).mean(), 0, 1e-16);
      EXPECT_NEAR(both.col(i).norm(), 1, 1e-14);
    }
  }
}

// Every pose by its own map, also where the orbit makes it by turning another one.
TEST(Orbit, TurnedPosesAreInterpolatedOnes) {
  for (const ImageShape shape : {ImageShape{8, 8}, ImageShape{7, 7}, ImageShape{6, 9}})
    for (const int poses : {4, 6, 16}) {
      const ImageGroup& rotations = lookup(image_groups(), "rotations", "group of images");
      const Eigen::VectorXd image = noise(shape.pixels());
      const Eigen::MatrixXd all = Orbit(rotations, shape, poses).raw_poses(image);
      for (int g = 0; g < poses; ++g) {
        const PixelMap map = rotations.action(shape, poses, g);
        for (Eigen::Index p = 0; p < image.size(); ++p) {
          double sum = 0;
          const PixelTaps& taps = map[static_cast<std::size_t>(p)];
          for (int k = 0; k < 4; ++k)
            if (const double weight = taps.weight[static_cast<std::size_t>(k)]; weight != 0)
              sum += weight * image[taps.first + k % 2 + k / 2 * shape.columns];
          EXPECT_NEAR(all(p, g), sum, 1e-13) << g << " " << p;
        }
      }
    }
}

TEST(Orbit, ProductsAreThoseOfThePoses) {
  for (const ImageGroup& entry : image_groups())
    for (const ImageShape shape : {ImageShape{8, 8}, ImageShape{7, 7}, ImageShape{6, 9}, ImageShape{5, 9}})
      for (const int poses : {1, 2, 3, 4, 6, 8}) {
        if (entry.fixed_poses != 0 ? poses != entry.fixed_poses || shape.rows != shape.columns
                                   : !entry.full_turn && shape.columns % poses != 0)
          continue;
        const Orbit orbit(entry, shape, poses);
        const Eigen::VectorXd a = noise(shape.pixels(), 1), b = noise(shape.pixels(), 2);
        const Eigen::MatrixXd all = orbit.interleaved_poses(a, b), columns = orbit.interleaved_products(a, b),
                              products = all_columns(columns);
        EXPECT_EQ(columns.cols() * orbit.exact_turns(), all.cols());
        EXPECT_LT((products - all.transpose() * all).cwiseAbs().maxCoeff(), 1e-14) << entry.name << poses;
        EXPECT_EQ(products, products.transpose());
      }
}

TEST(Orbit, WhatHasNoOrbitIsRefused) {
  const Eigen::VectorXd grey = Eigen::VectorXd::Constant(16, 0.3);
  EXPECT_THROW(orbit_of("dihedral", {4, 4}, 8).interleaved_poses(noise(16), grey), Error);
  EXPECT_THROW(orbit_of("rotations", {4, 4}, 8).interleaved_poses(grey * 0, noise(16)), Error);
  EXPECT_THROW(orbit_of("shifts", {4, 4}, 2).raw_poses(noise(15)), std::logic_error);
  EXPECT_THROW(orbit_of("dihedral", {4, 4}, 4), std::logic_error);
  EXPECT_THROW(orbit_of("dihedral", {4, 5}, 8), UsageError);
  try {
    orbit_of("shifts", {28, 28}, 8);
    ADD_FAILURE();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "orbit.poses = 8 does not fit orbit.group = shifts of 28 x 28 images; allowed: divisors of "
                 "the 28 columns");
  }
}

TEST(Orbit, TheLastOneIsKept) {
  const auto first = make_orbit("rotations", {8, 8}, 4);
  EXPECT_EQ(make_orbit("rotations", {8, 8}, 4), first);
  EXPECT_NE(make_orbit("shifts", {8, 8}, 4), first);
  EXPECT_EQ(make_orbit("rotations", {8, 8}, 8)->group().order(), 8);
  EXPECT_EQ(make_orbit("rotations", {6, 8}, 8)->shape(), (ImageShape{6, 8}));
}

}  // namespace
}  // namespace rgsweep::data

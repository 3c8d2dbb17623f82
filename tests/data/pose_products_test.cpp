// The loops behind Orbit, on every variant that this processor has.
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "pose_functions.hpp"
#include "rgsweep/core/rng.hpp"
#include "rgsweep/data/block_circulant.hpp"

namespace rgsweep::data::pose_loops {
namespace {

constexpr Eigen::Index stride = 16, poses = 11;

Eigen::MatrixXd random_poses(Eigen::Index pixels) {
  Stream stream(3, Purpose::train_sample, 0);
  Eigen::MatrixXd result(stride, pixels);
  stream.uniform({result.data(), static_cast<std::size_t>(result.size())});
  result.bottomRows(stride - poses).setZero();
  return result;
}

void for_each_variant(const std::function<void(const Functions&)>& check) {
  for (std::size_t v = 0; v < variants().size(); ++v) {
    if (!variant_available(v)) continue;
    SCOPED_TRACE(variants()[v]);
    check(functions(v));
  }
}

TEST(PoseProducts, PosesAreWeightedSumsWithTheSameBitsOnEveryVariant) {
  constexpr Eigen::Index rows = 3, columns = 4, pixels = rows * columns, elements = 3;
  Stream stream(4, Purpose::train_sample, 0);
  std::vector<PixelTaps> taps(static_cast<std::size_t>(pixels * elements));
  for (PixelTaps& tap : taps) {
    tap.first =
        static_cast<int>(stream.below(static_cast<std::uint64_t>(pixels + columns + 1))) - columns - 1;
    stream.uniform(tap.weight);
  }
  Eigen::Matrix2Xd images(2, pixels + 2 * (columns + 1));
  stream.uniform({images.data(), static_cast<std::size_t>(images.size())});
  const double* first = images.data() + 2 * (columns + 1);
  Eigen::MatrixXd of_first_variant;
  for_each_variant([&](const Functions& functions) {
    Eigen::MatrixXd result = Eigen::MatrixXd::Constant(8, pixels, 7);
    functions.map({taps.data(), elements, columns}, pixels, first, 8, result.data());
    for (Eigen::Index p = 0; p < pixels; ++p)
      for (Eigen::Index g = 0; g < elements; ++g)
        for (Eigen::Index image = 0; image < 2; ++image) {
          const PixelTaps& tap = taps[static_cast<std::size_t>(p * elements + g)];
          const auto at = [&](Eigen::Index place) { return images(image, columns + 1 + tap.first + place); };
          EXPECT_NEAR(result(2 * g + image, p),
                      tap.weight[0] * at(0) + tap.weight[1] * at(1) + tap.weight[2] * at(columns) +
                          tap.weight[3] * at(columns + 1),
                      1e-15);
        }
    EXPECT_EQ(result.bottomRows(2), Eigen::MatrixXd::Zero(2, pixels));
    if (of_first_variant.size() == 0) of_first_variant = result;
    EXPECT_EQ(result, of_first_variant);
  });
}

TEST(PoseProducts, MeansAreMeans) {
  for (const Eigen::Index pixels : {1, 2, 7, 30})
    for_each_variant([&](const Functions& functions) {
      const Eigen::MatrixXd x = random_poses(pixels);
      Eigen::VectorXd mean(stride);
      functions.mean(x.data(), stride, pixels, mean.data());
      EXPECT_LT((mean - x.rowwise().mean()).cwiseAbs().maxCoeff(), 1e-15);
    });
}

/// Entry (s k + q, r): sum over all pixels p of pose q at turn^s(p) times pose r at p.
Eigen::MatrixXd plain_products(const Eigen::MatrixXd& x, const std::vector<int>& turned, int turns) {
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(turns * poses, poses);
  for (Eigen::Index p = 0; p < x.cols(); ++p) {
    Eigen::Index moved = p;
    for (int s = 0; s < turns; ++s) {
      result.middleRows(s * poses, poses) += x.col(moved).head(poses) * x.col(p).head(poses).transpose();
      moved = turned[static_cast<std::size_t>(moved)];
    }
  }
  return result;
}

// More cycles than one buffer holds, with and without a pixel that stays.
TEST(PoseProducts, PartsUnderTurnsMakeUpAllProducts) {
  for (const int turns : {1, 2, 4})
    for (const bool fixed : {false, true}) {
      if (turns == 1 && fixed) continue;
      const int count = 150, pixels = count * turns + (fixed ? 1 : 0);
      std::vector<int> cycles, turned(static_cast<std::size_t>(pixels), pixels - 1);
      for (int cycle = 0; cycle < count; ++cycle)
        for (int t = 0; t < turns; ++t) {
          const auto pixel = [&](int place) {
            return place % turns * count + (cycle * 7 + place % turns) % count;
          };
          cycles.push_back(pixel(t));
          turned[static_cast<std::size_t>(pixel(t))] = pixel(t + 1);
        }
      Eigen::MatrixXd x = random_poses(pixels);
      const Eigen::VectorXd mean = x.rowwise().mean();
      const Eigen::MatrixXd expected = plain_products(x.colwise() - mean, turned, turns);
      for_each_variant([&](const Functions& functions) {
        Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(stride, stride * turns);
        functions.add_products({turns, count, cycles.data(), fixed ? pixels - 1 : -1}, stride, x.data(),
                               mean.data(), sums.data());
        const Eigen::MatrixXd products = products_of_sums(sums, poses, turns);
        EXPECT_LT((products - expected).cwiseAbs().maxCoeff(), 1e-12) << turns << fixed;
        const Eigen::MatrixXd all = all_columns(products);
        EXPECT_EQ(all, all.transpose());
      });
    }
}

}  // namespace
}  // namespace rgsweep::data::pose_loops

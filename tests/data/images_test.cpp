#include "rgsweep/data/images.hpp"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "idx_files.hpp"
#include "rgsweep/core/error.hpp"

namespace rgsweep::data {
namespace {

using testing::HasSubstr;

// Three images of 1 x 2 pixels with labels 7, 7, 9.
const Bytes three_images = idx_bytes({3, 1, 2}, {0, 255, 51, 102, 5, 6});
const Bytes three_labels = idx_bytes({3}, {7, 7, 9});

std::string refusal(const std::filesystem::path& file) {
  try {
    static_cast<void>(read_images(file));
  } catch (const StoreError& error) {
    return error.what();
  }
  return "";
}

TEST(Images, ComeWithTheLabelsBesideThem) {
  const Folder folder;
  folder.write_gzip("t-labels-idx1-ubyte.gz", three_labels);
  const auto file = folder.write_gzip("t-images-idx3-ubyte.gz", three_images);
  const ImageSet images = read_images(file);
  EXPECT_EQ(images.size(), 3U);
  EXPECT_EQ(images.shape(), (ImageShape{1, 2}));
  EXPECT_EQ(images.image(0), Eigen::Vector2d(0, 1));
  EXPECT_EQ(images.image(1), Eigen::Vector2d(0.2, 0.4));
  EXPECT_EQ(images.label(0), 7);
  EXPECT_EQ(images.label(2), 9);
  EXPECT_THROW(images.image(3), std::logic_error);
  EXPECT_EQ(image_set(file.string())->shape(), images.shape());
}

TEST(Images, NeedNoLabels) {
  const Folder folder;
  folder.write("t-labels-idx1-ubyte", three_labels);
  EXPECT_EQ(read_images(folder.write("other", three_images)).label(2), -1);
  EXPECT_EQ(read_images(folder.write("u-images-idx3-ubyte", three_images)).label(2), -1);
}

TEST(Images, WhatIsNotASetOfImagesIsRefused) {
  const Folder folder;
  EXPECT_THAT(refusal(folder.write("labels", three_labels)), HasSubstr("does not hold images: it has 1"));
  EXPECT_THAT(refusal(folder.write("wide", idx_bytes({1, 1, 513}, Bytes(513)))),
              HasSubstr("a side of 513 pixels; allowed: 1 to 512"));
  folder.write("t-labels-idx1-ubyte", idx_bytes({2}, {7, 9}));
  EXPECT_THAT(refusal(folder.write("t-images-idx3-ubyte", three_images)),
              HasSubstr("does not hold one label for each of the 3 images"));
  EXPECT_THROW(ImageSet({2, 2}, Bytes(7), {}), std::logic_error);
  EXPECT_THROW(ImageSet({2, 2}, Bytes(8), Bytes(1)), std::logic_error);
}

TEST(Images, SyntheticClassesAreAlikeWithinAndDifferBetween) {
  const ImageSet images = make_synthetic_images();
  EXPECT_EQ(images.size(), 200U);
  double within = 0, between = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    within += (images.image(i) - images.image(i + 10)).squaredNorm();
    between += (images.image(i) - images.image(i + 11)).squaredNorm();
    EXPECT_EQ(images.label(i), static_cast<int>(i % 10));
    EXPECT_GT(images.image(i).maxCoeff(), 0.3);
  }
  EXPECT_LT(within, 0.7 * between);
  EXPECT_EQ(image_set(synthetic_images), image_set(synthetic_images));
  EXPECT_EQ(image_set(synthetic_images)->shape(), images.shape());
}

TEST(Images, PairsAreOfTwoClassesAndUniform) {
  // Of 7, 7, 9 the ordered pairs are (0,2), (1,2) with weight 1/3 and (2,0), (2,1) with 1/6.
  const ImageSet labelled({1, 2}, {0, 255, 51, 102, 5, 6}, {7, 7, 9});
  std::map<std::pair<std::size_t, std::size_t>, int> count;
  for (std::uint64_t pair = 0; pair < 6000; ++pair) {
    const ImagePair drawn = draw_pair(labelled, 1, pair);
    ++count[{drawn.a, drawn.b}];
  }
  EXPECT_EQ(count.size(), 4U);
  const std::pair<std::size_t, std::size_t> likely[] = {{0, 2}, {1, 2}}, unlikely[] = {{2, 0}, {2, 1}};
  for (const auto& pair : likely) EXPECT_NEAR(count[pair], 2000, 150);  // 4 standard deviations
  for (const auto& pair : unlikely) EXPECT_NEAR(count[pair], 1000, 120);
  const ImageSet unlabelled({1, 2}, {0, 255, 51, 102, 5, 6}, {});
  std::set<std::pair<std::size_t, std::size_t>> pairs;
  for (std::uint64_t pair = 0; pair < 200; ++pair) {
    const ImagePair drawn = draw_pair(unlabelled, 1, pair);
    EXPECT_NE(drawn.a, drawn.b);
    pairs.insert({drawn.a, drawn.b});
  }
  EXPECT_EQ(pairs.size(), 6U);
}

TEST(Images, PairsDependOnSeedAndNumberAlone) {
  const ImageSet images = make_synthetic_images();
  const auto text = [&](std::uint64_t seed, std::uint64_t pair) {
    const ImagePair drawn = draw_pair(images, seed, pair);
    return std::to_string(drawn.a) + " " + std::to_string(drawn.b);
  };
  EXPECT_EQ(text(3, 5), text(3, 5));
  EXPECT_NE(text(3, 5), text(3, 6));
  EXPECT_NE(text(3, 5), text(4, 5));
  EXPECT_THROW(draw_pair(ImageSet({1, 1}, {1, 2}, {4, 4}), 0, 0), StoreError);
  EXPECT_THROW(draw_pair(ImageSet({1, 1}, {1}, {}), 0, 0), StoreError);
}

}  // namespace
}  // namespace rgsweep::data

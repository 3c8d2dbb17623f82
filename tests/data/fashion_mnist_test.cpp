// The real files: of the Debian package dataset-fashion-mnist, where that is installed.
#include <filesystem>

#include <gtest/gtest.h>

#include "rgsweep/data/idx.hpp"
#include "rgsweep/data/images.hpp"

namespace rgsweep::data {
namespace {

const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";

TEST(FashionMnist, BothSetsAreRead) {
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "dataset-fashion-mnist is not installed";
  for (const auto& [name, size] : {std::pair("t10k", 10'000U), std::pair("train", 60'000U)}) {
    const ImageSet images = read_images(folder / (std::string(name) + "-images-idx3-ubyte.gz"));
    ASSERT_EQ(images.size(), size);
    EXPECT_EQ(images.shape(), (ImageShape{28, 28}));
    std::vector<unsigned> count(10);
    for (std::size_t i = 0; i < size; ++i) ++count[static_cast<std::size_t>(images.label(i))];
    for (const unsigned each : count) EXPECT_EQ(each, size / 10);
    EXPECT_GT(images.image(0).maxCoeff(), 0.5);
  }
}

}  // namespace
}  // namespace rgsweep::data

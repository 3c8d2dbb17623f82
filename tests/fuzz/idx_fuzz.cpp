// Any bytes as a file of images, plain or compressed: refused, or a set whose every image and label can be
// read. With a small limit, so that whole files of the largest size are tried too.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "../temporary_folder.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/data/idx.hpp"
#include "rgsweep/data/images.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace rgsweep;
  static const TemporaryFolder folder;
  // The same bytes as images and as their labels.
  const std::filesystem::path images = folder / "x-images-idx3-ubyte",
                              labels = folder / "x-labels-idx1-ubyte";
  for (const auto& path : {images, labels})
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  try {
    const data::IdxArray array = data::read_idx(images, 4096);
    std::size_t product = 1;
    for (const std::size_t extent : array.extents) product *= extent;
    if (product != array.values.size() || product > 4096) std::abort();
    if (data::read_idx_extents(images) != array.extents) std::abort();
  } catch (const StoreError&) {
  }
  for (const bool with_labels : {true, false}) try {
      if (!with_labels) std::filesystem::remove(labels);
      const data::ImageSet set = data::read_images(images);
      const Eigen::VectorXd last = set.image(set.size() - 1);
      if (!(last.minCoeff() >= 0 && last.maxCoeff() <= 1) || set.label(set.size() - 1) > 255) std::abort();
      const data::ImagePair pair = data::draw_pair(set, 0, 0);
      if (pair.a == pair.b || pair.b >= set.size()) std::abort();
    } catch (const StoreError&) {
    }
  return 0;
}

// Sets of grey images of one size, with a class for each where that is known: read from IDX files or made by
// the program. Classes come from the file of labels that MNIST keeps beside its images: for
// NAME-images-idx3-ubyte it is NAME-labels-idx1-ubyte, with .gz where the images have it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace rgsweep::data {

/// The source of images that the program makes itself.
inline constexpr const char* synthetic_images = "synthetic";

/// Sides of an image, in pixels, that are accepted.
inline constexpr int max_image_side = 512;

struct ImageShape {
  int rows = 0;
  int columns = 0;
  int pixels() const { return rows * columns; }
  bool operator==(const ImageShape&) const = default;
};

class ImageSet {
 public:
  /// `pixels` row by row, image after image; `labels` one for each image, or none at all. Throws
  /// std::logic_error unless the sizes fit.
  ImageSet(ImageShape shape, std::vector<std::uint8_t> pixels, std::vector<std::uint8_t> labels);

  ImageShape shape() const { return shape_; }
  std::size_t size() const { return size_; }
  /// Grey values in [0, 1], row by row.
  Eigen::VectorXd image(std::size_t index) const;
  /// The class of an image; -1 where it is not known.
  int label(std::size_t index) const { return labels_.empty() ? -1 : labels_[index]; }
  /// Numbers of the images of a class, increasing; none for -1.
  const std::vector<std::size_t>& members(int label) const;

 private:
  ImageShape shape_;
  std::size_t size_;
  std::vector<std::uint8_t> pixels_, labels_;
  std::vector<std::vector<std::size_t>> members_;
};

/// Images of the file, and their classes where the file of labels is there. Throws StoreError for what
/// read_idx() refuses, for other than three dimensions, sides of more than max_image_side, or labels that are
/// not one for each image.
ImageSet read_images(const std::filesystem::path& file);

/// 200 images of 28 x 28 pixels in ten classes: each class has four Gaussian spots of its own, whose places
/// and strengths vary a little from image to image.
ImageSet make_synthetic_images();

/// The set that `source` names, synthetic_images or a file. Each is made once and kept; safe to call from
/// threads.
std::shared_ptr<const ImageSet> image_set(const std::string& source);

struct ImagePair {
  std::size_t a = 0;
  std::size_t b = 0;
};

/// The pair of number `pair` for `seed`: a uniform over all images, b over those of another class, or over
/// all others where classes are not known. Throws StoreError where there is no such b.
ImagePair draw_pair(const ImageSet& images, std::uint64_t seed, std::uint64_t pair);

}  // namespace rgsweep::data

#include "rgsweep/data/images.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <stdexcept>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/core/rng.hpp"
#include "rgsweep/data/idx.hpp"

namespace rgsweep::data {

namespace {

constexpr ImageShape synthetic_shape{28, 28};
constexpr std::size_t synthetic_size = 200, synthetic_classes = 10;

struct Spot {
  double row, column, radius, strength;
};

std::array<Spot, 4> spots_of_class(std::size_t label) {
  Stream stream(hash("synthetic class"), Purpose::train_sample, label);
  std::array<Spot, 4> spots{};
  for (Spot& spot : spots)
    spot = {6 + 15 * stream.uniform(), 6 + 15 * stream.uniform(), 1.5 + 2.5 * stream.uniform(),
            0.4 + 0.6 * stream.uniform()};
  return spots;
}

std::uint8_t grey(const std::array<Spot, 4>& spots, int row, int column) {
  double sum = 0;
  for (const Spot& spot : spots) {
    const double y = (row - spot.row) / spot.radius, x = (column - spot.column) / spot.radius;
    sum += spot.strength * std::exp(-0.5 * (x * x + y * y));
  }
  return static_cast<std::uint8_t>(std::lround(255 * std::min(sum, 1.0)));
}

ImageShape shape_of(const std::filesystem::path& file, const std::vector<std::size_t>& extents) {
  if (extents.size() != 3)
    throw StoreError(file.string() + " does not hold images: it has " + std::to_string(extents.size()) +
                     " dimensions; allowed: 3 (image, row, column)");
  for (const std::size_t side : {extents[1], extents[2]})
    if (side > static_cast<std::size_t>(max_image_side))
      throw StoreError(file.string() + " holds images with a side of " + std::to_string(side) +
                       " pixels; allowed: 1 to " + std::to_string(max_image_side));
  return {static_cast<int>(extents[1]), static_cast<int>(extents[2])};
}

/// Empty where there is no such file.
std::vector<std::uint8_t> labels_beside(const std::filesystem::path& images, std::size_t count) {
  std::string name = images.filename().string();
  const std::string ending = "images-idx3";
  const std::size_t at = name.rfind(ending);
  if (at == std::string::npos) return {};
  const std::filesystem::path file = images.parent_path() / name.replace(at, ending.size(), "labels-idx1");
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  IdxArray labels = read_idx(file);
  if (labels.extents.size() != 1 || labels.values.size() != count)
    throw StoreError(file.string() + " does not hold one label for each of the " + std::to_string(count) +
                     " images of " + images.string());
  return std::move(labels.values);
}

}  // namespace

ImageSet::ImageSet(ImageShape shape, std::vector<std::uint8_t> pixels, std::vector<std::uint8_t> labels)
    : shape_(shape), pixels_(std::move(pixels)), labels_(std::move(labels)) {
  const auto each = static_cast<std::size_t>(std::max(shape.pixels(), 0));
  size_ = each == 0 ? 0 : pixels_.size() / each;
  if (size_ == 0 || size_ * each != pixels_.size() || (!labels_.empty() && labels_.size() != size_))
    throw std::logic_error("an image set of the wrong size");
  members_.resize(std::size_t{std::numeric_limits<std::uint8_t>::max()} + 1);
  for (std::size_t i = 0; i < labels_.size(); ++i) members_[labels_[i]].push_back(i);
}

const std::vector<std::size_t>& ImageSet::members(int label) const {
  static const std::vector<std::size_t> none;
  return label < 0 ? none : members_.at(static_cast<std::size_t>(label));
}

Eigen::VectorXd ImageSet::image(std::size_t index) const {
  if (index >= size_) throw std::logic_error("no such image");
  const auto each = static_cast<std::size_t>(shape_.pixels());
  using Bytes = Eigen::Map<const Eigen::Matrix<std::uint8_t, Eigen::Dynamic, 1>>;
  return Bytes(pixels_.data() + index * each, shape_.pixels()).cast<double>() / 255;
}

ImageSet read_images(const std::filesystem::path& file) {
  // A file of something else is refused before all of it is read.
  const ImageShape shape = shape_of(file, read_idx_extents(file));
  IdxArray images = read_idx(file);
  std::vector<std::uint8_t> labels = labels_beside(file, images.extents[0]);
  return {shape, std::move(images.values), std::move(labels)};
}

ImageSet make_synthetic_images() {
  std::vector<std::uint8_t> pixels, labels;
  for (std::size_t i = 0; i < synthetic_size; ++i) {
    const std::size_t label = i % synthetic_classes;
    std::array<Spot, 4> spots = spots_of_class(label);
    Stream stream(hash("synthetic image"), Purpose::train_sample, i);
    for (Spot& spot : spots) {
      spot.row += stream.normal();
      spot.column += stream.normal();
      spot.strength *= 0.8 + 0.4 * stream.uniform();
    }
    for (int row = 0; row < synthetic_shape.rows; ++row)
      for (int column = 0; column < synthetic_shape.columns; ++column)
        pixels.push_back(grey(spots, row, column));
    labels.push_back(static_cast<std::uint8_t>(label));
  }
  return {synthetic_shape, std::move(pixels), std::move(labels)};
}

std::shared_ptr<const ImageSet> image_set(const std::string& source) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const ImageSet>> sets;
  const std::lock_guard lock(mutex);
  std::shared_ptr<const ImageSet>& set = sets[source];
  if (!set)
    set = std::make_shared<const ImageSet>(source == synthetic_images ? make_synthetic_images()
                                                                      : read_images(source));
  return set;
}

ImagePair draw_pair(const ImageSet& images, std::uint64_t seed, std::uint64_t pair) {
  Stream stream(hash("image pairs seed=" + std::to_string(seed)), Purpose::train_sample, pair);
  const std::size_t a = stream.below(images.size());
  const std::vector<std::size_t> itself{a};
  const std::vector<std::size_t>& excluded = images.label(a) < 0 ? itself : images.members(images.label(a));
  if (excluded.size() == images.size()) throw StoreError("there are no two images of different classes");
  const std::size_t left = stream.below(images.size() - excluded.size());
  // excluded[i] - i images that may be b come before excluded[i].
  std::size_t before = 0;
  for (std::size_t end = excluded.size(); before < end;) {
    const std::size_t middle = before + (end - before) / 2;
    if (excluded[middle] - middle <= left)
      before = middle + 1;
    else
      end = middle;
  }
  return {a, left + before};
}

}  // namespace rgsweep::data

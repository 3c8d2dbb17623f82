// Groups that act on images (key orbit.group) and the poses of an image under them, its orbit. Element g of
// the group takes image x to T_g x with T_g T_h = T_gh; every pose is then centred and scaled to norm 1.
//   rotations  by 2 pi g / N about the centre, bilinear between pixels, 0 from outside: a group action up
//              to the interpolation only (exact for N = 1, 2, 4 on square images)
//   shifts     of the columns by g columns / N, cyclically: exact
//   dihedral   quarter turns and reflections of square images: exact
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "rgsweep/data/finite_group.hpp"
#include "rgsweep/data/images.hpp"

namespace rgsweep::data {

/// A pixel of a pose: four pixels of the image and their weights. An exact action has one that counts.
struct PixelTaps {
  std::array<int, 4> source{};
  std::array<double, 4> weight{};
};

/// T_g: the taps of every pixel.
using PixelMap = std::vector<PixelTaps>;

struct ImageGroup {
  std::string_view name;
  std::string_view summary;
  int fixed_poses;  ///< its order; 0 where orbit.poses chooses it
  FiniteGroup (*make)(int poses);
  /// Throws UsageError where images of this shape do not have `poses` such poses.
  void (*check)(ImageShape shape, int poses);
  PixelMap (*action)(ImageShape shape, int poses, int element);
  bool full_turn;  ///< elements g + poses / 4 and g + poses / 2 are a quarter and half a turn after g
};

std::span<const ImageGroup> image_groups();

/// The poses of images of one shape. Half a turn of an image is its pixels in reverse, and a quarter turn of
/// a square one an exchange of pixels: rotations that are such turns of others are not interpolated again.
class Orbit {
 public:
  /// `poses` is the order of the group; checked.
  Orbit(const ImageGroup& entry, ImageShape shape, int poses);

  const FiniteGroup& group() const { return group_; }
  ImageShape shape() const { return shape_; }

  /// T_g x for every element g: pixels x order.
  Eigen::MatrixXd raw_poses(const Eigen::VectorXd& image) const;
  /// Poses A0, B0, A1, B1, ... of two images, each centred and of norm 1: pixels x 2 order. Throws Error for
  /// a pose without contrast.
  Eigen::MatrixXd interleaved_poses(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const;
  /// The inner products of these poses, 2 order x 2 order. Where half turns are among the poses, products of
  /// even and of odd parts under these make up all, for a quarter of the work.
  Eigen::MatrixXd interleaved_products(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const;

 private:
  /// Poses that are made by their own map, in a matrix with room for all.
  template <int images>
  Eigen::MatrixXd mapped_poses(const Eigen::Matrix<double, images, Eigen::Dynamic>& pixels) const;
  /// The same centred and of norm 1, and their quarter turns.
  Eigen::MatrixXd unturned_poses(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const;
  void append_quarter_turns(Eigen::MatrixXd& poses) const;
  void append_half_turns(Eigen::MatrixXd& poses) const;

  FiniteGroup group_;
  ImageShape shape_;
  std::vector<PixelMap> actions_;
  std::vector<int> quarter_turn_;  ///< the pixel from which each one comes; empty: not used
  bool half_turns_ = false;        ///< the second half of the poses are half turns of the first
};

/// The orbit of a group of the table; the last one made is kept, for each thread.
std::shared_ptr<const Orbit> make_orbit(std::string_view group, ImageShape shape, int poses);

}  // namespace rgsweep::data

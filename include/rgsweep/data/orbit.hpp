// Groups that act on images (key orbit.group) and the poses of an image under them, its orbit. Element g of
// the group takes image x to T_g x with T_g T_h = T_gh; every pose is then centred and scaled to norm 1.
//   rotations  by 2 pi g / N about the centre, bilinear between pixels, 0 from outside: a group action up
//              to the interpolation only (exact for N = 1, 2, 4 on square images)
//   shifts     of the columns by g columns / N, cyclically: exact
//   dihedral   quarter turns and reflections of square images: exact
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "rgsweep/data/finite_group.hpp"
#include "rgsweep/data/images.hpp"
#include "rgsweep/data/pixel_taps.hpp"

namespace rgsweep::data {

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
  /// 4 or 2 where poses are quarter or half turns of others to the last bit, else 1.
  int exact_turns() const { return turns_; }

  /// T_g x for every element g: pixels x order.
  Eigen::MatrixXd raw_poses(const Eigen::VectorXd& image) const;
  /// Poses A0, B0, A1, B1, ... of two images, each centred and of norm 1: pixels x 2 order. Throws Error for
  /// a pose without contrast.
  Eigen::MatrixXd interleaved_poses(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const;
  /// The inner products of these poses, a block-circulant matrix (block_circulant.hpp) of exact_turns()
  /// blocks: 2 order x 2 order / exact_turns(). Throws as interleaved_poses().
  Eigen::MatrixXd interleaved_products(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const;

 private:
  /// Poses that are made by their own map, A0, B0, A1, ...: stride_ x pixels, zeros below the last one.
  Eigen::MatrixXd mapped_poses(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const;
  Eigen::Index mapped() const { return 2 * static_cast<Eigen::Index>(group_.order() / turns_); }
  /// Fills the columns of all poses from those that are made by their own map.
  void append_turns(Eigen::MatrixXd& poses) const;

  FiniteGroup group_;
  ImageShape shape_;
  int turns_ = 1;
  Eigen::Index stride_ = 0;      ///< mapped(), rounded up to whole vectors
  std::vector<PixelTaps> taps_;  ///< pixel by pixel, of the elements that are mapped
  std::vector<int> turned_;      ///< the pixel from which each one comes in a turn; empty for one turn
  std::vector<int> cycles_;      ///< p, turned(p), turned(turned(p)), ...: exact_turns() pixels each
  int fixed_pixel_ = -1;         ///< the one that turns leave where it is, in no cycle
};

/// The orbit of a group of the table; the last one made is kept, for each thread.
std::shared_ptr<const Orbit> make_orbit(std::string_view group, ImageShape shape, int poses);

}  // namespace rgsweep::data

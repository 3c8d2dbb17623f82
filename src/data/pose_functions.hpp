// The loops behind Orbit (orbit.hpp) for each variant (rgsweep/core/variant.hpp): poses of two images, and
// sums of products of poses. P pixels; k poses in order A0, B0, A1, ..., which are the rows of matrices of
// `stride` >= k rows, a multiple of pose_rows, whose other rows are zero.
//   Products of turned poses come from their parts under the turns (order m): with x_t the pixel at place t
//   of
// a cycle of m pixels and s the distance of two poses in turns, sum_t x_t y_(t+s) is for
//   m = 1  X Y                                    X = x_0
//   m = 2  (E E' + (-1)^s O O') / 2               E = x_0 + x_1, O = x_0 - x_1
//   m = 4  (E E' + (-1)^s O O') / 4 + (C C' + D D', C D' - D C', ...)_s / 2
//          E, O = x_0 + x_2 +- (x_1 + x_3), C = x_0 - x_2, D = x_1 - x_3, signs of the last -+ for s = 2, 3
// which takes 1, 1/2 and 3/8 of the multiplications.
#pragma once

#include <Eigen/Core>

#include "rgsweep/core/variant.hpp"
#include "rgsweep/data/pixel_taps.hpp"

namespace rgsweep::data::pose_loops {

inline constexpr Eigen::Index pose_rows = 8;

struct Cycles {
  int turns;  ///< m
  Eigen::Index count;
  const int* pixels;  ///< count x m, cycle after cycle
  int fixed_pixel;    ///< alone in a cycle of all m; -1: there is none
};

/// taps[p elements + g] of pixel p under element g.
struct Maps {
  const PixelTaps* taps;
  Eigen::Index elements;
  Eigen::Index columns;  ///< of the image
};

struct Functions {
  /// images 2 x P with a margin of columns + 1 pixels on both sides; poses stride x P of 2 elements poses.
  void (*map)(const Maps& maps, Eigen::Index pixels, const double* images, Eigen::Index stride,
              double* poses);
  /// Of each of stride poses.
  void (*mean)(const double* poses, Eigen::Index stride, Eigen::Index pixels, double* mean);
  /// Adds the sums over all cycles of products of the parts of poses whose means have been subtracted: m
  /// matrices (stride x stride) after each other, X X' | E E', O O' | E E', O O', C C' + D D', C D'. Of all
  /// but C D' only the lower triangle.
  void (*add_products)(const Cycles& cycles, Eigen::Index stride, const double* poses, const double* means,
                       double* sums);
};

const Functions& functions(std::size_t variant = chosen_variant());

/// The first columns of the products of all poses, turns k x k (block_circulant.hpp), from what
/// Functions::add_products() has summed (stride x stride turns).
Eigen::MatrixXd products_of_sums(const Eigen::MatrixXd& sums, Eigen::Index k, int turns);

}  // namespace rgsweep::data::pose_loops

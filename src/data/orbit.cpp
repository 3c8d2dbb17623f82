#include "rgsweep/data/orbit.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/registry.hpp"
#include "rgsweep/data/inner_products.hpp"

namespace rgsweep::data {

namespace {

/// Poses whose values vary by less than this part of their size are without contrast.
constexpr double least_contrast = 1e-12;

std::string text(ImageShape shape) {
  return std::to_string(shape.rows) + " x " + std::to_string(shape.columns);
}

/// The pixel (row, column) shows the one that from(row, column) says.
template <class From>
PixelMap exact_map(ImageShape shape, From from) {
  PixelMap map;
  for (int row = 0; row < shape.rows; ++row)
    for (int column = 0; column < shape.columns; ++column) {
      const auto [source_row, source_column] = from(row, column);
      const int source = source_row * shape.columns + source_column;
      map.push_back({{source, source, source, source}, {1, 0, 0, 0}});
    }
  return map;
}

PixelMap rotation(ImageShape shape, int poses, int element) {
  const double angle = 2 * std::numbers::pi * element / poses, cosine = std::cos(angle),
               sine = std::sin(angle);
  const double middle_row = 0.5 * (shape.rows - 1), middle_column = 0.5 * (shape.columns - 1);
  PixelMap map;
  for (int to_row = 0; to_row < shape.rows; ++to_row)
    for (int to_column = 0; to_column < shape.columns; ++to_column) {
      const double y = to_row - middle_row, x = to_column - middle_column;
      const double row = middle_row + cosine * y + sine * x, column = middle_column - sine * y + cosine * x;
      const double top = std::floor(row), left = std::floor(column);
      PixelTaps& taps = map.emplace_back();
      for (std::size_t corner = 0; corner < 4; ++corner) {
        const double at_row = corner < 2 ? top : top + 1, at_column = corner % 2 == 0 ? left : left + 1;
        if (at_row < 0 || at_row >= shape.rows || at_column < 0 || at_column >= shape.columns) continue;
        taps.source[corner] = static_cast<int>(at_row) * shape.columns + static_cast<int>(at_column);
        taps.weight[corner] = (1 - std::abs(row - at_row)) * (1 - std::abs(column - at_column));
      }
    }
  return map;
}

struct Place {
  int row, column;
};

PixelMap shift(ImageShape shape, int poses, int element) {
  const int distance = element * (shape.columns / poses);
  return exact_map(shape, [&](int row, int column) {
    return Place{row, (column - distance + shape.columns) % shape.columns};
  });
}

PixelMap dihedral_action(ImageShape shape, int, int element) {
  const int last = shape.rows - 1;
  return exact_map(shape, [&](int row, int column) {
    Place place{row, column};
    for (int turn = 0; turn < element % 4; ++turn) place = {place.column, last - place.row};
    if (element >= 4) place.column = last - place.column;
    return place;
  });
}

void check_rotations(ImageShape, int) {}

void check_shifts(ImageShape shape, int poses) {
  if (shape.columns % poses != 0)
    throw UsageError("orbit.poses = " + std::to_string(poses) + " does not fit orbit.group = shifts of " +
                     text(shape) + " images; allowed: divisors of the " + std::to_string(shape.columns) +
                     " columns");
}

void check_dihedral(ImageShape shape, int) {
  if (shape.rows != shape.columns)
    throw UsageError("orbit.group = dihedral does not fit images of " + text(shape) +
                     " pixels; allowed: square images");
}

}  // namespace

std::span<const ImageGroup> image_groups() {
  static const ImageGroup table[] = {
      {"rotations", "by equally spaced angles, interpolated", 0, cyclic_group, check_rotations, rotation,
       true},
      {"shifts", "of the columns, cyclic and exact", 0, cyclic_group, check_shifts, shift, false},
      {"dihedral", "quarter turns and reflections, exact", 8, [](int) { return dihedral_group(4); },
       check_dihedral, dihedral_action, false},
  };
  return table;
}

Orbit::Orbit(const ImageGroup& entry, ImageShape shape, int poses) : shape_(shape) {
  if (poses < 1 || (entry.fixed_poses != 0 && poses != entry.fixed_poses))
    throw std::logic_error("an orbit of " + std::to_string(poses) + " poses under " +
                           std::string(entry.name));
  entry.check(shape, poses);
  group_ = entry.make(poses);
  half_turns_ = entry.full_turn && poses % 2 == 0;
  const bool quarter_turns = entry.full_turn && poses % 4 == 0 && shape.rows == shape.columns;
  const int mapped = quarter_turns ? poses / 4 : half_turns_ ? poses / 2 : poses;
  for (int g = 0; g < mapped; ++g) actions_.push_back(entry.action(shape, poses, g));
  if (quarter_turns)
    for (const PixelTaps& taps : dihedral_action(shape, 8, 1)) quarter_turn_.push_back(taps.source[0]);
}

template <int images>
Eigen::MatrixXd Orbit::mapped_poses(const Eigen::Matrix<double, images, Eigen::Dynamic>& pixels) const {
  if (pixels.cols() != shape_.pixels()) throw std::logic_error("an image of another shape than its orbit");
  Eigen::MatrixXd poses(pixels.cols(), images * group_.order());
  for (std::size_t g = 0; g < actions_.size(); ++g) {
    const PixelTaps* taps = actions_[g].data();
    for (Eigen::Index p = 0; p < pixels.cols(); ++p, ++taps) {
      const auto tap = [&](std::size_t k) { return taps->weight[k] * pixels.col(taps->source[k]); };
      const Eigen::Matrix<double, images, 1> sum = (tap(0) + tap(1)) + (tap(2) + tap(3));
      for (Eigen::Index i = 0; i < images; ++i) poses(p, images * static_cast<Eigen::Index>(g) + i) = sum[i];
    }
  }
  return poses;
}

void Orbit::append_quarter_turns(Eigen::MatrixXd& poses) const {
  if (quarter_turn_.empty()) return;
  const Eigen::Index quarter = poses.cols() / 4;
  for (Eigen::Index column = quarter; column < 2 * quarter; ++column) {
    const double* before = poses.data() + (column - quarter) * poses.rows();
    double* pose = poses.data() + column * poses.rows();
    for (std::size_t p = 0; p < quarter_turn_.size(); ++p) pose[p] = before[quarter_turn_[p]];
  }
}

void Orbit::append_half_turns(Eigen::MatrixXd& poses) const {
  const Eigen::Index half = poses.cols() / 2;
  if (half_turns_) poses.rightCols(half) = poses.leftCols(half).colwise().reverse();
}

Eigen::MatrixXd Orbit::raw_poses(const Eigen::VectorXd& image) const {
  Eigen::MatrixXd poses = mapped_poses<1>(image.transpose());
  append_quarter_turns(poses);
  append_half_turns(poses);
  return poses;
}

Eigen::MatrixXd Orbit::unturned_poses(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const {
  if (a.size() != b.size()) throw std::logic_error("two images of different shapes");
  Eigen::Matrix2Xd both(2, a.size());
  both << a.transpose(), b.transpose();
  Eigen::MatrixXd poses = mapped_poses<2>(both);
  for (auto pose : poses.leftCols(2 * static_cast<Eigen::Index>(actions_.size())).colwise()) {
    const double size = pose.norm();
    pose.array() -= pose.mean();
    const double norm = pose.norm();
    if (!(norm > least_contrast * size)) throw Error("an image without contrast has no orbit");
    pose /= norm;
  }
  append_quarter_turns(poses);
  return poses;
}

Eigen::MatrixXd Orbit::interleaved_poses(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const {
  Eigen::MatrixXd poses = unturned_poses(a, b);
  append_half_turns(poses);
  return poses;
}

Eigen::MatrixXd Orbit::interleaved_products(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const {
  const Eigen::MatrixXd poses = unturned_poses(a, b);
  if (!half_turns_) return inner_products(poses);
  // Half a turn R exchanges pixel p and p' = P - 1 - p. With e = x_p + x_p' and o = x_p - x_p' of both
  // images, x.y = sum (e e + o o) / 2 and (R x).y = sum (e e - o o) / 2, the sums over pairs of pixels. A
  // pixel in the middle is its own partner, and counts as e = sqrt(2) x_p.
  const Eigen::Index n = poses.cols(), half = n / 2, pairs = poses.rows() / 2, middle = poses.rows() % 2;
  const auto first = poses.topLeftCorner(pairs, half), last = poses.bottomLeftCorner(pairs, half);
  Eigen::MatrixXd even(pairs + middle, half), odd(pairs, half);
  even.topRows(pairs) = first + last.colwise().reverse();
  odd = first - last.colwise().reverse();
  if (middle != 0) even.row(pairs) = std::numbers::sqrt2 * poses.row(pairs).head(half);
  const Eigen::MatrixXd of_even = inner_products(even), of_odd = inner_products(odd);
  Eigen::MatrixXd products(n, n);
  products.topLeftCorner(half, half) = products.bottomRightCorner(half, half) = (of_even + of_odd) / 2;
  products.topRightCorner(half, half) = products.bottomLeftCorner(half, half) = (of_even - of_odd) / 2;
  return products;
}

std::shared_ptr<const Orbit> make_orbit(std::string_view group, ImageShape shape, int poses) {
  struct Kept {
    std::string group;
    std::shared_ptr<const Orbit> orbit;
  };
  thread_local Kept kept;
  if (!kept.orbit || kept.group != group || !(kept.orbit->shape() == shape) ||
      kept.orbit->group().order() != poses)
    kept = {std::string(group),
            std::make_shared<const Orbit>(lookup(image_groups(), group, "group of images"), shape, poses)};
  return kept.orbit;
}

}  // namespace rgsweep::data

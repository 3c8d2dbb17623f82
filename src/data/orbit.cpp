#include "rgsweep/data/orbit.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

#include "pose_functions.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/registry.hpp"

namespace rgsweep::data {

namespace {

/// Poses whose values vary by less than this part of their size are without contrast.
constexpr double least_contrast = 1e-12;

void require_contrast(double norm, double size) {
  if (!(norm > least_contrast * size)) throw Error("an image without contrast has no orbit");
}

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
      map.push_back({source_row * shape.columns + source_column, {1, 0, 0, 0}});
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
      if (top < -1 || top >= shape.rows || left < -1 || left >= shape.columns) {
        map.emplace_back();
        continue;
      }
      PixelTaps& taps = map.emplace_back();
      taps.first = static_cast<int>(top) * shape.columns + static_cast<int>(left);
      for (std::size_t corner = 0; corner < 4; ++corner) {
        const double at_row = corner < 2 ? top : top + 1, at_column = corner % 2 == 0 ? left : left + 1;
        if (at_row < 0 || at_row >= shape.rows || at_column < 0 || at_column >= shape.columns) continue;
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
  if (entry.full_turn && poses % 2 == 0) turns_ = poses % 4 == 0 && shape.rows == shape.columns ? 4 : 2;
  const Eigen::Index rows = pose_loops::pose_rows;
  stride_ = (mapped() + rows - 1) / rows * rows;
  const auto elements = static_cast<std::size_t>(poses / turns_),
             pixels = static_cast<std::size_t>(shape.pixels());
  taps_.resize(elements * pixels);
  for (std::size_t g = 0; g < elements; ++g) {
    const PixelMap map = entry.action(shape, poses, static_cast<int>(g));
    for (std::size_t p = 0; p < pixels; ++p) taps_[p * elements + g] = map[p];
  }
  const int last = shape.pixels() - 1;
  if (turns_ == 2)
    for (int p = 0; p <= last; ++p) turned_.push_back(last - p);
  if (turns_ == 4)
    for (const PixelTaps& taps : dihedral_action(shape, 8, 1)) turned_.push_back(taps.first);
  std::vector<bool> seen(pixels);
  for (int first = 0; first <= last; ++first) {
    if (seen[static_cast<std::size_t>(first)]) continue;
    if (turns_ > 1 && turned_[static_cast<std::size_t>(first)] == first) {
      fixed_pixel_ = first;
      continue;
    }
    for (int turn = 0, p = first; turn < turns_; ++turn) {
      cycles_.push_back(p);
      seen[static_cast<std::size_t>(p)] = true;
      if (turns_ > 1) p = turned_[static_cast<std::size_t>(p)];
    }
  }
}

Eigen::MatrixXd Orbit::mapped_poses(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const {
  if (a.size() != shape_.pixels() || b.size() != shape_.pixels())
    throw std::logic_error("an image of another shape than its orbit");
  // Taps reach this far beyond the image.
  const Eigen::Index margin = shape_.columns + 1;
  Eigen::Matrix2Xd both = Eigen::Matrix2Xd::Zero(2, a.size() + 2 * margin);
  both.middleCols(margin, a.size()) << a.transpose(), b.transpose();
  Eigen::MatrixXd poses(stride_, a.size());
  pose_loops::functions().map({taps_.data(), mapped() / 2, shape_.columns}, a.size(),
                              both.data() + 2 * margin, stride_, poses.data());
  return poses;
}

void Orbit::append_turns(Eigen::MatrixXd& poses) const {
  const Eigen::Index k = poses.cols() / turns_;
  for (Eigen::Index column = k; column < poses.cols(); ++column) {
    const double* before = poses.data() + (column - k) * poses.rows();
    double* pose = poses.data() + column * poses.rows();
    for (std::size_t p = 0; p < turned_.size(); ++p) pose[p] = before[turned_[p]];
  }
}

Eigen::MatrixXd Orbit::raw_poses(const Eigen::VectorXd& image) const {
  const Eigen::MatrixXd twice = mapped_poses(image, image);
  Eigen::MatrixXd poses(image.size(), group_.order());
  for (Eigen::Index g = 0; g < mapped() / 2; ++g) poses.col(g) = twice.row(2 * g).transpose();
  append_turns(poses);
  return poses;
}

Eigen::MatrixXd Orbit::interleaved_poses(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const {
  const Eigen::MatrixXd mapped_rows = mapped_poses(a, b);
  Eigen::MatrixXd poses(a.size(), 2 * group_.order());
  poses.leftCols(mapped()) = mapped_rows.topRows(mapped()).transpose();
  for (auto pose : poses.leftCols(mapped()).colwise()) {
    const double size = pose.norm();
    pose.array() -= pose.mean();
    const double norm = pose.norm();
    require_contrast(norm, size);
    pose /= norm;
  }
  append_turns(poses);
  return poses;
}

Eigen::MatrixXd Orbit::interleaved_products(const Eigen::VectorXd& a, const Eigen::VectorXd& b) const {
  const Eigen::MatrixXd poses = mapped_poses(a, b);
  const Eigen::Index k = mapped(), pixels = poses.cols();
  Eigen::VectorXd mean(stride_);
  pose_loops::functions().mean(poses.data(), stride_, pixels, mean.data());
  Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(stride_, stride_ * turns_);
  const Eigen::Index count = static_cast<Eigen::Index>(cycles_.size()) / turns_;
  pose_loops::functions().add_products({turns_, count, cycles_.data(), fixed_pixel_}, stride_, poses.data(),
                                       mean.data(), sums.data());
  Eigen::MatrixXd products = pose_loops::products_of_sums(sums, k, turns_);
  Eigen::VectorXd norm = products.diagonal().cwiseMax(0).cwiseSqrt();
  for (Eigen::Index r = 0; r < k; ++r)
    require_contrast(norm[r], std::sqrt(norm[r] * norm[r] + static_cast<double>(pixels) * mean[r] * mean[r]));
  norm = norm.cwiseInverse();
  for (Eigen::Index column = 0; column < k; ++column)
    for (Eigen::Index block = 0; block < turns_; ++block)
      products.col(column).segment(block * k, k).array() *= norm[column] * norm.array();
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

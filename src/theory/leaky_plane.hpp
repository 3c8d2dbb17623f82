// Sums of leaky_relu units of z = mean + L xi, xi in the plane, under the Edgeworth measure: exactly. A form
// f is affine between the lines on which units have their kinks, and along a ray from the origin
//   f^n = f_0^n + sum over the lines crossed of (f_after^n - f_before^n),
// so that E[f^n] is the integral of f_0^n over the plane and, for each edge that the other lines cut a line
// into, one of a polynomial over what the edge hides from the origin (shadow_moments.hpp).
#pragma once

#include <vector>

#include <Eigen/Core>

#include "rgsweep/math/joint_cumulants.hpp"
#include "rgsweep/nn/activation.hpp"

namespace rgsweep::theory {

class LeakyPlane {
 public:
  static constexpr Eigen::Index orders = 6;

  /// L: units x 2.
  LeakyPlane(const Eigen::VectorXd& mean, const Eigen::MatrixXd& L, const math::JointCumulants& xi,
             const nn::LeakyRelu& phi);

  /// E[(V h - centre)^n], n = 1..6, 6 x forms.
  Eigen::ArrayXXd moments(const Eigen::MatrixXd& V, const Eigen::VectorXd& centre) const;

 private:
  /// The line s = distance of one unit; phi(z) gains kink * (s - distance) beyond it.
  struct Line {
    Eigen::Index unit;
    double distance, kink;
    Eigen::Vector2d normal, along;            ///< unit vectors: of s, away from the origin, and of t
    std::vector<Eigen::Index> crossed_first;  ///< lines that are behind its end t = -infinity
  };
  /// One edge of a line, in the order of t.
  struct Edge {
    Eigen::Index line;
    double end;              ///< the larger t
    Eigen::Index next_line;  ///< that ends it; -1 for none
  };
  void cut(Eigen::Index line);
  /// The density's factor along the axes of s and t (columns), by moment_column().
  Eigen::RowVectorXd density_factor(const Eigen::Matrix2d& axes) const;
  void set_shadows();

  Eigen::VectorXd mean_;
  Eigen::MatrixXd L_;
  math::JointCumulants xi_;
  bool gaussian_;
  Eigen::VectorXd slope_;  ///< of each unit at the origin
  std::vector<Line> lines_;
  std::vector<Edge> edges_;
  /// Moments t^j s^k of the measure, j + k <= orders, over what each edge hides; the last row is the plane.
  Eigen::ArrayXXd shadows_;
};

}  // namespace rgsweep::theory

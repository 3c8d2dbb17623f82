// Kernel regression on two orbits with one pose left out: does the rest tell its class? Poses stand in the
// order A0, B0, A1, B1, ... (A_g = T_g A), labels are y = +1 for A and -1 for B. The error of a left-out pose
// is eps = y (y - yhat): 0 for a perfect prediction, and the class is right where eps < 1.
//   exact     y_i - yhat_i = [K^-1 y]_i / [K^-1]_ii
//   spectral  K averaged over its wrapped diagonals, lambda the discrete Fourier transform of its first row,
//             eps = lambda_N^-1 / mean(lambda^-1); equal to the exact one where K is circulant
//   group     kappa_ab(g^-1 h) = K[(a,g),(b,h)], Khat(rho)_ab = sum_h kappa_ab(h) rho(h),
//             eps_a = y_a [Khat(1)^-1 y]_a / (|G|^-1 sum_rho d_rho Tr[(Khat(rho)^-1)_aa]);
//             equal to the exact one where the kernel is invariant under the group
// The study: arXiv 2412.11521 (Perin and Deny).
//   Gram matrices are 2N x k with k = 2N / m, the first columns of a block-circulant matrix of m = 1, 2 or 4
// blocks (data/block_circulant.hpp): with m = 1 all of any symmetric matrix. Where quarter turns of a pose
// are poses to the last bit, m = 4 solves the same equations in a sixteenth of the work, as two real systems
// of k equations and one complex: the Fourier transforms of the blocks.
#pragma once

#include <Eigen/Core>

#include "rgsweep/core/error.hpp"
#include "rgsweep/data/finite_group.hpp"

namespace rgsweep::theory {

/// Beyond this condition number an inverse has no more than a few digits in double precision.
inline constexpr double max_condition_number = 1e13;

/// A Gram matrix without an inverse to speak of: two poses are one to the kernel, or nearly so.
class SingularGram : public Error {
 public:
  explicit SingularGram(double condition_number);
  /// In the 1-norm; infinite where there is no inverse at all.
  double condition_number() const { return condition_number_; }

 private:
  double condition_number_;
};

struct LeaveOneOut {
  Eigen::VectorXd error;    ///< eps of each pose, left out alone
  double condition_number;  ///< |K|_1 |K^-1|_1, between the 2-norm one and the number of poses times that
};

/// Throws SingularGram; std::logic_error for a shape that is none of two orbits.
LeaveOneOut leave_one_out(const Eigen::MatrixXd& gram);

struct SpectralError {
  double error;             ///< 1 / (class_separation orbit_density)
  double class_separation;  ///< lambda_N, of the mode that alternates between the classes: the signal
  double orbit_density;     ///< mean(lambda^-1), large where neighbouring poses are close
};

/// Throws SingularGram.
SpectralError spectral_error(const Eigen::MatrixXd& gram);

struct GroupError {
  double a;
  double b;
};

/// kappa_ab is the mean over all pairs of elements with the same g^-1 h, which changes nothing for an
/// invariant kernel. Throws SingularGram; std::logic_error for a matrix of another size than 2 |G|, or of m >
/// 1 for a group that is not cyclic.
GroupError group_error(const Eigen::MatrixXd& gram, const data::FiniteGroup& group);

}  // namespace rgsweep::theory

// Closures: the cumulants of h = phi(z), z = W h' + b, from those of h', of which only the first few are
// kept.
//   gaussian   z is taken as Gaussian with its mean and covariance. Exact for h where z is Gaussian.
//   edgeworth  to first order in the fourth joint cumulant of z and second order in the third, which is the
//              order 1/n where z is a sum of n variables:
//                E[g] = E_gauss[(1 + A + A^2/2 + B) g],  A = sum K3_ijk/6 d_i d_j d_k,
//                B = sum K4_ijkl/24 d_i d_j d_k d_l.
//              Cumulants of h are those of this signed measure. For quadratic phi its mean and covariance are
//              exact for every law of z:
//                mean_i = m_i + alpha (m_i^2 + S_ii),
//                Cov_ij = g_i g_j S_ij + 2 alpha^2 S_ij^2 + alpha (g_i K3_ijj + g_j K3_iij) + alpha^2
//                K4_iijj,
//              g_i = 1 + 2 alpha m_i.
//
// How edgeworth is evaluated depends on the rank of the covariance S of z. Up to rank 2 (two inputs, or tied
// units) z = m + L xi with xi in the plane, and linear forms are integrals over it: of leaky_relu in closed
// form, by directions where there are no means and by the edges between the units' kinks where there are;
// of other activations by one quadrature. Above, the marginals are integrals over one variable, covariances
// and the joint cumulants of two units series in their correlation (integrals over the plane where that is
// large), and those of three and four distinct units Wick expansions (math/wick.hpp) truncated at a total
// number of edges, the remainder of which is reported.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <Eigen/Core>

#include "rgsweep/math/joint_cumulants.hpp"
#include "rgsweep/nn/activation.hpp"
#include "rgsweep/theory/gaussian_activation.hpp"

namespace rgsweep::theory {

enum class Closure { gaussian, edgeworth };

struct ClosureOptions {
  Closure closure = Closure::edgeworth;
  /// Group of each unit of a layer, as many as it has units: cumulants of h that join units of different
  /// groups are dropped. Empty: one group.
  std::vector<int> groups = {};
  int wick_edges = 4;  ///< most edges of a graph in the Wick expansions
  /// Most units of a layer for which joint cumulants of orders 3 and 4 are formed: n^4 numbers, and C(n, 4)
  /// sums over the graphs.
  Eigen::Index widest = 16;
};

/// What is known of h': the cumulants of A h' + c for any A and c, to the order asked for.
using LinearImage =
    std::function<math::JointCumulants(const Eigen::MatrixXd& A, const Eigen::VectorXd& c, int order)>;

/// Cumulants of linear forms of a layer; column n-1 is order n = 1..6.
struct FormCumulants {
  Eigen::ArrayXXd value;  ///< forms x 6
  /// What the truncation of Wick expansions may have left out: the absolute sum of their last two orders. 0
  /// where there are none.
  Eigen::ArrayXXd remainder;
};

/// The law of h under a closure. What is dear is formed when it is first asked for: not to be shared between
/// threads.
class ClosedLayer {
 public:
  virtual ~ClosedLayer() = default;
  ClosedLayer() = default;
  ClosedLayer(const ClosedLayer&) = delete;
  ClosedLayer& operator=(const ClosedLayer&) = delete;

  /// Cumulants of each h_i, units x 6.
  virtual const Eigen::ArrayXXd& marginals() const = 0;

  /// Cumulants of V h + c. Under `gaussian` those of the Gaussian that the next layer is taken for: 0 from
  /// order 3 on. Under `edgeworth` all orders up to rank 2, and above it orders 5 and 6 are NaN; so are
  /// orders 3 and 4 of layers wider than ClosureOptions::widest.
  virtual FormCumulants linear_forms(const Eigen::MatrixXd& V, const Eigen::VectorXd& c) const = 0;

  /// To order 2 under `gaussian`; to order 4 under `edgeworth`, or 2 for layers that are too wide.
  virtual math::JointCumulants joint() const = 0;
};

/// Orders that a cumulant of h' does not have are NaN, and all that edgeworth makes of them.
std::unique_ptr<ClosedLayer> close_layer(const LinearImage& inputs, const Eigen::MatrixXd& W,
                                         const Eigen::VectorXd& b, const nn::Activation& activation,
                                         const ClosureOptions& options);

}  // namespace rgsweep::theory

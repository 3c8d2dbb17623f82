// The kinds of closed layers that close_layer() chooses from.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "planar_measure.hpp"
#include "rgsweep/theory/closure.hpp"

namespace rgsweep::theory {

/// kappa_3 / s^3 and kappa_4 / s^4 from orders 1..4.
Marginal standardised_marginal(const math::JointCumulants& one);

/// Cumulants of each phi(z_i), units x 6.
Eigen::ArrayXXd marginal_cumulants(const nn::Activation& activation, const std::vector<Marginal>& z);

/// V split by the units' groups: the cumulants of the parts of a form add up.
std::vector<Eigen::MatrixXd> parts_by_group(const Eigen::MatrixXd& V, const std::vector<int>& groups);

/// Adds up the parts' cumulants from their raw moments (6 x forms each), with the means given.
FormCumulants independent_parts(const std::vector<Eigen::ArrayXXd>& raw, const Eigen::VectorXd& means);

/// Whether units i and j are in one group.
bool together(const std::vector<int>& groups, Eigen::Index i, Eigen::Index j);

/// z Gaussian.
class GaussianLayer final : public ClosedLayer {
 public:
  /// `z` to order 2.
  GaussianLayer(const math::JointCumulants& z, const nn::Activation& activation,
                const ClosureOptions& options);

  const Eigen::ArrayXXd& marginals() const override { return marginals_; }
  FormCumulants linear_forms(const Eigen::MatrixXd& V, const Eigen::VectorXd& c) const override;
  math::JointCumulants joint() const override;

 private:
  Eigen::VectorXd mean_;
  Eigen::MatrixXd covariance_;  ///< of z
  nn::Activation activation_;
  ClosureOptions options_;
  Eigen::ArrayXXd marginals_;
  /// One integral for all units, where their covariances have no closed form and the rank allows it.
  std::unique_ptr<ClosedLayer> plane_;
};

/// Homogeneous units of z of rank 1 or 2: integrals over the directions alone.
class HomogeneousLayer final : public ClosedLayer {
 public:
  /// As RayMeasure.
  HomogeneousLayer(const Eigen::MatrixXd& L, const math::JointCumulants& xi, const nn::Activation& activation,
                   const ClosureOptions& options);

  const Eigen::ArrayXXd& marginals() const override { return marginals_; }
  FormCumulants linear_forms(const Eigen::MatrixXd& V, const Eigen::VectorXd& c) const override;
  math::JointCumulants joint() const override;

 private:
  ClosureOptions options_;
  RayMeasure measure_;
  Eigen::ArrayXXd marginals_;
};

/// Covariance of z of rank 2 at most. The points of the measure are made when they are first asked for; not
/// to be shared between threads.
class PlanarLayer final : public ClosedLayer {
 public:
  /// As PlanarMeasure.
  PlanarLayer(const Eigen::VectorXd& mean, const Eigen::MatrixXd& L, const math::JointCumulants& xi,
              const nn::Activation& activation, const ClosureOptions& options);

  const Eigen::ArrayXXd& marginals() const override { return marginals_; }
  FormCumulants linear_forms(const Eigen::MatrixXd& V, const Eigen::VectorXd& c) const override;
  math::JointCumulants joint() const override;

  /// linear_forms() from the points of the measure, whatever the activation.
  FormCumulants linear_forms_by_points(const Eigen::MatrixXd& V, const Eigen::VectorXd& c) const;

 private:
  const PlanarMeasure& measure() const;

  Eigen::VectorXd mean_;
  Eigen::MatrixXd L_;
  math::JointCumulants xi_;
  nn::Activation activation_;
  ClosureOptions options_;
  Eigen::ArrayXXd marginals_;
  mutable std::optional<PlanarMeasure> measure_;
};

/// The layer of rank 0 to 2 for which PlanarMeasure's arguments ask.
std::unique_ptr<ClosedLayer> planar_layer(const Eigen::VectorXd& mean, const Eigen::MatrixXd& L,
                                          const math::JointCumulants& xi, const nn::Activation& activation,
                                          const ClosureOptions& options);

/// Joint cumulants of the units of a layer, and the last two orders of the Wick expansions in them.
struct JoinedUnits {
  math::JointCumulants joint;
  std::array<math::JointCumulants, 2> tail;
};

/// Any covariance of z.
class WickLayer final : public ClosedLayer {
 public:
  WickLayer(const LinearImage& inputs, const Eigen::MatrixXd& W, const Eigen::VectorXd& b,
            const nn::Activation& activation, const ClosureOptions& options);

  const Eigen::ArrayXXd& marginals() const override { return marginals_; }
  FormCumulants linear_forms(const Eigen::MatrixXd& V, const Eigen::VectorXd& c) const override;
  math::JointCumulants joint() const override { return joined().joint; }

 private:
  const JoinedUnits& joined() const;

  LinearImage inputs_;
  Eigen::MatrixXd rows_;  ///< with offsets_: z standardised
  Eigen::VectorXd offsets_;
  nn::Activation activation_;
  ClosureOptions options_;
  std::vector<Marginal> z_;
  Eigen::ArrayXXd marginals_;
  mutable std::optional<JoinedUnits> joined_;
};

}  // namespace rgsweep::theory

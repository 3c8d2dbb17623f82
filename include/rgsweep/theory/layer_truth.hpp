// The truth that closures and estimates are compared with: marginal cumulants of every unit before and after
// its activation, of the output, and the mean squared error against the target y = b^(-1/2) sum_i x_i, by
// deterministic quadrature over b = 2 or 3 independent inputs, with an error estimate beside each value.
// Schemes, by what activation_pieces.hpp says of phi:
//   linear between kinks   b = 2: the plane falls into convex polygons on which every unit is affine; all of
//                          them are found exactly, layer by layer, and the moments of each up to order 6
//                          come from integrals along its edges (polygon_moments.hpp) or, of sectors at 0,
//                          from a table (sector_moments.hpp). b = 3: polygons on planes of constant x_1,
//                          and adaptive Gauss-Kronrod panels over x_1.
//   smooth                 tensor Gauss rules of the inputs' own weight, of doubled size until they agree;
//                          then composite rules.
//   discrete inputs        the sum over all values: exact.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <Eigen/Core>

#include "rgsweep/data/distribution.hpp"
#include "rgsweep/nn/architecture.hpp"
#include "rgsweep/theory/activation_pieces.hpp"

namespace rgsweep::theory {

struct TruthOptions {
  /// Refinement ends when the error of every E[(v - c)^n] is below tolerance * E|v - c|^n, c the unit's value
  /// at x = 0, and that of the mean squared error below tolerance, or at the limits below. Units that hardly
  /// vary are compared with a hundredth of the largest standard deviation in their layer.
  double tolerance = 1e-8;
  std::size_t max_points = std::size_t{1} << 21;  ///< of a tensor rule
  std::size_t max_planes = 4000;                  ///< of constant x_1
};

/// Cumulants of the units of a layer; column n-1 is order n = 1..6.
struct TrueCumulants {
  Eigen::ArrayXXd value;  ///< units x 6; NaN where the order does not exist
  Eigen::ArrayXXd error;  ///< estimated bound of the absolute error

  /// Means over the units, by order.
  Eigen::ArrayXd mean() const { return value.colwise().mean().transpose(); }
  Eigen::ArrayXd mean_error() const { return error.colwise().mean().transpose(); }
};

struct LayerTruth {
  std::vector<TrueCumulants> pre, post;  ///< z^l and h^l of each hidden layer
  TrueCumulants output;                  ///< one row
  double mse = 0;                        ///< E[(f - y)^2]; Var(y) = 1
  double mse_error = 0;
  /// Work done: points of the finest tensor rule, or polygons.
  std::size_t evaluations = 0;
};

/// Whether there is a scheme for this number of inputs.
constexpr bool has_layer_truth(int inputs) {
  return inputs == 2 || inputs == 3;
}

class TruthInputs;

/// For one distribution of the inputs; what depends on it alone is kept by the process. Safe in threads.
class TruthIntegrator {
 public:
  explicit TruthIntegrator(const data::Distribution& inputs, const TruthOptions& options = {});

  /// Throws std::logic_error unless has_layer_truth(layout.inputs()) and theta has its size. Values that are
  /// not finite in theta give values that are not finite.
  LayerTruth operator()(const nn::Layout& layout, const nn::Vector<double>& theta,
                        const nn::Activation& activation) const;

 private:
  std::shared_ptr<const TruthInputs> inputs_;
  TruthOptions options_;
};

}  // namespace rgsweep::theory

// Cumulants of every layer of a network on the training distribution, at one moment of its training:
//   measured   k-statistics of fresh samples, the same ones at every checkpoint of a point
//   truth      by quadrature over two or three inputs (theory/layer_truth.hpp)
//   predicted  by the closures (theory/propagation.hpp), the nodes of a graph network joint or independent
// each as the mean over the layer's units of a unit's own cumulants.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/data/rg_map.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "rgsweep/theory/closure.hpp"
#include "rgsweep/theory/layer_truth.hpp"

namespace rgsweep::experiment {

/// What there is of a layer's cumulant. A gnn's closures without `independent` keep its nodes joint.
enum class LayerQuantity : std::size_t {
  measured,
  standard_error,
  truth,
  truth_error,
  gaussian,
  edgeworth,
  gaussian_independent,
  edgeworth_independent,
};

/// Before the activation (z^l, and f for the readout) or after it (h^l).
enum class LayerSide : std::size_t { pre, post };

struct LayerCumulants {
  static constexpr std::size_t quantities = 8, sides = 2, orders = 6;

  LayerCumulants() = default;
  /// Of hidden layers and readout, all NaN.
  explicit LayerCumulants(std::size_t layer_count);

  /// Layers 0 ... D - 1 are hidden, layer D is the readout, which has no `post`. Orders 1 ... 6.
  double& at(LayerQuantity quantity, LayerSide side, std::size_t layer, std::size_t order) {
    return numbers.at(place(quantity, side, layer, order));
  }
  double at(LayerQuantity quantity, LayerSide side, std::size_t layer, std::size_t order) const {
    return numbers.at(place(quantity, side, layer, order));
  }

  std::uint64_t layers = 0;
  std::vector<double> numbers;  ///< quantities x sides x layers x orders

 private:
  std::size_t place(LayerQuantity quantity, LayerSide side, std::size_t layer, std::size_t order) const;
};

/// Numbers that the measurement at a checkpoint looks at: inputs, and every unit before and after its
/// activation. Few in points without trace.theory, which should hardly cost more for it; many where
/// predictions are compared with what was measured, for want of the truth.
inline constexpr std::size_t kLayerNumbers = std::size_t{1} << 13;
inline constexpr std::size_t kLayerNumbersBesideTheory = std::size_t{1} << 14;
inline constexpr std::size_t kLayerNumbersInsteadOfTruth = std::size_t{1} << 18;

/// Samples that are `numbers` numbers: at least 256, at most task.test_samples.
std::size_t layer_samples(const Parameters& point, std::size_t numbers);

/// Whether trace.theory is on.
bool traces_theory(const Parameters& point);

/// Whether the network has nodes that may be taken as independent.
bool has_nodes(const Parameters& point);

/// For the checkpoints of one point. Keeps the samples.
class LayerTracer {
 public:
  /// Keeps a reference to `point`. The samples come from the stream (key, observable, "layers").
  LayerTracer(const Parameters& point, const nn::Layout& layout, std::uint64_t stream_key);

  /// Measured, and with `theory` also exact and predicted. What is too dear (cost.hpp) or has no scheme is
  /// NaN. Uses no clock and no state, so that a point that was stopped goes on to the same bits.
  LayerCumulants operator()(const Eigen::VectorXd& theta, bool theory) const;

 private:
  void measure(const Eigen::VectorXd& theta, std::size_t samples, LayerCumulants& result) const;
  void add_truth(const Eigen::VectorXd& theta, LayerCumulants& result) const;
  void add_closure(const Eigen::VectorXd& theta, theory::Closure closure, bool independent,
                   LayerCumulants& result) const;

  const Parameters& point_;
  std::size_t samples_;  ///< at checkpoints without theory
  nn::ReferenceNetwork network_;
  data::Distribution distribution_;
  data::Inputs inputs_;
  std::optional<theory::TruthIntegrator> truth_;
  bool closures_ = false;
};

}  // namespace rgsweep::experiment

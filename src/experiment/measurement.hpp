// A trained network measured on fresh inputs. Inputs arrive in tiles, so that memory does not depend on the
// number of samples; everything is evaluated in double, whatever the precision of the training.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "layer_cumulants.hpp"
#include "rgsweep/core/parameters.hpp"
#include "rgsweep/data/rg_map.hpp"
#include "rgsweep/math/cumulant_accumulator.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "rgsweep/nn/trainer.hpp"

namespace rgsweep::experiment {

/// The network on one test distribution.
struct TestResult {
  data::Distribution distribution;
  double mse;  ///< E[(f-y)^2] / Var(y); Var(y) = 1 since inputs have variance 1
  math::CumulantAccumulator output;
};

/// Deviations of f from the symmetries of the map, on the training distribution (SCIENCE: observables).
struct SymmetryResult {
  double even_fraction;       ///< E[f_e^2] / E[f^2], f_e(x) = (f(x) + f(-x)) / 2
  double exchange_asymmetry;  ///< mean over transpositions P of E[(f(x) - f(Px))^2] / (4 E[f^2])
  double nonlinearity;        ///< share of Var(f) that the best affine fit in x leaves
};

/// What the traces keep at one checkpoint.
struct TracePoint {
  std::uint64_t step;
  double loss;
  double delta;  ///< from the symmetry that is imposed softly, or else from exchange
  double order_parameter;
  LayerCumulants layers = {};
};

/// Everything that observables may read.
struct Measurement {
  const Parameters& point;
  const nn::Layout& layout;
  const nn::TrainingResult& training;
  std::vector<TestResult> tests;  ///< in the order of task.test
  SymmetryResult symmetry;
  std::vector<TracePoint> trace;
  std::vector<math::CumulantAccumulator> flow;  ///< of the population after each step, see flow.hpp
};

/// What a network is measured on: `samples` fresh inputs of one distribution.
struct InputSource {
  data::Distribution distribution;
  data::RgMap map;
  std::size_t samples;
  std::uint64_t stream_key;
  std::function<bool()> should_stop = {};  ///< asked between tiles; when true nn::TrainingStopped is thrown
};

TestResult measure_test(const nn::ReferenceNetwork& network, const Eigen::VectorXd& theta,
                        const InputSource& inputs);

/// Shares of an output that vanishes or is not finite are NaN.
SymmetryResult measure_symmetry(const nn::ReferenceNetwork& network, const Eigen::VectorXd& theta,
                                const InputSource& inputs);

/// The network of a point under another symmetry; none where its units do not divide into the symmetry's
/// groups or its architecture does not have the symmetry.
std::optional<nn::Layout> layout_under(const Parameters& point, std::string_view symmetry);

/// Delta_G = sum_l ||W^l - P_G W^l||^2 / sum_l ||W^l||^2 over the hidden layers alone, without readout and
/// biases; P_G is the projection on the weights of `symmetric`, the same network under the symmetry G. NaN
/// when all weights vanish.
double symmetry_distance(const nn::Layout& layout, const nn::Layout& symmetric, const Eigen::VectorXd& theta);

/// m = sum_u v_u |w_u| / sum_u |v_u| |w_u| for depth 1, in [-1, 1]: 0 where the even part of the output is
/// balanced. NaN for other depths.
double order_parameter(const nn::Layout& layout, const Eigen::VectorXd& theta);

}  // namespace rgsweep::experiment

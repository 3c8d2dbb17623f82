// The schemes of layer_truth.hpp, each filling a table of moments, and what they share.
#pragma once

#include <cstddef>

#include "moment_table.hpp"
#include "rgsweep/math/quadrature.hpp"
#include "truth_inputs.hpp"

namespace rgsweep::theory {

struct TruthProblem {
  nn::ReferenceNetwork network;
  nn::Vector<double> theta;
  ActivationPieces pieces;
  double moments_below;  ///< of one input

  int inputs() const { return network.layout().inputs(); }
  int growth() const { return pieces.growth; }
};

struct SchemeResult {
  MomentTable table;
  std::size_t evaluations = 0;  ///< polygons, or points
};

/// Activations that are linear between kinks, inputs with a density, b = 2 or 3.
SchemeResult piecewise_linear_moments(const TruthProblem& problem, const InputDensity& density,
                                      const TruthOptions& options);

/// The sum over all values of discrete inputs; no error but rounding.
SchemeResult discrete_moments(const TruthProblem& problem, const TruthInputs& inputs);

/// Smooth activations, inputs with a density. The first layer before its activation is left to its closed
/// form: its rows have no meaning.
SchemeResult smooth_moments(const TruthProblem& problem, const TruthInputs& inputs,
                            const TruthOptions& options);

}  // namespace rgsweep::theory

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

/// Whether homogeneous_moments() applies: two inputs, kinks at 0 alone, and no biases but the output's.
bool is_homogeneous(const TruthProblem& problem);

/// Activations that are linear between kinks, of a homogeneous network.
SchemeResult homogeneous_moments(const TruthProblem& problem, const SectorMoments& sectors);

/// The sum over all values of discrete inputs; no error but rounding.
SchemeResult discrete_moments(const TruthProblem& problem, const TruthInputs& inputs);

/// Whether lattice_moments() applies: two Gaussian inputs and an activation of linear growth or none.
bool has_lattice(const TruthProblem& problem, const data::Distribution& inputs);

/// Curved activations, Gaussian inputs. The first layer before its activation is left to its closed form.
SchemeResult lattice_moments(const TruthProblem& problem, const TruthOptions& options);

/// Smooth activations, inputs with a density. The first layer before its activation is left to its closed
/// form: its rows have no meaning.
SchemeResult smooth_moments(const TruthProblem& problem, const TruthInputs& inputs,
                            const TruthOptions& options);

}  // namespace rgsweep::theory

// The learned map iterated, as renormalisation iterates the exact one. A population is drawn from the
// training distribution; each step draws disjoint b-tuples from the population in a fresh random order and
// becomes the map's outputs, one b-th as many. Under the exact map the cumulants follow
//   kappa_n -> b^(1-n/2) kappa_n.
#pragma once

#include <vector>

#include "measurement.hpp"
#include "rgsweep/math/cumulant_accumulator.hpp"

namespace rgsweep::experiment {

/// The population after each of `steps` steps, of which the first starts from inputs.samples * b numbers:
/// after step m there are inputs.samples / b^(m-1), rounded down at each step. Every step makes the tuples
/// that it can and leaves out the rest. Once a value is not finite, the steps from there on have no values at
/// all. Memory: inputs.samples doubles.
std::vector<math::CumulantAccumulator> measure_flow(const nn::ReferenceNetwork& network,
                                                    const Eigen::VectorXd& theta, const InputSource& inputs,
                                                    std::size_t steps);

}  // namespace rgsweep::experiment

// How fast training is, and how fast the processor could be. A step's operations are the multiplications and
// additions that the algorithm needs, whatever the code does: for each sample and each weight that is not
// fixed to zero two in the forward pass, two for the gradient with respect to it and, above the first layer,
// two for the gradient with respect to the layer's inputs. Activations, loss and optimiser count for nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rgsweep/core/variant.hpp"
#include "rgsweep/nn/trainer.hpp"

namespace rgsweep::nn {

/// Operations of one step.
double needed_operations(const Layout& layout, std::int64_t batch);

/// Operations per second of independent multiply-adds in registers, on one core; the best of some short runs.
template <class Scalar>
double peak_rate(std::size_t variant = chosen_variant());

/// Seconds of a step of training on a fixed batch of random numbers, on this core: the difference of two
/// whole runs, of which one takes twice as many steps, divided by the steps between them. Each run's time is
/// the least of `tries`, since whatever else the core does only adds.
double step_seconds(const Layout& layout, const Activation& activation, TrainingOptions options, int tries);
/// The same on the batches of a source.
double step_seconds(const Layout& layout, const Activation& activation, TrainingOptions options, int tries,
                    BatchSource& source);

}  // namespace rgsweep::nn

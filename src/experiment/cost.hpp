// Predicted seconds of a point and of its parts. Only ratios matter: to the order of the points, which
// measured times correct, and to how often theory can be traced beside a training.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rgsweep/core/parameters.hpp"

namespace rgsweep::experiment {

/// Samples in one step: a batch larger than the training set is the training set.
std::int64_t batch_samples(const Parameters& point);

/// Of all steps, without traces.
double training_seconds(const Parameters& point);

/// Of run_rg().
double predicted_rg_seconds(const Parameters& point);

/// Of theory at one checkpoint.
struct TheorySeconds {
  double truth;     ///< infinite where there is no scheme
  double closures;  ///< all that the architecture has
};
TheorySeconds theory_seconds(const Parameters& point);

/// What takes longer at one checkpoint is left out: nothing hears a request to stop meanwhile.
inline constexpr double kLongestTheorySeconds = 20;

/// Whether the truth is traced: for two or three inputs, unless it takes too long.
bool has_truth(const Parameters& point);
/// Whether the closures are: unless they take too long.
bool has_closures(const Parameters& point);

/// Which of a point's `checkpoints` checkpoints have theory: none unless trace.theory is on; else the last,
/// the first and others evenly between, as many in all as trace.theory_checkpoints says or, where that is 0,
/// as take a seventh of the training, but one at least.
std::vector<bool> theory_checkpoints(const Parameters& point, std::size_t checkpoints);

}  // namespace rgsweep::experiment

// The orbit experiment: two images, the orbit of each under a group, and the question whether a network that
// has seen all poses but one of the first knows the class of that one. Infinitely wide networks are kernels
// (theory/neural_kernel.hpp), whose error is exact and beside it predicted by symmetry
// (theory/orbit_error.hpp); a network of finite width can be trained on the same poses.
#pragma once

#include "rgsweep/experiment/experiment.hpp"

namespace rgsweep::experiment {

std::vector<Column> orbit_columns();
void run_orbit(const Parameters& point, std::uint64_t stream_key, const Schema& schema,
               const Context& context, Row& row);
double predicted_orbit_seconds(const Parameters& point);

/// Reads the images, which are kept for the points. Throws UsageError where they cannot be read or the group
/// does not fit them.
void check_orbit(const Parameters& point);
std::vector<std::string> checked_orbit_keys();

}  // namespace rgsweep::experiment

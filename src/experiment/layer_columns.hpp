// The columns layer_cumulant...: the name says which side, prediction or error, `_post` at its end that it is
// after the activation. Layer 1 ... D are the hidden ones, layer D + 1 the output, D = model_depth.
#pragma once

#include <string>
#include <vector>

#include "observables.hpp"
#include "rgsweep/experiment/experiment.hpp"

namespace rgsweep::experiment {

/// Appends layer_cumulant, what stands beside it, and the same with _post.
void append_layer_columns(std::vector<Observable>& table);

/// The closures whose predictions a point traces, which are also the labels of the dimension `closure`: none
/// unless trace.theory is on; for a graph network each of them also with joint and with independent nodes.
std::vector<std::string> closure_labels(const Parameters& point);

/// Whether a sweep with these closures has the column: the truth needs any of them, a closure's column that
/// closure, and others need none.
bool has_layer_column(const std::string& column, const std::vector<std::string>& closures);

}  // namespace rgsweep::experiment

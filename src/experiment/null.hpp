// The experiment that does nothing: what a point costs when its training costs nothing is the engine's own
// cost.
#pragma once

#include "rgsweep/experiment/experiment.hpp"

namespace rgsweep::experiment {

std::vector<Column> null_columns();
void run_null(const Parameters&, std::uint64_t stream_key, const Schema&, const Context&, Row&);
double predicted_null_seconds(const Parameters&);

}  // namespace rgsweep::experiment

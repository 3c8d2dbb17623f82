// The experiment the engine exists for: train a network on one renormalisation step, then measure it.
#pragma once

#include "rgsweep/experiment/experiment.hpp"

namespace rgsweep::experiment {

std::vector<Column> rg_columns();
bool has_rg_column(const Column&, const Extents&);
void run_rg(const Parameters& point, std::uint64_t stream_key, const Schema& schema, const Context& context,
            Row& row);

}  // namespace rgsweep::experiment

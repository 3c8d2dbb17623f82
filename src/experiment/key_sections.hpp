// Parts of the key table, each the keys of some sections of the sweep file.
#pragma once

#include <vector>

#include "rgsweep/core/parameters.hpp"

namespace rgsweep::experiment {

using Keys = std::vector<Key>;

void append_task_keys(Keys& keys);
void append_trace_keys(Keys& keys);
void append_orbit_keys(Keys& keys);

}  // namespace rgsweep::experiment

// The key table: every key of the sweep file, in the order of its sections. Choices come from the tables of
// the modules that implement them, and a key is used only by the choices whose entries ask for it.
#pragma once

#include "rgsweep/core/parameters.hpp"

namespace rgsweep::experiment {

const KeyTable& spec_keys();

}  // namespace rgsweep::experiment

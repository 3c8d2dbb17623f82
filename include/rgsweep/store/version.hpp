// The HDF5 library in use.
#pragma once

#include <string>

namespace rgsweep::store {

/// "1.10.8": the version that was loaded, for a file's provenance.
std::string library_version();

}  // namespace rgsweep::store

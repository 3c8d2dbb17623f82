#include "rgsweep/store/version.hpp"

#include "hdf5_handle.hpp"

namespace rgsweep::store {

std::string library_version() {
  start_library();
  unsigned major = 0, minor = 0, release = 0;
  checked(H5get_libversion(&major, &minor, &release), "ask HDF5 for its version");
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

}  // namespace rgsweep::store

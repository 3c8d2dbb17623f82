// Recognising a parallel launch from what the launcher leaves in the environment, before MPI is touched.
#include <cstdlib>
#include <string_view>

#include "rgsweep/transport/mpi.hpp"

namespace rgsweep::transport {

bool launched_under_mpi() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"})
    if (std::getenv(name) != nullptr) return true;
  return false;
}

bool survives_losses() {
  const char* value = std::getenv("OMPI_MCA_orte_enable_recovery");
  return value != nullptr && (std::string_view(value) == "1" || std::string_view(value) == "true");
}

}  // namespace rgsweep::transport

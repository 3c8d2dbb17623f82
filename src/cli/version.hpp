// What this program is and where it runs, for --version and the attributes of a results file.
#pragma once

#include <string>
#include <vector>

#include "rgsweep/store/attributes.hpp"
#include "sweep_setup.hpp"

namespace rgsweep::cli {

/// "0.1.0".
std::string version();

/// UTC, ISO 8601.
std::string now_text();

std::string host_name();

/// The processor's model, as /proc/cpuinfo names it.
std::string processor_name();

/// The machines that run a sweep, one entry a rank.
struct Machines {
  std::vector<std::string> hosts;
  std::vector<std::string> processors;
  std::vector<std::string> variants;  ///< of the vector code
};

/// The root attributes of a run's results: spec, program, compiler, libraries, processors, ranks and hosts.
store::Attributes provenance(const SweepSetup& setup, const Machines& machines);

}  // namespace rgsweep::cli

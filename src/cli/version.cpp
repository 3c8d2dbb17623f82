#include "version.hpp"

#include <array>
#include <ctime>
#include <fstream>

#include <Eigen/Core>
#include <boost/version.hpp>
#include <unistd.h>

#include "git_version.hpp"
#include "kernel_variants.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/store/version.hpp"

namespace rgsweep::cli {

namespace {

std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

std::string dotted(int major, int minor, int patch) {
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

}  // namespace

std::string version() {
  return RGSWEEP_VERSION;
}

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> buffer{};
  std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return buffer.data();
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return std::string(trim(line.substr(line.find(':') + 1)));
  return "unknown";
}

std::string host_name() {
  std::array<char, 256> buffer{};
  gethostname(buffer.data(), buffer.size() - 1);
  return buffer.data();
}

store::Attributes provenance(const SweepSetup& setup, const Machines& machines) {
  return {
      {"Conventions", "CF-1.8"},
      {"title", std::get<std::string>(setup.spec.scalar("sweep.name"))},
      {"spec", setup.spec.text},
      {"spec_effective", setup.spec.effective_text()},
      {"spec_source", setup.spec.source},
      {"spec_hash", hex(setup.spec.hash())},
      {"grid_points", static_cast<std::int64_t>(setup.grid.size())},
      {"program", "rgsweep"},
      {"program_version", version()},
      {"git_commit", RGSWEEP_GIT_COMMIT},
      {"git_dirty", std::int64_t{RGSWEEP_GIT_DIRTY}},
      {"compiler", compiler()},
      {"compiler_flags", RGSWEEP_FLAGS},
      {"eigen_version", dotted(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION)},
      {"boost_version", dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
      {"hdf5_version", store::library_version()},
      {"mpi_version", transport::library_version()},
      {"cpu", distinct(machines.processors)},
      {"kernel_variant", distinct(machines.variants)},
      {"ranks", static_cast<std::int64_t>(machines.hosts.size())},
      {"hosts", distinct(machines.hosts, " ")},
      {"start_time", now_text()},
  };
}

}  // namespace rgsweep::cli

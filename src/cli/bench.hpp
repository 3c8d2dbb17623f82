// What `rgsweep bench` measures on this machine. Nothing here is tested for its times.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rgsweep::cli {

/// A training step of one network, batch 256, on fixed data.
struct KernelFigure {
  std::string activation, architecture;
  std::int64_t depth = 1, width = 0;  ///< width: features of a node for a gnn
  std::string optimizer, precision;
  double step_seconds = 0;
  double peak_fraction = 0;  ///< needed operations (nn/throughput.hpp) over the measured peak rate
};
std::vector<KernelFigure> bench_kernel();

/// The controller, with messages in their binary form, alone on one core.
struct SchedulerFigure {
  double task_seconds = 0;       ///< what a point takes
  double seconds_per_point = 0;  ///< of the controller's time
  double most_ranks = 0;         ///< that it could serve without being all the time at it
};
std::vector<SchedulerFigure> bench_scheduler();

/// Writing a results file, from rows in memory to the published file.
struct StoreFigure {
  std::string experiment;
  std::uint64_t points = 0;
  double seconds_per_point = 0, bytes_per_point = 0;
  double status_seconds = 0;  ///< to read how far it is
};
std::vector<StoreFigure> bench_store();

}  // namespace rgsweep::cli

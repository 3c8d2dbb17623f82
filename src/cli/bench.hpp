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

/// The machine's measured rates of operations a second.
struct PeakRates {
  double float32 = 0, float64 = 0;
};
PeakRates measure_peak_rates();
std::vector<KernelFigure> bench_kernel(const PeakRates& peak);

/// The controller in virtual time (schedule/simulation.hpp), with messages in their binary form and the
/// time that they really take it, before any number of ranks. Points differ a hundredfold in cost.
struct SchedulerFigure {
  double task_seconds = 0;  ///< what a point takes on average
  int ranks = 0;
  std::uint64_t points = 0;
  double seconds_per_point = 0;  ///< of the controller's time
  double idle_share = 0;         ///< of all ranks' time until the last point ends
  double most_ranks = 0;         ///< at which the controller would be busy all the time
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

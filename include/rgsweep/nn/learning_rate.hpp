// The table of learning-rate schedules (key training.schedule).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rgsweep::nn {

struct Schedule {
  std::string_view name;
  std::string_view summary;
  /// The learning rate of update `step` in 0 .. steps-1, which starts from `initial`.
  double (*rate)(double initial, std::uint64_t step, std::uint64_t steps);
};

std::span<const Schedule> schedules();

/// Throws UsageError for an unknown name.
const Schedule& schedule(std::string_view name);

}  // namespace rgsweep::nn

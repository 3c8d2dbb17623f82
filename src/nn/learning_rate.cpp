// One entry per schedule.
#include "rgsweep/nn/learning_rate.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include "rgsweep/core/registry.hpp"

namespace rgsweep::nn {

namespace {

double constant(double initial, std::uint64_t, std::uint64_t) {
  return initial;
}

double cosine(double initial, std::uint64_t step, std::uint64_t steps) {
  return initial / 2 *
         (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps)));
}

constexpr std::array kSchedules{
    Schedule{"constant", "the same learning rate throughout", constant},
    Schedule{"cosine", "half a cosine from the learning rate down to 0 at the end of the training", cosine},
};

}  // namespace

std::span<const Schedule> schedules() {
  return kSchedules;
}

const Schedule& schedule(std::string_view name) {
  return lookup(schedules(), name, "schedule");
}

}  // namespace rgsweep::nn

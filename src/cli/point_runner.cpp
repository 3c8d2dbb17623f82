// What is saved of a point: the version of the program, the seconds that it has taken so far, and what the
// experiment wants to have back. Another version may train otherwise, so it starts afresh.
#include "point_runner.hpp"

#include <cstdlib>
#include <cstring>
#include <string>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/value.hpp"
#include "rgsweep/experiment/experiment.hpp"
#include "rgsweep/nn/trainer.hpp"
#include "version.hpp"

namespace rgsweep::cli {

namespace {

/// Larger states are not kept: they would hold up the stop.
constexpr std::size_t most_saved_bytes = std::size_t{1} << 30;

struct SavedPoint {
  double seconds = 0;
  std::vector<std::byte> experiment;
};

schedule::SavedState pack(const std::string& version, const SavedPoint& point) {
  schedule::SavedState state(version.size() + 1 + sizeof point.seconds + point.experiment.size());
  std::byte* to = state.data();
  std::memcpy(to, version.c_str(), version.size() + 1);
  std::memcpy(to + version.size() + 1, &point.seconds, sizeof point.seconds);
  if (!point.experiment.empty())
    std::memcpy(to + version.size() + 1 + sizeof point.seconds, point.experiment.data(),
                point.experiment.size());
  return state;
}

SavedPoint unpack(const std::string& version, const schedule::SavedState* state) {
  SavedPoint point;
  const std::size_t head = version.size() + 1 + sizeof point.seconds;
  if (state == nullptr || state->size() < head ||
      std::memcmp(state->data(), version.c_str(), version.size() + 1) != 0)
    return point;
  std::memcpy(&point.seconds, state->data() + version.size() + 1, sizeof point.seconds);
  point.experiment.assign(state->begin() + static_cast<std::ptrdiff_t>(head), state->end());
  return point;
}

/// One point on its way.
class PointRun {
 public:
  PointRun(const SweepSetup& setup, const PointLimits& limits, std::uint64_t index,
           const schedule::StopToken& stop)
      : setup_(setup),
        limits_(limits),
        point_(setup.grid.at(index)),
        stop_(stop),
        earlier_(unpack(version_, stop.saved())) {}

  Row run() {
    experiment::Context context{.should_stop = [this] { return stop_.requested() || late(); },
                                .saved = earlier_.experiment,
                                .save = [this](std::vector<std::byte> state) { keep(std::move(state)); }};
    try {
      Row row = experiment::run_point(point_, setup_.schema, context);
      setup_.schema.value(row, "wall_seconds") += earlier_.seconds;
      return row;
    } catch (const nn::TrainingStopped&) {
      if (!stop_.requested()) return too_late();
      throw schedule::Stopped(std::move(saved_));
    }
  }

 private:
  double seconds() const { return earlier_.seconds + schedule::steady_seconds() - start_; }
  bool late() const { return seconds() > limits_.timeout_seconds; }

  void keep(std::vector<std::byte> state) {
    if (stop_.requested() && seconds() >= limits_.save_after_seconds && state.size() <= most_saved_bytes)
      saved_ = pack(version_, {seconds(), std::move(state)});
  }

  Row too_late() const {
    Row row = experiment::failed_row(
        point_, setup_.schema,
        "took longer than --point-timeout " + canonical_text(limits_.timeout_seconds) + " seconds");
    setup_.schema.value(row, "wall_seconds") = seconds();
    return row;
  }

  const SweepSetup& setup_;
  const PointLimits& limits_;
  Parameters point_;
  const schedule::StopToken& stop_;
  std::string version_ = version();
  SavedPoint earlier_;
  double start_ = schedule::steady_seconds();
  schedule::SavedState saved_;
};

}  // namespace

PointLimits point_limits(double timeout_seconds) {
  PointLimits limits{.timeout_seconds = timeout_seconds};
  if (const char* text = std::getenv("RGSWEEP_SAVE_AFTER_SECONDS"); text != nullptr)
    limits.save_after_seconds = std::get<double>(parse_value(ValueType::real, text));
  return limits;
}

schedule::Worker::Run point_runner(const SweepSetup& setup, int rank, const PointLimits& limits) {
  return [&setup, rank, limits, host = host_name()](std::uint64_t index, const schedule::StopToken& stop) {
    Row row = PointRun(setup, limits, index, stop).run();
    setup.schema.value(row, "worker_rank") = rank;
    setup.schema.text(row, "host") = host;
    return row;
  };
}

}  // namespace rgsweep::cli

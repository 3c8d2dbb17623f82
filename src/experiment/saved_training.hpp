// A training that was stopped, as bytes: either in its middle, or trained and not yet measured, each with the
// trace so far. The same machine, or one like it, reads them back.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "measurement.hpp"
#include "rgsweep/nn/trainer.hpp"

namespace rgsweep::experiment {

/// At most one of state and result is there; neither: nothing was saved.
struct SavedTraining {
  std::optional<nn::TrainerState> state;
  std::optional<nn::TrainingResult> result;
  std::vector<TracePoint> trace;
};

std::vector<std::byte> to_bytes(const SavedTraining& training);

/// Nothing saved for anything that to_bytes() did not write.
SavedTraining read_saved_training(std::span<const std::byte> bytes);

}  // namespace rgsweep::experiment

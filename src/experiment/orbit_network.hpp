// The network of finite width beside the kernels: an MLP of the same depth, slope and scales, trained by
// gradient descent on all poses but the first of image_a, with that one as the test.
#pragma once

#include <cstdint>
#include <string>

#include <Eigen/Core>

#include "rgsweep/experiment/experiment.hpp"

namespace rgsweep::experiment {

struct TrainedOrbit {
  double error;  ///< y (y - f) on the left-out pose
  double loss;   ///< mean squared error on the others over the last training steps
  bool diverged;
  std::string message;
};

/// Columns of `poses` (pixels x 2N) are A0, B0, A1, B1, ...; A0 is left out. Initial weights have the
/// standard deviation weight_scale / sqrt(fan-in) and biases bias_scale, as the kernels assume. Saves the
/// training when it is stopped, and goes on with a saved one.
TrainedOrbit train_on_orbit(const Parameters& point, const Eigen::MatrixXd& poses, std::uint64_t stream_key,
                            const Context& context);

/// Of a training on `samples` poses of `inputs` pixels.
double predicted_training_seconds(const Parameters& point, double samples, double inputs);

}  // namespace rgsweep::experiment

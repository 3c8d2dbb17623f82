// A run of training for tests: the network of some parameters and batches of the block-spin map.
#pragma once

#include <cmath>

#include "rgsweep/nn/initializer.hpp"
#include "rgsweep/nn/trainer.hpp"
#include "test_keys.hpp"

namespace rgsweep::nn {

/// The block-spin map of two Gaussian inputs; fresh samples every step, or always those of step 0.
class GaussianSource : public BatchSource {
 public:
  explicit GaussianSource(bool constant = false, double target_scale = 1)
      : constant_(constant), target_scale_(target_scale) {}
  void fill(std::uint64_t step, Eigen::Ref<Eigen::ArrayXXd> X, Eigen::Ref<Eigen::ArrayXd> y) override {
    ++fills;
    Stream stream(5, Purpose::train_sample, constant_ ? 0 : step);
    for (Eigen::Index i = 0; i < X.rows(); ++i)
      for (Eigen::Index j = 0; j < X.cols(); ++j) X(i, j) = stream.normal();
    y = target_scale_ * X.rowwise().sum() / std::sqrt(2.0);
  }
  bool constant() const override { return constant_; }

  int fills = 0;

 private:
  bool constant_;
  double target_scale_;
};

struct Training {
  Parameters parameters;
  Layout layout = make_layout(parameters);
  Activation activation = make_activation(parameters);
  TrainingOptions options = TrainingOptions::from(parameters);
  Vector<double> theta0 = initial_parameters(layout, parameters, 11);

  TrainingResult train(BatchSource& source, std::span<const std::uint64_t> checkpoints = {},
                       const std::function<void(const Checkpoint&)>& on_checkpoint = {},
                       const std::function<bool()>& should_stop = {}) const {
    return nn::train(layout, activation, options, theta0, source, checkpoints, on_checkpoint, should_stop);
  }
  /// On fresh samples.
  TrainingResult train() const {
    GaussianSource source;
    return train(source);
  }
};

}  // namespace rgsweep::nn

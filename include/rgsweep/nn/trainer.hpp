// Gradient descent on batches. Step t evaluates the loss of theta_t on batch t and, while t < steps, makes
// theta_(t+1) from its gradient; the last weights are evaluated too, so a run of `steps` updates reads steps
// + 1 batches. Losses are averaged in windows of kLossWindow evaluations, the last of which ends with the
// last evaluation; a run may stop at the end of a window whose mean is small enough. A run has diverged when
// a loss is not finite or exceeds kDivergedLoss; every loss is checked. A loss is always the squared error
// alone, without the penalty on broken symmetry that its gradient may have.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/nn/dense_kernel.hpp"
#include "rgsweep/nn/learning_rate.hpp"
#include "rgsweep/nn/optimizer.hpp"
#include "rgsweep/nn/symmetry_penalty.hpp"

namespace rgsweep::nn {

inline constexpr double kDivergedLoss = 1e12;
/// Evaluations in a window: train_loss is the mean of the last one (fewer in a shorter run).
inline constexpr std::uint64_t kLossWindow = 100;
/// Steps between two looks at should_stop.
inline constexpr std::uint64_t kStopInterval = 16;

enum class Precision { float32, float64 };
/// Values of training.precision, in the order of the enumeration.
std::span<const std::string_view> precision_choices();

/// A symmetry that a penalty imposes on a network with free weights.
struct SoftSymmetry {
  Layout symmetric;  ///< the same network under the symmetry
  double penalty;    ///< lambda of symmetry_penalty.hpp
};

struct TrainingOptions {
  std::string optimizer = "sgd";
  double learning_rate = 0.05;
  std::int64_t batch = 256;
  std::uint64_t steps = 1000;
  std::string schedule = "constant";
  double weight_decay = 0;
  double target_loss = 0;  ///< a window's mean loss at which a run stops; 0: none
  std::optional<SoftSymmetry> soft_symmetry = {};
  Precision precision = Precision::float32;

  /// Reads the keys training.* and, where the symmetry is soft, those of the network.
  static TrainingOptions from(const Parameters& parameters);
};

/// Where the batches come from.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  /// Writes batch `step`, X (batch x inputs) and y (batch). A function of `step` alone, so that a run can be
  /// resumed.
  virtual void fill(std::uint64_t step, Eigen::Ref<Eigen::ArrayXXd> X, Eigen::Ref<Eigen::ArrayXd> y) = 0;
  /// The same batch to float accuracy: rounded, unless a source has a faster way.
  virtual void fill_float(std::uint64_t step, Eigen::Ref<Eigen::ArrayXXf> X, Eigen::Ref<Eigen::ArrayXf> y);
  /// Whether every step has the same batch; it is then read only once.
  virtual bool constant() const { return false; }

 private:
  Eigen::ArrayXXd unrounded_X_;
  Eigen::ArrayXd unrounded_y_;
};

/// All that the rest of a run depends on. Doubles hold the floats of a float32 run exactly.
struct TrainerState {
  std::uint64_t step = 0;
  Vector<double> theta;
  std::vector<Vector<double>> optimizer;
  double loss_sum = 0;  ///< over the evaluations of this window before `step`
};

/// One run, step by step. state() and restore() between two steps continue it bit-identically.
template <class Scalar>
class Trainer {
 public:
  /// Keeps a reference to `source`.
  Trainer(const Layout& layout, const Activation& activation, const TrainingOptions& options,
          const Vector<double>& theta0, BatchSource& source);

  std::uint64_t step() const { return step_; }
  /// Whether the evaluation of this step was the last one: of all steps, or of a whole window that has
  /// reached the target loss.
  bool finished() const;
  Vector<double> theta() const { return theta_.template cast<double>(); }
  /// Loss and gradient on the batch of this step.
  double evaluate();
  /// Updates theta with the gradient of the last evaluate() and goes on to the next step.
  void update();
  /// Mean loss over the evaluations of this window.
  double train_loss() const;

  TrainerState state() const;
  void restore(const TrainerState& state);

 private:
  void load_batch(std::uint64_t step);
  /// Evaluations of this step's window, this one included.
  std::uint64_t evaluations_in_window() const;

  TrainingOptions options_;
  double (*rate_)(double, std::uint64_t, std::uint64_t);
  DenseKernel<Scalar> kernel_;
  Optimizer<Scalar> optimizer_;
  std::optional<SymmetryPenalty<Scalar>> penalty_;
  BatchSource& source_;
  Vector<Scalar> theta_, gradient_;
  std::uint64_t step_ = 0;
  double loss_sum_ = 0;
};

extern template class Trainer<float>;
extern template class Trainer<double>;

/// What an observer sees at a step: the loss on the batch of that step and the weights that gave it.
struct Checkpoint {
  std::uint64_t step;
  double loss;
  const Vector<double>& theta;
};

struct TrainingResult {
  Vector<double> theta;         ///< the last weights
  std::uint64_t steps_run = 0;  ///< updates made
  double train_loss = 0;  ///< mean over the last kLossWindow evaluations; the offending loss if diverged
  bool diverged = false;
  std::string message;  ///< why and at which step it diverged; else empty
};

/// Thrown by train() when should_stop says so.
class TrainingStopped : public std::exception {
 public:
  const char* what() const noexcept override { return "training stopped on request"; }
};

/// How a run that was stopped goes on, bit-identically.
struct Resumption {
  const TrainerState* from = nullptr;  ///< what on_stop was told; null: from the start
  /// Called before TrainingStopped is thrown, after on_checkpoint for all steps before state.step.
  std::function<void(const TrainerState& state)> on_stop = {};
};

/// A whole run in the precision of the options. `checkpoint_steps` is increasing; on_checkpoint is called at
/// those steps, before their update, and `options.steps` means after the last one; a run that stops at its
/// target loss calls it for its last step and for none after it. should_stop is asked every kStopInterval
/// steps; either function may be empty.
TrainingResult train(const Layout& layout, const Activation& activation, const TrainingOptions& options,
                     const Vector<double>& theta0, BatchSource& source,
                     std::span<const std::uint64_t> checkpoint_steps,
                     const std::function<void(const Checkpoint&)>& on_checkpoint,
                     const std::function<bool()>& should_stop, const Resumption& resumption = {});

/// min(count, steps + 1) increasing steps from 0 to `steps`, evenly spaced in log(step) as far as whole
/// numbers allow; {steps} for count = 1.
std::vector<std::uint64_t> log_spaced_checkpoints(std::uint64_t steps, std::size_t count);

}  // namespace rgsweep::nn

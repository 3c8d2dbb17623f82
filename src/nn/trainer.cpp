// The training loop and its resumable state.
#include "rgsweep/nn/trainer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <type_traits>

#include "rgsweep/core/error.hpp"

namespace rgsweep::nn {

namespace {

constexpr std::array<std::string_view, 2> kPrecisions{"float32", "float64"};

template <class Scalar>
TrainingResult run(Trainer<Scalar>& trainer, std::span<const std::uint64_t> checkpoint_steps,
                   const std::function<void(const Checkpoint&)>& on_checkpoint,
                   const std::function<bool()>& should_stop, const Resumption& resumption) {
  TrainingResult result;
  if (resumption.from != nullptr) trainer.restore(*resumption.from);
  auto next_checkpoint = std::lower_bound(checkpoint_steps.begin(), checkpoint_steps.end(), trainer.step());
  for (;; trainer.update()) {
    const std::uint64_t step = trainer.step();
    if (should_stop && step % kStopInterval == 0 && should_stop()) {
      if (resumption.on_stop) resumption.on_stop(trainer.state());
      throw TrainingStopped();
    }

    const double loss = trainer.evaluate();
    if (!(loss <= kDivergedLoss)) {  // also catches NaN
      result.diverged = true;
      result.train_loss = loss;
      result.message = (std::isfinite(loss) ? "loss above 1e12 at step " : "loss not finite at step ") +
                       std::to_string(step);
      break;
    }
    const bool last = trainer.finished();
    if (next_checkpoint != checkpoint_steps.end() && (*next_checkpoint == step || last)) {
      ++next_checkpoint;
      if (on_checkpoint) on_checkpoint({step, loss, trainer.theta()});
    }
    if (last) {
      result.train_loss = trainer.train_loss();
      break;
    }
  }
  result.theta = trainer.theta();
  result.steps_run = trainer.step();
  return result;
}

}  // namespace

std::span<const std::string_view> precision_choices() {
  return kPrecisions;
}

TrainingOptions TrainingOptions::from(const Parameters& parameters) {
  const std::string& precision = parameters.text("training.precision");
  const auto known = std::find(kPrecisions.begin(), kPrecisions.end(), precision);
  if (known == kPrecisions.end())
    throw UsageError("unknown precision '" + precision + "'; known: float32, float64");
  TrainingOptions options;
  options.optimizer = parameters.text("training.optimizer");
  options.learning_rate = parameters.real("training.learning_rate");
  options.batch = parameters.integer("training.batch");
  options.steps = static_cast<std::uint64_t>(parameters.integer("training.steps"));
  options.schedule = parameters.text("training.schedule");
  options.weight_decay = parameters.real("training.weight_decay");
  options.target_loss = parameters.real("training.target_loss");
  if (softly_symmetric(parameters))
    options.soft_symmetry = {make_layout(parameters, parameters.text("model.symmetry")),
                             parameters.real("training.symmetry_penalty")};
  options.precision = static_cast<Precision>(known - kPrecisions.begin());
  return options;
}

void BatchSource::fill_float(std::uint64_t step, Eigen::Ref<Eigen::ArrayXXf> X,
                             Eigen::Ref<Eigen::ArrayXf> y) {
  unrounded_X_.resize(X.rows(), X.cols());
  unrounded_y_.resize(y.size());
  fill(step, unrounded_X_, unrounded_y_);
  X = unrounded_X_.cast<float>();
  y = unrounded_y_.cast<float>();
}

template <class Scalar>
Trainer<Scalar>::Trainer(const Layout& layout, const Activation& activation, const TrainingOptions& options,
                         const Vector<double>& theta0, BatchSource& source)
    : options_(options),
      rate_(nn::schedule(options.schedule).rate),
      kernel_(layout, activation, options.batch),
      optimizer_(options.optimizer, theta0.size(), options.weight_decay,
                 static_cast<Eigen::Index>(layout.first_trainable())),
      source_(source),
      theta_(theta0.cast<Scalar>()),
      gradient_(Vector<Scalar>::Zero(theta0.size())) {
  if (options_.soft_symmetry)
    penalty_.emplace(layout, options_.soft_symmetry->symmetric, options_.soft_symmetry->penalty);
  if (source_.constant()) load_batch(0);
}

template <class Scalar>
std::uint64_t Trainer<Scalar>::evaluations_in_window() const {
  // Windows are counted back from the last evaluation, so that the last one is whole and the first may not
  // be.
  const std::uint64_t first = (options_.steps + 1) % kLossWindow;
  return step_ < first ? step_ + 1 : (step_ - first) % kLossWindow + 1;
}

template <class Scalar>
bool Trainer<Scalar>::finished() const {
  if (step_ >= options_.steps) return true;
  return options_.target_loss > 0 && evaluations_in_window() == kLossWindow &&
         train_loss() <= options_.target_loss;
}

template <class Scalar>
void Trainer<Scalar>::load_batch(std::uint64_t step) {
  if constexpr (std::is_same_v<Scalar, float>)
    source_.fill_float(step, kernel_.X(), kernel_.y());
  else
    source_.fill(step, kernel_.X(), kernel_.y());
}

template <class Scalar>
double Trainer<Scalar>::evaluate() {
  if (!source_.constant()) load_batch(step_);
  const double loss = kernel_.loss_and_gradient(theta_, gradient_);
  if (evaluations_in_window() == 1) loss_sum_ = 0;
  loss_sum_ += loss;
  if (penalty_) penalty_->add(theta_, gradient_);
  return loss;
}

template <class Scalar>
void Trainer<Scalar>::update() {
  optimizer_.update(theta_, gradient_, rate_(options_.learning_rate, step_, options_.steps), step_);
  ++step_;
}

template <class Scalar>
double Trainer<Scalar>::train_loss() const {
  return loss_sum_ / static_cast<double>(evaluations_in_window());
}

template <class Scalar>
TrainerState Trainer<Scalar>::state() const {
  TrainerState state{step_, theta(), {}, loss_sum_};
  for (const Vector<Scalar>& vector : optimizer_.state())
    state.optimizer.push_back(vector.template cast<double>());
  return state;
}

template <class Scalar>
void Trainer<Scalar>::restore(const TrainerState& state) {
  if (state.theta.size() != theta_.size() || state.optimizer.size() != optimizer_.state().size())
    throw std::logic_error("Trainer: the state is of another network or optimiser");
  step_ = state.step;
  loss_sum_ = state.loss_sum;
  theta_ = state.theta.template cast<Scalar>();
  for (std::size_t i = 0; i < state.optimizer.size(); ++i)
    optimizer_.state()[i] = state.optimizer[i].template cast<Scalar>();
}

template class Trainer<float>;
template class Trainer<double>;

TrainingResult train(const Layout& layout, const Activation& activation, const TrainingOptions& options,
                     const Vector<double>& theta0, BatchSource& source,
                     std::span<const std::uint64_t> checkpoint_steps,
                     const std::function<void(const Checkpoint&)>& on_checkpoint,
                     const std::function<bool()>& should_stop, const Resumption& resumption) {
  if (options.precision == Precision::float32) {
    Trainer<float> trainer(layout, activation, options, theta0, source);
    return run(trainer, checkpoint_steps, on_checkpoint, should_stop, resumption);
  }
  Trainer<double> trainer(layout, activation, options, theta0, source);
  return run(trainer, checkpoint_steps, on_checkpoint, should_stop, resumption);
}

std::vector<std::uint64_t> log_spaced_checkpoints(std::uint64_t steps, std::size_t count) {
  const std::size_t size = std::min<std::size_t>(count, steps + 1);
  if (size == 0) return {};
  if (size == 1) return {steps};
  std::vector<std::uint64_t> result{0};
  const double last = static_cast<double>(size - 1);
  for (std::size_t i = 1; i + 1 < size; ++i) {
    const double fraction = static_cast<double>(i - 1) / (last - 1);
    const auto spaced =
        static_cast<std::uint64_t>(std::llround(std::pow(static_cast<double>(steps), fraction)));
    // Whole numbers collide at the small end; each step must also leave room for those still to come.
    result.push_back(std::clamp<std::uint64_t>(spaced, result.back() + 1, steps - (size - 1 - i)));
  }
  result.push_back(steps);
  return result;
}

}  // namespace rgsweep::nn

#include "orbit_network.hpp"

#include <cmath>
#include <span>

#include "rgsweep/core/rng.hpp"
#include "rgsweep/nn/reference_network.hpp"
#include "saved_training.hpp"

namespace rgsweep::experiment {

namespace {

nn::Layout network_layout(const Parameters& point, int inputs) {
  const auto width = static_cast<int>(point.integer("orbit.width"));
  std::vector<nn::Layer> layers;
  int before = inputs;
  for (std::int64_t l = 0; l < point.integer("orbit.depth"); ++l) {
    layers.push_back(
        {.weight = nn::TyingPattern::free(width, before), .bias = nn::TyingPattern::free(width, 1)});
    before = width;
  }
  layers.push_back({.weight = nn::TyingPattern::free(1, before),
                    .bias = nn::TyingPattern::free(1, 1),
                    .activated = false});
  return nn::Layout(std::move(layers));
}

nn::Vector<double> initial_weights(const Parameters& point, const nn::Layout& layout,
                                   std::uint64_t stream_key) {
  nn::Vector<double> theta(static_cast<Eigen::Index>(layout.parameters()));
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const nn::Layer& layer = layout.layers[l];
    Stream stream(stream_key, Purpose::init, l);
    const auto draw = [&](std::size_t offset, const nn::TyingPattern& pattern, double deviation) {
      auto values = theta.segment(static_cast<Eigen::Index>(offset), pattern.parameters());
      stream.normal(std::span<double>(values.data(), static_cast<std::size_t>(values.size())));
      values *= deviation;
    };
    draw(layer.weight_offset, layer.weight,
         point.real("orbit.weight_scale") / std::sqrt(static_cast<double>(layer.weight.cols())));
    draw(layer.bias_offset, layer.bias, point.real("orbit.bias_scale"));
  }
  return theta;
}

/// All poses but the first, at every step.
class PosesButOne : public nn::BatchSource {
 public:
  explicit PosesButOne(const Eigen::MatrixXd& poses) : x_(poses.rightCols(poses.cols() - 1).transpose()) {}

  void fill(std::uint64_t, Eigen::Ref<Eigen::ArrayXXd> x, Eigen::Ref<Eigen::ArrayXd> y) override {
    x = x_;
    // The first of them is B0.
    for (Eigen::Index i = 0; i < y.size(); ++i) y[i] = i % 2 == 0 ? -1 : 1;
  }
  bool constant() const override { return true; }

 private:
  Eigen::ArrayXXd x_;
};

}  // namespace

TrainedOrbit train_on_orbit(const Parameters& point, const Eigen::MatrixXd& poses, std::uint64_t stream_key,
                            const Context& context) {
  const nn::Layout layout = network_layout(point, static_cast<int>(poses.rows()));
  const nn::Activation activation = nn::LeakyRelu{point.real("orbit.slope")};
  nn::TrainingOptions options;
  options.optimizer = point.text("orbit.optimizer");
  options.learning_rate = point.real("orbit.learning_rate");
  options.steps = static_cast<std::uint64_t>(point.integer("orbit.steps"));
  options.batch = poses.cols() - 1;
  options.precision = nn::Precision::float64;
  PosesButOne source(poses);
  const SavedTraining earlier = read_saved_training(context.saved);
  nn::Resumption resumption{.from = earlier.state ? &*earlier.state : nullptr};
  if (context.save)
    resumption.on_stop = [&](const nn::TrainerState& state) { context.save(to_bytes({state, {}, {}})); };
  const nn::TrainingResult training =
      nn::train(layout, activation, options, initial_weights(point, layout, stream_key), source, {}, {},
                context.should_stop, resumption);
  TrainedOrbit result{0, training.train_loss, training.diverged, training.message};
  if (training.diverged) return result;
  const double output =
      nn::ReferenceNetwork(layout, activation).output(training.theta, poses.col(0).transpose().array())(0);
  result.error = 1 - output;
  return result;
}

double predicted_training_seconds(const Parameters& point, double samples, double inputs) {
  // The update of a weight costs more than its part in the products of a sample.
  constexpr double seconds_per_weight = 6e-9, seconds_per_weight_and_sample = 0.06e-9,
                   seconds_per_step = 2e-6;
  const auto width = static_cast<double>(point.integer("orbit.width")),
             depth = static_cast<double>(point.integer("orbit.depth"));
  const double weights = width * (inputs + (depth - 1) * width + 2);
  return static_cast<double>(point.integer("orbit.steps")) *
         (seconds_per_step + weights * (seconds_per_weight + samples * seconds_per_weight_and_sample));
}

}  // namespace rgsweep::experiment

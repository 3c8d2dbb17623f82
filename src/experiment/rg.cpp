#include "rg.hpp"

#include <algorithm>
#include <cmath>

#include "batch_source.hpp"
#include "flow.hpp"
#include "observables.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/nn/initializer.hpp"
#include "saved_training.hpp"

namespace rgsweep::experiment {

namespace {

/// Samples in one step: a batch larger than the training set is the training set.
std::int64_t batch_samples(const Parameters& point) {
  const std::int64_t set = point.integer("task.train_samples"), batch = point.integer("training.batch");
  return set == 0 ? batch : std::min(batch, set);
}

/// The network from whose symmetry delta_trace is the distance.
nn::Layout traced_symmetry(const Parameters& point) {
  return nn::make_layout(point, nn::softly_symmetric(point) ? point.text("model.symmetry") : "exchange");
}

/// Trains, or goes on where an earlier training was stopped; `trace` gets the checkpoints reached, also of a
/// training that diverged.
nn::TrainingResult train_point(const Parameters& point, std::uint64_t stream_key, const nn::Layout& layout,
                               const Context& context, std::vector<TracePoint>& trace) {
  SavedTraining earlier = read_saved_training(context.saved);
  trace = std::move(earlier.trace);
  if (earlier.result) return std::move(*earlier.result);
  nn::TrainingOptions options = nn::TrainingOptions::from(point);
  options.batch = batch_samples(point);
  const auto source = make_batch_source(point, static_cast<std::size_t>(options.batch), stream_key);
  const auto checkpoints =
      nn::log_spaced_checkpoints(options.steps, static_cast<std::size_t>(point.integer("trace.checkpoints")));
  const nn::Layout symmetric = traced_symmetry(point);
  const auto record = [&](const nn::Checkpoint& at) {
    trace.push_back({at.step, at.loss, symmetry_distance(layout, symmetric, at.theta),
                     order_parameter(layout, at.theta)});
  };
  nn::Resumption resumption{.from = earlier.state ? &*earlier.state : nullptr};
  if (context.save)
    resumption.on_stop = [&](const nn::TrainerState& state) { context.save(to_bytes({state, {}, trace})); };
  return nn::train(layout, nn::make_activation(point), options,
                   nn::initial_parameters(layout, point, stream_key), *source, checkpoints, record,
                   context.should_stop, resumption);
}

void measure(const nn::ReferenceNetwork& network, std::uint64_t stream_key, const Context& context,
             Measurement& m) {
  const auto inputs = [&](const std::string& distribution) {
    return InputSource{
        data::parse_distribution(distribution), data::RgMap{static_cast<int>(m.point.integer("task.block"))},
        static_cast<std::size_t>(m.point.integer("task.test_samples")), stream_key, context.should_stop};
  };
  for (const std::string& test : split(m.point.text("task.test"), ','))
    m.tests.push_back(measure_test(network, m.training.theta, inputs(test)));
  const InputSource trained_on = inputs(m.point.text("task.train"));
  m.symmetry = measure_symmetry(network, m.training.theta, trained_on);
  m.flow = measure_flow(network, m.training.theta, trained_on,
                        static_cast<std::size_t>(m.point.integer("trace.flow_steps")));
}

}  // namespace

std::vector<Column> rg_columns() {
  std::vector<Column> columns;
  for (const Observable& observable : observables()) columns.push_back(observable.column);
  return columns;
}

void run_rg(const Parameters& point, std::uint64_t stream_key, const Schema& schema, const Context& context,
            Row& row) {
  const nn::Layout layout = nn::make_layout(point);
  std::vector<TracePoint> trace;
  const nn::TrainingResult training = train_point(point, stream_key, layout, context, trace);
  Measurement m{point, layout, training, {}, {}, std::move(trace), {}};
  if (training.diverged) {
    schema.value(row, "status") = static_cast<double>(Status::diverged);
    schema.text(row, "message") = training.message;
  }
  try {
    measure(nn::ReferenceNetwork(layout, nn::make_activation(point)), stream_key, context, m);
  } catch (const nn::TrainingStopped&) {
    if (context.save) context.save(to_bytes({{}, training, m.trace}));
    throw;
  }
  for (const Observable& observable : observables()) {
    const std::string& name = observable.column.name;
    if (schema.has(name))
      observable.measure(m, schema.shape(schema.index(name)), schema, schema.values(row, name));
  }
}

double predicted_rg_seconds(const Parameters& point) {
  // Rates of one core with 256-bit vectors. Only ratios matter to the order; measured times correct the
  // scale.
  constexpr double seconds_per_operation = 0.15e-9, seconds_per_draw = 4e-9, seconds_per_step = 1e-6,
                   seconds_per_exchange = 20e-9;
  const auto number = [&](std::string_view key) { return static_cast<double>(point.integer(key)); };
  const double block = number("task.block"), width = nn::hidden_units(point), depth = number("model.depth");
  const double multiplications = width * (block + (depth - 1) * width + 1);
  const double activations = 4 * width * depth;
  const double lanes = point.text("training.precision") == "float64" ? 2 : 1;
  const double batch = static_cast<double>(batch_samples(point));
  const double draws = point.integer("task.train_samples") == 0 ? batch * block : 0;
  // Forward and two products backward.
  const double step = seconds_per_step + draws * seconds_per_draw +
                      batch * 3 * (multiplications + activations) * lanes * seconds_per_operation;
  const double tests = static_cast<double>(split(point.text("task.test"), ',').size());
  // Of the flow: outputs of all its steps, and numbers put into random order, each per test sample.
  const double flow_steps = number("trace.flow_steps");
  const double flow = (1 - std::pow(block, -flow_steps)) / (1 - 1 / block);
  const double ordered = (1 - std::pow(block, -std::max(flow_steps - 1, 0.0))) / (1 - 1 / block);
  const double draws_tested = tests + 1 + (flow_steps > 0 ? 1 : 0);
  const double evaluations = tests + 2 + block * (block - 1) / 2 + flow;
  const double test = number("task.test_samples") *
                      (draws_tested * block * seconds_per_draw + ordered * seconds_per_exchange +
                       evaluations * 2 * (multiplications + activations) * 2 * seconds_per_operation);
  return number("training.steps") * step + test;
}

}  // namespace rgsweep::experiment

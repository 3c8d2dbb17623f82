#include "rg.hpp"

#include "batch_source.hpp"
#include "cost.hpp"
#include "flow.hpp"
#include "layer_columns.hpp"
#include "observables.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/nn/initializer.hpp"
#include "saved_training.hpp"

namespace rgsweep::experiment {

namespace {

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
  const std::vector<bool> with_theory = theory_checkpoints(point, checkpoints.size());
  const LayerTracer layers(point, layout, stream_key);
  const auto record = [&](const nn::Checkpoint& at) {
    trace.push_back({at.step, at.loss, symmetry_distance(layout, symmetric, at.theta),
                     order_parameter(layout, at.theta), layers(at.theta, with_theory[trace.size()])});
  };
  nn::Resumption resumption{.from = earlier.state ? &*earlier.state : nullptr};
  if (context.save)
    resumption.on_stop = [&](const nn::TrainerState& state) { context.save(to_bytes({state, {}, trace})); };
  nn::TrainingResult result = nn::train(layout, nn::make_activation(point), options,
                                        nn::initial_parameters(layout, point, stream_key), *source,
                                        checkpoints, record, context.should_stop, resumption);
  // A training that reached its target loss ended at a checkpoint that was not known to be the last.
  if (traces_theory(point) && !trace.empty() && !with_theory[trace.size() - 1] &&
      trace.back().step == result.steps_run)
    trace.back().layers = layers(result.theta, true);
  return result;
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

bool has_rg_column(const Column& column, const Extents& extents) {
  return has_layer_column(column.name, extents.closures);
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

}  // namespace rgsweep::experiment

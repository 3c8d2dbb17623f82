#include "observables.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

#include "layer_columns.hpp"
#include "rgsweep/nn/symmetry.hpp"
#include "rgsweep/theory/infimum.hpp"
#include "weights.hpp"

namespace rgsweep::experiment {

namespace {

using Shape = std::vector<std::size_t>;
using Out = std::span<double>;

/// Where a test's results stand in the test dimension of the file, which may hold more tests than this point
/// has.
std::size_t place(const Schema& schema, const TestResult& test) {
  const std::vector<std::string>& labels = schema.dimension("test").labels;
  return static_cast<std::size_t>(std::find(labels.begin(), labels.end(), test.distribution.text()) -
                                  labels.begin());
}

void train_loss(const Measurement& m, const Shape&, const Schema&, Out out) {
  out[0] = m.training.train_loss;
}

void steps_run(const Measurement& m, const Shape&, const Schema&, Out out) {
  out[0] = static_cast<double>(m.training.steps_run);
}

void test_mse(const Measurement& m, const Shape&, const Schema& schema, Out out) {
  for (const TestResult& test : m.tests) out[place(schema, test)] = test.mse;
}

/// Orders this point asks for, which may be fewer than the file holds.
std::size_t orders(const Measurement& m) {
  return static_cast<std::size_t>(m.point.integer("trace.orders"));
}

void output_cumulant(const Measurement& m, const Shape& shape, const Schema& schema, Out out) {
  for (const TestResult& test : m.tests) {
    const auto k = test.output.k_statistics();
    std::copy_n(k.begin(), orders(m),
                out.begin() + static_cast<std::ptrdiff_t>(place(schema, test) * shape[1]));
  }
}

void target_cumulant(const Measurement& m, const Shape& shape, const Schema& schema, Out out) {
  const data::RgMap map{static_cast<int>(m.point.integer("task.block"))};
  for (const TestResult& test : m.tests)
    for (std::size_t n = 1; n <= orders(m); ++n) {
      const int order = static_cast<int>(n);
      out[place(schema, test) * shape[1] + n - 1] =
          map.target_cumulant(test.distribution.cumulant(order), order);
    }
}

void even_fraction(const Measurement& m, const Shape&, const Schema&, Out out) {
  out[0] = m.symmetry.even_fraction;
}

void exchange_asymmetry(const Measurement& m, const Shape&, const Schema&, Out out) {
  out[0] = m.symmetry.exchange_asymmetry;
}

void nonlinearity(const Measurement& m, const Shape&, const Schema&, Out out) {
  out[0] = m.symmetry.nonlinearity;
}

/// delta_exchange, delta_full, ...: one for each symmetry that constrains the weights.
void append_deltas(std::vector<Observable>& table) {
  for (const nn::Symmetry& entry : nn::symmetries()) {
    const std::string name(entry.name);
    if (name == nn::free_symmetry) continue;
    table.push_back(
        {{.name = "delta_" + name,
          .long_name = "relative distance of the hidden layers' weights from " + name + " symmetry"},
         [name](const Measurement& m, const Shape&, const Schema&, Out out) {
           if (const auto symmetric = layout_under(m.point, name))
             out[0] = symmetry_distance(m.layout, *symmetric, m.training.theta);
         }});
  }
}

void final_order_parameter(const Measurement& m, const Shape&, const Schema&, Out out) {
  out[0] = order_parameter(m.layout, m.training.theta);
}

template <class Field>
void fill_trace(const Measurement& m, Out out, Field field) {
  for (std::size_t i = 0; i < m.trace.size(); ++i) out[i] = static_cast<double>(m.trace[i].*field);
}

void checkpoint_step(const Measurement& m, const Shape&, const Schema&, Out out) {
  fill_trace(m, out, &TracePoint::step);
}

void loss_trace(const Measurement& m, const Shape&, const Schema&, Out out) {
  fill_trace(m, out, &TracePoint::loss);
}

void delta_trace(const Measurement& m, const Shape&, const Schema&, Out out) {
  fill_trace(m, out, &TracePoint::delta);
}

void flow_cumulant(const Measurement& m, const Shape& shape, const Schema&, Out out) {
  for (std::size_t step = 0; step < m.flow.size(); ++step) {
    const auto k = m.flow[step].k_statistics();
    for (std::size_t n = 0; n < orders(m); ++n)
      if (std::isfinite(k[n])) out[step * shape[1] + n] = k[n];  // sums of huge values overflow
  }
}

void flow_target(const Measurement& m, const Shape& shape, const Schema&, Out out) {
  const data::RgMap map{static_cast<int>(m.point.integer("task.block"))};
  const data::Distribution start = data::parse_distribution(m.point.text("task.train"));
  for (std::size_t step = 0; step < m.flow.size(); ++step)
    for (std::size_t n = 1; n <= orders(m); ++n) {
      const int order = static_cast<int>(n);
      out[step * shape[1] + n - 1] =
          map.flow_cumulant(start.cumulant(order), order, static_cast<int>(step) + 1);
    }
}

void weights(const Measurement& m, const Shape&, const Schema&, Out out) {
  write_weights(m.layout, m.training.theta, out);
}

void theory_min_mse(const Measurement& m, const Shape&, const Schema&, Out out) {
  out[0] = theory::infimum(m.point).mse;
}

/// Values of a flag that theory may not know.
std::vector<std::string> knowledge() {
  return {"unknown", "no", "yes"};
}

double flag_of(const std::optional<bool>& known) {
  return known ? *known ? 2 : 1 : 0;
}

void theory_attained(const Measurement& m, const Shape&, const Schema&, Out out) {
  out[0] = flag_of(theory::infimum(m.point).attained);
}

void theory_recursion(const Measurement& m, const Shape&, const Schema&, Out out) {
  out[0] = flag_of(theory::infimum(m.point).recursion);
}

void order_parameter_trace(const Measurement& m, const Shape&, const Schema&, Out out) {
  fill_trace(m, out, &TracePoint::order_parameter);
}

std::vector<Observable> make_table() {
  std::vector<Observable> table = {
      {{.name = "train_loss", .long_name = "mean squared error over the last training steps"}, train_loss},
      {{.name = "steps_run", .type = ColumnType::integer, .long_name = "training steps done"}, steps_run},
      {{.name = "test_mse", .dimensions = {"test"}, .long_name = "test mean squared error / Var(target)"},
       test_mse},
      {{.name = "output_cumulant",
        .dimensions = {"test", "order"},
        .long_name = "cumulants of the output (k-statistics)"},
       output_cumulant},
      {{.name = "target_cumulant",
        .dimensions = {"test", "order"},
        .long_name = "exact cumulants of the target"},
       target_cumulant},
      {{.name = "even_fraction", .long_name = "share of the output's power that is even in the input"},
       even_fraction},
      {{.name = "exchange_asymmetry",
        .long_name = "share of the output's power that changes when two inputs swap"},
       exchange_asymmetry},
      {{.name = "nonlinearity", .long_name = "share of the output's variance that no affine fit explains"},
       nonlinearity},
  };
  append_deltas(table);
  std::vector<Observable> rest = {
      {{.name = "order_parameter", .long_name = "signed balance m of the units, depth 1"},
       final_order_parameter},
      {{.name = "checkpoint_step",
        .type = ColumnType::integer,
        .dimensions = {"checkpoint"},
        .long_name = "training step of the checkpoint"},
       checkpoint_step},
      {{.name = "loss_trace",
        .dimensions = {"checkpoint"},
        .long_name = "loss on the batch of the checkpoint's step"},
       loss_trace},
      {{.name = "delta_trace",
        .dimensions = {"checkpoint"},
        .long_name = "delta_exchange during training; with training_symmetry_penalty > 0 the distance from "
                     "model_symmetry"},
       delta_trace},
      {{.name = "order_parameter_trace",
        .dimensions = {"checkpoint"},
        .long_name = "order_parameter during training"},
       order_parameter_trace},
      {{.name = "theory_min_mse",
        .long_name = "infimum of the mean squared error / Var(target) on the training distribution over all "
                     "weights of the network, where theory knows it"},
       theory_min_mse},
      {{.name = "theory_attained",
        .type = ColumnType::flag,
        .long_name = "whether finite weights attain theory_min_mse",
        .flag_meanings = knowledge()},
       theory_attained},
      {{.name = "theory_recursion",
        .type = ColumnType::flag,
        .long_name = "whether finite weights give the output the target's cumulants at every order",
        .flag_meanings = knowledge()},
       theory_recursion},
      {{.name = "flow_cumulant",
        .dimensions = {"flow_step", "order"},
        .long_name = "cumulants of a population under the learned map iterated (k-statistics)"},
       flow_cumulant},
      {{.name = "flow_target",
        .dimensions = {"flow_step", "order"},
        .long_name = "exact cumulants under the exact map iterated"},
       flow_target},
      {{.name = "weights",
        .dimensions = {"parameter"},
        .long_name = "weights of the trained network (--save-weights)",
        .layout = std::string(weights_layout())},
       weights},
  };
  std::move(rest.begin(), rest.end(), std::back_inserter(table));
  append_layer_columns(table);
  return table;
}

}  // namespace

std::span<const Observable> observables() {
  static const std::vector<Observable> table = make_table();
  return table;
}

}  // namespace rgsweep::experiment

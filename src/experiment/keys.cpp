#include "rgsweep/experiment/keys.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "key_sections.hpp"
#include "rgsweep/core/registry.hpp"
#include "rgsweep/experiment/experiment.hpp"
#include "rgsweep/nn/activation.hpp"
#include "rgsweep/nn/architecture.hpp"
#include "rgsweep/nn/graph.hpp"
#include "rgsweep/nn/initializer.hpp"
#include "rgsweep/nn/learning_rate.hpp"
#include "rgsweep/nn/optimizer.hpp"
#include "rgsweep/nn/symmetry.hpp"
#include "rgsweep/nn/trainer.hpp"

namespace rgsweep::experiment {

namespace {

/// The activations whose entry asks for `key`.
std::vector<std::string> activations_with(std::string_view key) {
  std::vector<std::string> result;
  for (const nn::ActivationEntry& entry : nn::activations())
    if (std::find(entry.keys.begin(), entry.keys.end(), key) != entry.keys.end())
      result.emplace_back(entry.name);
  return result;
}

/// The architectures whose entry asks for `key`.
std::vector<std::string> architectures_with(std::string_view key) {
  std::vector<std::string> result;
  for (const nn::Architecture& entry : nn::architectures())
    if (std::find(entry.keys.begin(), entry.keys.end(), key) != entry.keys.end())
      result.emplace_back(entry.name);
  return result;
}

std::vector<std::string> constraining_symmetries() {
  std::vector<std::string> result;
  for (const nn::Symmetry& entry : nn::symmetries())
    if (entry.name != nn::free_symmetry) result.emplace_back(entry.name);
  return result;
}

void append_sweep_keys(Keys& keys) {
  keys.push_back({.name = "sweep.name",
                  .initial = "sweep",
                  .summary = "name of the sweep, for titles and file names",
                  .axis = false,
                  .identity = false,
                  .block = false});
  keys.push_back({.name = "sweep.experiment",
                  .initial = "rg",
                  .summary = "what is done at each point",
                  .choices = names(experiments()),
                  .cost = true});
  keys.push_back({.name = "sweep.seed",
                  .type = ValueType::integer,
                  .initial = "0",
                  .summary = "replica: selects the random numbers of a point",
                  .minimum = 0});
  keys.push_back({.name = "sweep.pairing",
                  .initial = "independent",
                  .summary = "whether points of one seed share data and initial draws",
                  .choices = {"independent", "paired"},
                  .used_when = {{"sweep.experiment", {"rg"}}},
                  .axis = false});
  keys.push_back(
      {.name = "sweep.refine",
       .type = ValueType::integer,
       .initial = "0",
       .summary = "slopes that a run adds to each curve when the grid is finished, where success is lost",
       .minimum = 0,
       .maximum = 1000,
       .axis = false,
       .identity = false,
       .block = false});
  keys.push_back(
      {.name = "sweep.refine_below",
       .type = ValueType::real,
       .initial = "1e-3",
       .summary = "for refine: a point succeeds when its test_mse on the first of task.test is below",
       .minimum = 0,
       .open_minimum = true,
       .axis = false,
       .identity = false,
       .block = false});
}

void append_network_keys(Keys& keys) {
  keys.push_back({.name = "model.architecture",
                  .initial = "mlp",
                  .summary = "network architecture",
                  .choices = names(nn::architectures()),
                  .cost = true});
  keys.push_back({.name = "model.depth",
                  .type = ValueType::integer,
                  .initial = "1",
                  .summary = "number of hidden layers",
                  .minimum = 1,
                  .maximum = 64,
                  .cost = true});
  keys.push_back({.name = "model.width",
                  .type = ValueType::integer,
                  .initial = "2",
                  .summary = "units in each hidden layer",
                  .minimum = 1,
                  .maximum = 4096,
                  .used_when = {{"model.architecture", architectures_with("model.width")}},
                  .cost = true});
  keys.push_back({.name = "model.graph",
                  .initial = "pair",
                  .summary = "edges between the sites",
                  .choices = names(nn::graphs()),
                  .used_when = {{"model.architecture", architectures_with("model.graph")}}});
  keys.push_back({.name = "model.features",
                  .type = ValueType::integer,
                  .initial = "2",
                  .summary = "hidden features of each site",
                  .minimum = 1,
                  .maximum = 2048,
                  .used_when = {{"model.architecture", architectures_with("model.features")}},
                  .cost = true});
  keys.push_back({.name = "model.readout",
                  .initial = "sink",
                  .summary = "the sites that the output reads",
                  .choices = names(nn::readouts()),
                  .used_when = {{"model.architecture", architectures_with("model.readout")}}});
  keys.push_back({.name = "model.symmetry",
                  .initial = "none",
                  .summary = "symmetry imposed on the weights",
                  .choices = names(nn::symmetries())});
  keys.push_back({.name = "model.bias",
                  .initial = "none",
                  .summary = "which layers have biases",
                  .choices = {nn::bias_choices().begin(), nn::bias_choices().end()}});
  keys.push_back({.name = "model.init",
                  .initial = "normal",
                  .summary = "distribution of the initial weights",
                  .choices = names(nn::initializers())});
  keys.push_back({.name = "model.init_scale",
                  .type = ValueType::real,
                  .initial = "1",
                  .summary = "standard deviation of the initial weights times sqrt(fan-in)",
                  .minimum = 0,
                  .open_minimum = true});
  keys.push_back({.name = "activation.kind",
                  .initial = "leaky_relu",
                  .summary = "activation of the hidden layers",
                  .choices = names(nn::activations())});
  keys.push_back({.name = "activation.slope",
                  .type = ValueType::real,
                  .initial = "0.1",
                  .summary =
                      "slope of the activation (of a spline's start) for negative arguments: 0 is relu, "
                      "1 is linear",
                  .used_when = {{"activation.kind", activations_with("activation.slope")}}});
  keys.push_back({.name = "activation.alpha",
                  .type = ValueType::real,
                  .initial = "1",
                  .summary = "coefficient of the square in the quadratic activation",
                  .used_when = {{"activation.kind", activations_with("activation.alpha")}}});
  keys.push_back({.name = "activation.knots",
                  .type = ValueType::integer,
                  .initial = "9",
                  .summary = "uniform knots of the spline, both ends included",
                  .minimum = 2,
                  .maximum = 256,
                  .used_when = {{"activation.kind", activations_with("activation.knots")}}});
  keys.push_back({.name = "activation.degree",
                  .type = ValueType::integer,
                  .initial = "3",
                  .summary = "polynomial degree of the spline",
                  .minimum = 1,
                  .maximum = nn::SplineBasis::kMaxDegree,
                  .used_when = {{"activation.kind", activations_with("activation.degree")}}});
  keys.push_back({.name = "activation.range",
                  .type = ValueType::real,
                  .initial = "3",
                  .summary = "the spline's knots reach from -range to range; beyond them it is linear",
                  .minimum = 0,
                  .open_minimum = true,
                  .used_when = {{"activation.kind", activations_with("activation.range")}}});
  keys.push_back({.name = "activation.trainable_weights",
                  .initial = "on",
                  .summary = "whether weights and biases are trained together with the spline",
                  .choices = {"on", "off"},
                  .used_when = {{"activation.kind", activations_with("activation.trainable_weights")}}});
}

void append_training_keys(Keys& keys) {
  keys.push_back({.name = "training.optimizer",
                  .initial = "sgd",
                  .summary = "optimizer",
                  .choices = names(nn::optimizers())});
  keys.push_back({.name = "training.learning_rate",
                  .type = ValueType::real,
                  .initial = "0.05",
                  .summary = "learning rate at the first step",
                  .minimum = 0,
                  .open_minimum = true});
  keys.push_back({.name = "training.batch",
                  .type = ValueType::integer,
                  .initial = "256",
                  .summary = "samples in one step, at most the training set",
                  .minimum = 1,
                  .maximum = 1e7,
                  .cost = true});
  keys.push_back({.name = "training.steps",
                  .type = ValueType::integer,
                  .initial = "8000",
                  .summary = "training steps",
                  .minimum = 0,
                  .maximum = 1e12,
                  .cost = true});
  keys.push_back({.name = "training.schedule",
                  .initial = "constant",
                  .summary = "course of the learning rate",
                  .choices = names(nn::schedules())});
  keys.push_back({.name = "training.weight_decay",
                  .type = ValueType::real,
                  .initial = "0",
                  .summary = "decay of the weights in each step, in units of the learning rate",
                  .minimum = 0});
  keys.push_back({.name = "training.symmetry_penalty",
                  .type = ValueType::real,
                  .initial = "0",
                  .summary = "imposes the symmetry by a penalty of this strength; 0 imposes it exactly",
                  .minimum = 0,
                  .used_when = {{"model.symmetry", constraining_symmetries()}},
                  .later = true});
  keys.push_back({.name = "training.target_loss",
                  .type = ValueType::real,
                  .initial = "0",
                  .summary = "stop when the mean loss of 100 steps is at most this; 0 never stops",
                  .minimum = 0,
                  .later = true});
  keys.push_back({.name = "training.precision",
                  .initial = "float32",
                  .summary = "arithmetic of the training",
                  .choices = {nn::precision_choices().begin(), nn::precision_choices().end()},
                  .cost = true});
}

KeyTable make_table() {
  Keys keys;
  append_sweep_keys(keys);
  const std::size_t shared = keys.size();
  append_network_keys(keys);
  append_task_keys(keys);
  append_training_keys(keys);
  append_trace_keys(keys);
  const std::size_t of_rg = keys.size();
  append_orbit_keys(keys);
  // Everything past the sweep's own keys belongs to one experiment.
  for (std::size_t i = shared; i < keys.size(); ++i)
    keys[i].used_when.insert(keys[i].used_when.begin(), {"sweep.experiment", {i < of_rg ? "rg" : "orbit"}});
  return KeyTable(std::move(keys));
}

}  // namespace

const KeyTable& spec_keys() {
  static const KeyTable table = make_table();
  return table;
}

}  // namespace rgsweep::experiment

// `rgsweep list`: the tables, as the program itself reads them.
#include <algorithm>
#include <iomanip>
#include <iostream>

#include "command.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/registry.hpp"
#include "rgsweep/data/distribution.hpp"
#include "rgsweep/experiment/experiment.hpp"
#include "rgsweep/experiment/keys.hpp"
#include "rgsweep/nn/activation.hpp"
#include "rgsweep/nn/architecture.hpp"
#include "rgsweep/nn/graph.hpp"
#include "rgsweep/nn/optimizer.hpp"
#include "rgsweep/nn/symmetry.hpp"

namespace rgsweep::cli {

namespace {

template <class Entry>
void print(std::span<const Entry> table) {
  std::size_t widest = 0;
  for (const Entry& entry : table) widest = std::max(widest, entry.name.size());
  for (const Entry& entry : table)
    std::cout << "  " << std::left << std::setw(static_cast<int>(widest) + 2) << entry.name << entry.summary
              << "\n";
}

void print_activations() {
  print(nn::activations());
}
void print_symmetries() {
  print(nn::symmetries());
}
void print_architectures() {
  print(nn::architectures());
}
void print_graphs() {
  print(nn::graphs());
}
void print_readouts() {
  print(nn::readouts());
}
void print_distributions() {
  print(data::distributions());
}
void print_optimizers() {
  print(nn::optimizers());
}
void print_experiments() {
  print(experiment::experiments());
}

void print_observables() {
  for (const experiment::ExperimentEntry& entry : experiment::experiments())
    for (const Column& column : entry.columns()) {
      std::vector<std::string> dimensions = column.dimensions;
      dimensions.insert(dimensions.begin(), "point");
      std::cout << "  " << column.name << "(" << join(dimensions, ",") << ")  " << column.long_name << "\n";
    }
}

void print_keys() {
  for (const Key& key : experiment::spec_keys().keys())
    std::cout << "  " << key.name << " = " << key.initial << "\n      " << key.summary << "; "
              << key.allowed() << (key.axis ? "" : "; not an axis")
              << (key.identity ? "; column " + key.column() : "") << "\n";
}

struct Listing {
  std::string_view name;
  std::string_view summary;
  void (*print)();
};

std::span<const Listing> listings() {
  static constexpr Listing table[] = {
      {"activations", "activation.kind", print_activations},
      {"symmetries", "model.symmetry", print_symmetries},
      {"architectures", "model.architecture", print_architectures},
      {"graphs", "model.graph", print_graphs},
      {"readouts", "model.readout", print_readouts},
      {"distributions", "task.train, task.test", print_distributions},
      {"optimizers", "training.optimizer", print_optimizers},
      {"experiments", "sweep.experiment", print_experiments},
      {"observables", "columns of the results file", print_observables},
      {"keys", "keys of the sweep file", print_keys},
  };
  return table;
}

}  // namespace

int list_command(const Arguments& arguments, Team&) {
  const Parsed parsed = parse("list", arguments, {}, 0, 1);
  if (parsed.help) return Exit::complete;
  if (!parsed.words.empty()) {
    lookup(listings(), parsed.words[0], "list").print();
    return Exit::complete;
  }
  for (const Listing& listing : listings()) {
    std::cout << listing.name << " (" << listing.summary << ")\n";
    listing.print();
  }
  return Exit::complete;
}

}  // namespace rgsweep::cli

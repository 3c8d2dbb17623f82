// Finds the command, runs it, and turns whatever was thrown into one line and an exit code.
#include <iostream>

#include "command.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/registry.hpp"
#include "version.hpp"

namespace rgsweep::cli {

std::span<const Command> commands() {
  static const Command table[] = {
      {"plan", "SPEC [--KEY VALUE ...] [--shards N] [--json]",
       "Show what a sweep would run, without running it.", plan_command},
      {"run",
       "SPEC --output FILE.h5 [--KEY VALUE ...] [--shard I/N] [--deadline SECONDS|slurm|none]\n"
       "            [--flush-seconds S] [--retry failed] [--point-timeout SECONDS] [--fresh] [--quiet]\n"
       "            [--save-weights]",
       "Run a sweep, or continue it; alone, under mpirun or under srun.", run_command, true},
      {"status", "FILE.h5|FOLDER [--json]", "Show how far a results file is, or the shards in a folder.",
       status_command},
      {"verify", "FILE.h5|SEGMENT ...", "Check that results files are whole.", verify_command},
      {"merge", "OUT.h5 IN.h5 ...", "Unite results files, such as the shards of a sweep.", merge_command},
      {"analyze", "RESULTS.h5 [--output PHASE.h5] [--csv DIR] [--threshold EPS] [--axis KEY]",
       "Success, test error and order parameter along the curves of a sweep.", analyze_command},
      {"cumulants", "RESULTS.h5 --point ID [--checkpoint N] [--json]",
       "Cumulants of a point's layers: measured, exact and predicted.", cumulants_command},
      {"list",
       "[activations|symmetries|architectures|graphs|readouts|distributions|optimizers|experiments|\n"
       "            observables|keys]",
       "List what a sweep file may name.", list_command},
      {"bench", "[--json] [kernel|scheduler|store]",
       "Measure what training, scheduling and storing cost on this machine.", bench_command},
  };
  return table;
}

namespace {

void print_help(std::ostream& out) {
  out << "rgsweep " << version() << "\nDistributed sweeps of networks that learn a renormalisation step.\n\n";
  for (const Command& command : commands())
    out << "  rgsweep " << command.name << " " << command.arguments << "\n      " << command.summary << "\n";
  out << "\nEach command has --help.\n";
}

bool asks_for_help(const std::string& word) {
  return word == "--help" || word == "-h" || word == "help";
}

int dispatch(const Arguments& arguments, Team& team) {
  if (arguments.empty()) {
    if (team.root()) print_help(std::cerr);
    return Exit::usage;
  }
  const std::string& first = arguments.front();
  if (asks_for_help(first)) {
    if (arguments.size() > 1) return lookup(commands(), arguments[1], "command").run({"--help"}, team);
    print_help(std::cout);
    return Exit::complete;
  }
  if (first == "--version") {
    std::cout << "rgsweep " << version() << "\n";
    return Exit::complete;
  }
  const Command& command = lookup(commands(), first, "command");
  if (!command.parallel && team.size() > 1)
    throw UsageError("'rgsweep " + first + "' runs as one process; start it without mpirun");
  return command.run({arguments.begin() + 1, arguments.end()}, team);
}

void report(std::string_view message) {
  std::cerr << "rgsweep: " << message << std::endl;
}

}  // namespace

int run_program(const Arguments& arguments, Team& team) {
  // All ranks come to the same results and errors; one of them says so.
  if (!team.root()) std::cout.setstate(std::ios::failbit);
  try {
    const int code = dispatch(arguments, team);
    if (team.root() && !std::cout.flush()) throw StoreError("cannot write to the standard output");
    return code;
  } catch (const UsageError& error) {
    if (team.root()) report(error.what());
    return Exit::usage;
  } catch (const Error& error) {
    if (team.root()) report(error.what());
    return Exit::failure;
  } catch (const std::exception& error) {
    // Nothing that ranks agree on: the others may be waiting for this one.
    report(error.what());
    if (team.size() > 1) team.abort(Exit::failure);
    return Exit::failure;
  }
}

}  // namespace rgsweep::cli

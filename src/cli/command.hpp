// The subcommands. Each gets the words after its name and returns the exit code; errors are exceptions that
// only run_program() catches.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include "team.hpp"

namespace rgsweep::cli {

/// Exit codes of `run` (the other commands use complete, failure and usage).
enum Exit : int { complete = 0, failure = 1, usage = 2, some_failed = 3, stopped_early = 75 };

using Arguments = std::vector<std::string>;

struct Command {
  std::string_view name;
  std::string_view arguments;
  std::string_view summary;
  int (*run)(const Arguments&, Team&);
  bool parallel = false;  ///< may run on several ranks; the others are for one process
};

std::span<const Command> commands();

/// Runs the command that the arguments name and returns the exit code. The only place that catches errors.
int run_program(const Arguments& arguments, Team& team);

int plan_command(const Arguments&, Team&);
int run_command(const Arguments&, Team&);
int status_command(const Arguments&, Team&);
int verify_command(const Arguments&, Team&);
int merge_command(const Arguments&, Team&);
int analyze_command(const Arguments&, Team&);
int cumulants_command(const Arguments&, Team&);
int list_command(const Arguments&, Team&);
int bench_command(const Arguments&, Team&);

/// The options and the words of one command line. With --help or -h anywhere parse()
/// prints the help and the command has nothing left to do.
struct Parsed {
  boost::program_options::variables_map options;
  std::vector<std::string> words;                              ///< positional, `least` to `most` of them
  std::vector<std::pair<std::string, std::string>> overrides;  ///< spec keys, in the order given
  bool help = false;  ///< the help was printed; nothing is left to do
};

/// Parses a command's arguments against its options; with `spec_keys` every key of the sweep file is one too.
/// Throws UsageError with the nearest option for an unknown one, and for too few or too many words.
Parsed parse(std::string_view command, const Arguments& arguments,
             const boost::program_options::options_description& own, std::size_t least, std::size_t most,
             bool spec_keys = false);

}  // namespace rgsweep::cli

// Command lines by Boost.Program_options: one set of options a command, and every key of the sweep file.
#include <algorithm>
#include <iostream>

#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>

#include "command.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/experiment/keys.hpp"

namespace rgsweep::cli {

namespace po = boost::program_options;

namespace {

const Command& command_named(std::string_view name) {
  for (const Command& command : commands())
    if (command.name == name) return command;
  throw std::logic_error("no command " + std::string(name));
}

po::options_description key_options() {
  po::options_description keys("Keys of the sweep file (each replaces the file's value; axes are allowed)");
  for (const Key& key : experiment::spec_keys().keys())
    keys.add_options()(key.name.c_str(), po::value<std::string>()->value_name("VALUE"),
                       (key.summary + " [" + key.initial + "]").c_str());
  return keys;
}

[[noreturn]] void refuse_option(std::string_view command, const std::string& given,
                                const po::options_description& all) {
  std::vector<std::string> known;
  for (const auto& option : all.options()) known.push_back(option->long_name());
  const std::string word = given.substr(std::min(given.find_first_not_of('-'), given.size()));
  throw UsageError("unknown option '" + given + "'" + did_you_mean(word, known) + "; see 'rgsweep " +
                   std::string(command) + " --help'");
}

}  // namespace

Parsed parse(std::string_view name, const Arguments& arguments, const po::options_description& own,
             std::size_t least, std::size_t most, bool spec_keys) {
  po::options_description options("Options");
  options.add(own);
  options.add_options()("help", "show this help");
  const po::options_description keys = spec_keys ? key_options() : po::options_description();
  po::options_description all;
  all.add(options).add(keys);
  po::options_description accepted;
  accepted.add(all);
  accepted.add_options()("word", po::value<std::vector<std::string>>());
  po::positional_options_description words;
  words.add("word", -1);

  Parsed parsed;
  const Command& command = command_named(name);
  if (std::any_of(arguments.begin(), arguments.end(),
                  [](const std::string& a) { return a == "--help" || a == "-h"; })) {
    std::cout << "rgsweep " << name << " " << command.arguments << "\n"
              << command.summary << "\n\n"
              << options;
    if (spec_keys) std::cout << "\n" << keys;
    parsed.help = true;
    return parsed;
  }
  try {
    namespace style = po::command_line_style;
    // No short options and no guessing: "-0.5" is a value, and an abbreviation would change meaning with new
    // keys.
    const int long_only = style::allow_long | style::long_allow_adjacent | style::long_allow_next;
    const po::parsed_options result =
        po::command_line_parser(arguments).options(accepted).positional(words).style(long_only).run();
    for (const po::option& option : result.options) {
      if (option.string_key == "word" && option.position_key == -1) refuse_option(name, "--word", all);
      if (option.position_key == -1 && experiment::spec_keys().find(option.string_key) != KeyTable::npos)
        parsed.overrides.emplace_back(option.string_key, option.value.at(0));
    }
    po::store(result, parsed.options);
  } catch (const po::unknown_option& error) {
    refuse_option(name, error.get_option_name(), all);
  } catch (const po::error& error) {
    throw UsageError(std::string(error.what()) + "; see 'rgsweep " + std::string(name) + " --help'");
  }
  if (parsed.options.count("word") != 0) parsed.words = parsed.options["word"].as<std::vector<std::string>>();
  if (parsed.words.size() < least || parsed.words.size() > most)
    throw UsageError("usage: rgsweep " + std::string(name) + " " + std::string(command.arguments));
  return parsed;
}

}  // namespace rgsweep::cli

#include <gtest/gtest.h>

#include "command.hpp"
#include "rgsweep/core/error.hpp"

namespace rgsweep::cli {
namespace {

namespace po = boost::program_options;

po::options_description some_options() {
  po::options_description options;
  options.add_options()("output", po::value<std::string>())("quiet", "");
  return options;
}

std::string message(const Arguments& arguments) {
  try {
    parse("run", arguments, some_options(), 1, 1, true);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Parse, WordsOptionsAndKeys) {
  const Parsed parsed = parse("run",
                              {"a.ini", "--output", "x.h5", "--activation.slope", "linspace(0,1,41)",
                               "--quiet", "--training.learning_rate=-0.5", "--model.init_scale", "-2"},
                              some_options(), 1, 1, true);
  EXPECT_EQ(parsed.words, std::vector<std::string>{"a.ini"});
  EXPECT_EQ(parsed.options["output"].as<std::string>(), "x.h5");
  EXPECT_EQ(parsed.options.count("quiet"), 1U);
  // Values that begin with a minus are values: what is wrong with them is for the key to say.
  const std::vector<std::pair<std::string, std::string>> expected = {{"activation.slope", "linspace(0,1,41)"},
                                                                     {"training.learning_rate", "-0.5"},
                                                                     {"model.init_scale", "-2"}};
  EXPECT_EQ(parsed.overrides, expected);
}

TEST(Parse, MessagesNameTheNearest) {
  EXPECT_EQ(message({"a.ini", "--model.wdith", "3"}),
            "unknown option '--model.wdith' (did you mean 'model.width'?); see 'rgsweep run --help'");
  EXPECT_EQ(message({"a.ini", "--outptu", "3"}),
            "unknown option '--outptu' (did you mean 'output'?); see 'rgsweep run --help'");
  EXPECT_EQ(message({"a.ini", "b.ini"}).substr(0, 17), "usage: rgsweep ru");
  EXPECT_NE(message({"a.ini", "--output"}), "");
  EXPECT_NE(message({"a.ini", "--out", "x"}), "");  // no abbreviations
  EXPECT_NE(message({"a.ini", "--quiet", "--quiet", "--output", "a", "--output", "b"}), "");
}

}  // namespace
}  // namespace rgsweep::cli

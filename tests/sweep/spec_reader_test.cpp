// Every mistake in a sweep file: one message with file, line, key, value and what is allowed.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "rgsweep/sweep/spec.hpp"
#include "test_keys.hpp"

namespace rgsweep::sweep {
namespace {

std::string refusal(const std::string& text, const Overrides& overrides = {}) {
  return message_of([&] { spec_of(text, overrides); });
}

TEST(SpecReader, UnknownNames) {
  EXPECT_EQ(refusal("[model]\n\nwidht = 2\n"),
            "test.ini:3: model.widht = 2: unknown key (did you mean 'model.width'?); allowed: model.depth, "
            "model.width");
  EXPECT_EQ(refusal("[grid.a]\nmodel.dept = 2\n"),
            "test.ini:2: model.dept = 2: unknown key (did you mean 'model.depth'?); allowed: model.depth, "
            "model.width");
  EXPECT_EQ(
      refusal("colour = red\n"),
      "test.ini:1: colour = red: unknown key; allowed: keys of the sections sweep, model, activation, task, "
      "training");
  EXPECT_EQ(refusal("[modle]\n"),
            "test.ini:1: [modle]: unknown section (did you mean 'model'?); allowed: sweep, model, "
            "activation, task, "
            "training, grid.NAME");
  EXPECT_EQ(refusal("[model]\nexclude = model.width=1\n"),
            "test.ini:2: model.exclude = model.width=1: unknown key; allowed: model.depth, model.width");
}

TEST(SpecReader, BadValues) {
  EXPECT_EQ(refusal("[training]\nrate = 0.1, fast # very\n"),
            "test.ini:2: training.rate = 0.1, fast: 'fast' is not a finite number; allowed: real > 0");
  EXPECT_EQ(refusal("[model]\nwidth =\n"),
            "test.ini:2: model.width = : the value is empty; allowed: integer >= 1");
  EXPECT_EQ(
      refusal("[grid.a]\nactivation.kind = rellu\n"),
      "test.ini:2: activation.kind = rellu: unknown value 'rellu' (did you mean 'relu'?); allowed: one of "
      "linear, relu, leaky_relu, quadratic, spline");
}

TEST(SpecReader, Syntax) {
  EXPECT_EQ(refusal("[model]\nwidth 3\n"),
            "test.ini:2: width 3: not a setting; allowed: KEY = VALUE, [SECTION], and comments after #");
  EXPECT_EQ(refusal("= 3\n"),
            "test.ini:1: = 3: not a setting; allowed: KEY = VALUE, [SECTION], and comments after #");
  EXPECT_EQ(refusal("\n[model\n"), "test.ini:2: [model: the section is not closed; allowed: [NAME]");
  EXPECT_EQ(refusal(std::string("[model]\nwidth = 3\0\n", 18)),
            "test.ini:2: not a text file: it holds the control character 0");
  EXPECT_EQ(refusal("[grid.]\n"),
            "test.ini:1: [grid.]: not a name of a block; allowed: [grid.NAME] with letters, digits, _ and - "
            "in NAME");
  EXPECT_EQ(refusal("[grid.a]\n[grid.a]\n"),
            "test.ini:2: [grid.a]: the block occurs twice; allowed: another name");
}

TEST(SpecReader, KeysSetTwiceOrInTheWrongPlace) {
  EXPECT_EQ(refusal("[model]\nwidth = 1\n[training]\nsteps = 1\n[model]\nwidth = 2\n"),
            "test.ini:6: model.width = 2: set twice, first at test.ini:2: model.width = 1; allowed: once");
  EXPECT_EQ(refusal("[grid.a]\nsweep.pairing = paired\n"),
            "test.ini:2: sweep.pairing = paired: the key belongs to the sweep as a whole; allowed: outside "
            "blocks, in "
            "[sweep]");
}

TEST(SpecReader, Zips) {
  const std::string zip = "zip(model.depth,model.width)";
  EXPECT_EQ(refusal(zip + " = (1,2), (3)\n"),
            "test.ini:1: " + zip +
                " = (1,2), (3): '(3)' has 1 values; allowed: one for each of the 2 "
                "keys");
  EXPECT_EQ(refusal(zip + " = 1, 2\n"),
            "test.ini:1: " + zip + " = 1, 2: '1' is not a tuple; allowed: (v1,v2), (v1,v2), ...");
  EXPECT_EQ(
      refusal(zip + " = (1,2..3)\n"),
      "test.ini:1: " + zip + " = (1,2..3): '2..3' names several values; allowed: one value for each key");
  EXPECT_EQ(refusal(zip + " = (0,1)\n"),
            "test.ini:1: " + zip + " = (0,1): 0 is out of range; allowed: integer >= 1");
  EXPECT_EQ(refusal(zip + " =\n"),
            "test.ini:1: " + zip + " = : the value is empty; allowed: (v1,v2), (v1,v2), ...");
  EXPECT_EQ(
      refusal("zip(model.width) = (1)\n"),
      "test.ini:1: zip(model.width) = (1): zip walks several keys together; allowed: zip(KEY1,KEY2) = ...");
  EXPECT_EQ(refusal("zip(model.width,model.width) = (1,1)\n"),
            "test.ini:1: zip(model.width,model.width) = (1,1): model.width is named twice");
  EXPECT_EQ(refusal("zip(task.test,model.width) = (a,1)\n"),
            "test.ini:1: zip(task.test,model.width) = (a,1): task.test cannot have several values");
}

TEST(SpecReader, ZipsAgainstOtherSettings) {
  const std::string zip = "zip(model.depth,model.width) = (1,1), (2,2)";
  const std::string place =
      "the key is walked by the zip at test.ini:1: " + zip + "; allowed: one of the two";
  EXPECT_EQ(refusal(zip + "\n[model]\nwidth = 1\n"), "test.ini:3: model.width = 1: " + place);
  EXPECT_EQ(refusal(zip + "\n[grid.a]\nmodel.width = 1\n"), "test.ini:3: model.width = 1: " + place);
  EXPECT_EQ(
      refusal(zip + "\n[grid.a]\nzip(model.width,training.steps) = (1,1)\n"),
      "test.ini:3: zip(model.width,training.steps) = (1,1): model.width is already walked at test.ini:1: " +
          zip + "; allowed: one zip for each key");
  EXPECT_EQ(refusal("[grid.a]\n" + zip + "\nmodel.depth = 1\n"),
            "test.ini:3: model.depth = 1: the key is walked by the zip at test.ini:2: " + zip +
                "; allowed: one of the two");
  // A block's zip replaces a shared axis.
  EXPECT_EQ(spec_of("[model]\nwidth = 7\n[grid.a]\n" + zip + "\n").blocks.size(), 1U);
}

TEST(SpecReader, Excludes) {
  EXPECT_EQ(refusal("exclude = model.width\n"),
            "test.ini:1: exclude = model.width: 'model.width' is not a condition; allowed: KEY=VALUE, "
            "KEY=VALUE, ...");
  EXPECT_EQ(refusal("exclude = model.width=1, model.width=2\n"),
            "test.ini:1: exclude = model.width=1, model.width=2: model.width is named twice; allowed: one "
            "condition "
            "for each key");
  EXPECT_EQ(refusal("exclude = model.with=1\n"),
            "test.ini:1: exclude = model.with=1: unknown key 'model.with' (did you mean 'model.width'?); see "
            "'rgsweep "
            "list keys'");
  EXPECT_EQ(
      refusal("exclude = sweep.name=a\n"),
      "test.ini:1: exclude = sweep.name=a: sweep.name does not describe a point; allowed: keys that do");
  EXPECT_EQ(refusal("exclude =\n"),
            "test.ini:1: exclude = : the value is empty; allowed: KEY=VALUE, KEY=VALUE, ...");
}

TEST(SpecReader, Overrides) {
  EXPECT_EQ(refusal("", {{"model.width", "zero"}}),
            "--model.width zero: 'zero' is not an integer; allowed: integer >= 1");
  EXPECT_EQ(refusal("", {{"model.widht", "2"}}),
            "--model.widht 2: unknown key (did you mean 'model.width'?); allowed: model.depth, model.width");
  EXPECT_EQ(
      refusal("[grid.a]\nzip(model.depth,model.width) = (1,1)\n", {{"model.width", "2"}}),
      "--model.width 2: the key is walked by the zip at test.ini:2: zip(model.depth,model.width) = (1,1); "
      "allowed: a change of that line");
  EXPECT_EQ(refusal("", {{"sweep.seed", "1"}, {"sweep.seed", "2"}}),
            "--sweep.seed 2: given twice; allowed: once");
  EXPECT_EQ(refusal("", {{"sweep.name", "a # b"}}),
            "--sweep.name a # b: the value holds '#', a line end or NUL; allowed: what a line of a sweep "
            "file can hold");
}

TEST(SpecReader, Files) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "rgsweep_spec_reader_test";
  std::filesystem::create_directories(folder);
  const std::string file = (folder / "good.ini").string();
  std::ofstream(file) << "[model]\nwidth = 3\n";
  const Spec spec = read_spec(test_keys(), file, {{"model.depth", "2"}});
  EXPECT_EQ(spec.text, "[model]\nwidth = 3\n");
  EXPECT_EQ(spec.source, file);
  EXPECT_EQ(canonical_text(spec.scalar("model.depth")), "2");
  const std::string missing = (folder / "missing.ini").string();
  EXPECT_EQ(
      message_of([&] { read_spec(test_keys(), missing); }),
      missing + ": the sweep file cannot be read: No such file or directory; allowed: a readable text file");
  EXPECT_EQ(message_of([&] { read_spec(test_keys(), folder.string()); }),
            folder.string() + ": the sweep file cannot be read; allowed: a readable text file");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace rgsweep::sweep

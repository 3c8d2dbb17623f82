// What a correct sweep file means; mistakes are in spec_reader_test.cpp.
#include "rgsweep/sweep/spec.hpp"

#include <stdexcept>

#include <gmock/gmock.h>

#include "test_keys.hpp"

namespace rgsweep::sweep {
namespace {

using testing::ElementsAre;

std::size_t place(const char* key) {
  return test_keys().index(key);
}

std::string listed(const ValueList& values) {
  std::vector<std::string> texts;
  for (const Value& value : values) texts.push_back(canonical_text(value));
  return join(texts, " ");
}

std::string listed(const Spec& spec, std::size_t block, const char* key) {
  return listed(spec.values(spec.blocks.at(block), place(key)));
}

constexpr const char* two_blocks = R"(
# two blocks over shared settings
activation.slope = 0:0.25:1     # in full, before the first section
[sweep]
name = two, blocks
seed = 0..2
[model]
width = 4
[grid.leaky]
activation.kind = leaky_relu
model.width = 8, 16
[grid.other]
activation.kind = linear, quadratic
zip(model.depth, training.steps) = (1, 100), (2, 200)
exclude = model.depth=2, activation.kind=linear
)";

TEST(Spec, SectionsBlocksAndDefaults) {
  const Spec spec = spec_of(two_blocks);
  ASSERT_EQ(spec.blocks.size(), 2U);
  EXPECT_EQ(spec.source, "test.ini");
  EXPECT_EQ(spec.text, two_blocks);
  EXPECT_EQ(listed(spec, 0, "activation.slope"), "0 0.25 0.5 0.75 1");
  EXPECT_EQ(listed(spec, 0, "sweep.seed"), "0 1 2");
  EXPECT_EQ(listed(spec, 0, "model.width"), "8 16");
  EXPECT_EQ(listed(spec, 1, "model.width"), "4");
  EXPECT_EQ(listed(spec, 1, "activation.kind"), "linear quadratic");
  EXPECT_EQ(listed(spec, 1, "training.rate"), "0.05");
  EXPECT_EQ(spec.shared.axes.at(place("sweep.seed")).text, "0..2");
}

TEST(Spec, ZipAndExclude) {
  const Spec spec = spec_of(two_blocks);
  const Zip& zip = spec.blocks[1].own.zips.at(0);
  EXPECT_THAT(zip.keys, ElementsAre(place("model.depth"), place("training.steps")));
  ASSERT_EQ(zip.tuples.size(), 2U);
  EXPECT_EQ(listed(zip.tuples[1]), "2 200");
  EXPECT_EQ(zip.name, "zip(model.depth,training.steps)");
  const Exclude& exclude = spec.blocks[1].own.excludes.at(0);
  ASSERT_EQ(exclude.terms.size(), 2U);
  EXPECT_EQ(listed(exclude.terms[0].values), "2");
  EXPECT_THAT(exclude.terms[1].choices, ElementsAre("linear"));
}

TEST(Spec, RulesForAllBlocksMayBeRepeated) {
  const Spec spec = spec_of(
      "exclude = model.depth=1\n[sweep]\nexclude = model.depth = 2..3, sweep.seed=0\nexclude = "
      "task.train=gamma(3.0)\n"
      "zip(model.width,model.depth)=(1,1),(2,2)\nzip (task.train, training.rate) = (gamma(2), 1), (uniform, "
      "0.1)\n");
  EXPECT_EQ(spec.shared.zips.size(), 2U);
  EXPECT_EQ(listed(spec.shared.zips[1].tuples[0]), "gamma(2) 1");
  ASSERT_EQ(spec.shared.excludes.size(), 3U);
  EXPECT_EQ(listed(spec.shared.excludes[1].terms[0].values), "2 3");
  EXPECT_EQ(listed(spec.shared.excludes[2].terms[0].values), "gamma(3)");
}

TEST(Spec, AFileMayBeEmptyHaveCrlfAndAByteOrderMark) {
  EXPECT_EQ(spec_of("").blocks.size(), 1U);
  const Spec spec = spec_of("\xEF\xBB\xBF[model]\r\nwidth = 3\r\n\r\n[ grid.a ]\r\nmodel.depth = 2");
  EXPECT_EQ(listed(spec, 0, "model.width"), "3");
  EXPECT_EQ(listed(spec, 0, "model.depth"), "2");
  EXPECT_EQ(spec.blocks[0].name, "a");
}

TEST(Spec, OverridesReplaceAKeyEverywhere) {
  const Spec spec = spec_of(two_blocks, {{"model.width", "1..3"}, {"sweep.name", "other"}});
  EXPECT_EQ(listed(spec, 0, "model.width"), "1 2 3");
  EXPECT_EQ(listed(spec, 1, "model.width"), "1 2 3");
  EXPECT_EQ(canonical_text(spec.scalar("sweep.name")), "other");
  EXPECT_EQ(spec.text, two_blocks);
}

TEST(Spec, Scalars) {
  const Spec spec = spec_of(two_blocks);
  EXPECT_EQ(canonical_text(spec.scalar("sweep.name")), "two, blocks");
  EXPECT_EQ(canonical_text(spec.scalar("sweep.pairing")), "independent");
  EXPECT_EQ(canonical_text(spec.scalar("training.rate")), "0.05");
  EXPECT_THROW(spec.scalar("sweep.seed"), std::logic_error);
  EXPECT_THROW(spec.scalar("model.width"), std::logic_error);
  EXPECT_THROW(spec.scalar("model.depth"), std::logic_error);
  EXPECT_THROW(spec.scalar("model.height"), std::logic_error);
}

TEST(Spec, EffectiveTextIsReadable) {
  const Spec spec =
      spec_of(two_blocks, {{"model.width", "linspace(1,3,3)"}, {"task.test", "gaussian, uniform"}});
  EXPECT_EQ(spec.effective_text(), R"([sweep]
name = two, blocks
seed = 0..2

[model]
width = linspace(1,3,3)

[activation]
slope = 0:0.25:1

[task]
test = gaussian, uniform

[grid.leaky]
activation.kind = leaky_relu

[grid.other]
activation.kind = linear, quadratic
zip(model.depth,training.steps) = (1, 100), (2, 200)
exclude = model.depth=2, activation.kind=linear
)");
}

TEST(Spec, EffectiveTextGivesTheSameSweep) {
  const std::string text = std::string("exclude = sweep.seed=1, activation.slope=0.30\n") + two_blocks;
  const Spec spec = spec_of(text, {{"activation.slope", "0:0.1:1"}, {"task.test", "uniform"}});
  const Spec again = spec_of(spec.effective_text());
  EXPECT_EQ(again.effective_text(), spec.effective_text());
  EXPECT_EQ(again.hash(), spec.hash());
  const Grid grid = Grid::build(test_keys(), spec), same = Grid::build(test_keys(), again);
  ASSERT_EQ(grid.size(), same.size());
  EXPECT_EQ(grid.excluded(), same.excluded());
  for (std::uint64_t i = 0; i < grid.size(); ++i) ASSERT_EQ(grid.at(i), same.at(i));
}

TEST(Spec, HashIsOfTheMeaning) {
  const std::uint64_t hash = spec_of("[model]\nwidth = 1..3\ndepth = 2\n").hash();
  EXPECT_EQ(spec_of("# words\nmodel.depth=2\n[model]\nwidth = 1, 2, 3").hash(), hash);
  EXPECT_EQ(spec_of("[model]\nwidth = 7", {{"model.width", "1:1:3"}, {"model.depth", "2"}}).hash(), hash);
  EXPECT_EQ(spec_of("[model]\nwidth = 1..3\ndepth = 2\n[training]\nrate = 0.050").hash(), hash);
  EXPECT_NE(spec_of("[model]\nwidth = 1..4\ndepth = 2\n").hash(), hash);
  EXPECT_NE(spec_of("exclude=model.width=1\n[model]\nwidth = 1..3\ndepth = 2\n").hash(), hash);
  EXPECT_NE(spec_of("[model]\nwidth = 1..3\ndepth = 2\n[grid.a]\nsweep.seed=1").hash(), hash);
}

}  // namespace
}  // namespace rgsweep::sweep

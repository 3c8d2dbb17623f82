// Every axis form, the numbers it gives, and every way to get it wrong.
#include "rgsweep/sweep/axis.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "test_keys.hpp"

namespace rgsweep::sweep {
namespace {

using testing::ElementsAre;

std::vector<std::string> texts(const std::string& key, const std::string& text) {
  const KeyTable& table = test_keys();
  std::vector<std::string> result;
  for (const Value& value : parse_axis(table[table.index(key)], text))
    result.push_back(canonical_text(value));
  return result;
}

std::vector<std::string> reals(const std::string& text) {
  return texts("activation.slope", text);
}
std::vector<std::string> integers(const std::string& text) {
  return texts("sweep.seed", text);
}
std::string refusal(const std::string& key, const std::string& text) {
  return message_of([&] { texts(key, text); });
}

TEST(Axis, ScalarsAndLists) {
  EXPECT_THAT(reals(" 0.25 "), ElementsAre("0.25"));
  EXPECT_THAT(reals("3, 1, 2"), ElementsAre("3", "1", "2"));
  EXPECT_THAT(integers("1e3"), ElementsAre("1000"));
  EXPECT_THAT(texts("task.train", "gaussian, gamma(2.0), gamma(3)"),
              ElementsAre("gaussian", "gamma(2)", "gamma(3)"));
}

TEST(Axis, Linspace) {
  EXPECT_THAT(reals("linspace(0,1,5)"), ElementsAre("0", "0.25", "0.5", "0.75", "1"));
  EXPECT_THAT(reals("linspace(1, -1, 3)"), ElementsAre("1", "0", "-1"));
  EXPECT_THAT(reals("linspace(2,3,1)"), ElementsAre("2"));
  EXPECT_THAT(integers("linspace(0,30,4)"), ElementsAre("0", "10", "20", "30"));
  EXPECT_EQ(reals("linspace(0,1,41)")[12], "0.3");
}

TEST(Axis, Logspace) {
  EXPECT_THAT(reals("logspace(1e-3,1,4)"), ElementsAre("0.001", "0.01", "0.1", "1"));
  EXPECT_THAT(integers("logspace(1000,1,4)"), ElementsAre("1000", "100", "10", "1"));
  EXPECT_THAT(reals("logspace(1,2,3)"), ElementsAre("1", "1.41421356237", "2"));
}

TEST(Axis, Steps) {
  EXPECT_THAT(reals("0:0.1:0.5"), ElementsAre("0", "0.1", "0.2", "0.3", "0.4", "0.5"));
  EXPECT_THAT(reals("1:-0.4:0"), ElementsAre("1", "0.6", "0.2"));
  EXPECT_THAT(reals("2:1:2"), ElementsAre("2"));
  EXPECT_THAT(integers("10:-5:0"), ElementsAre("10", "5", "0"));
}

TEST(Axis, CancellationLeavesNoDirt) {
  EXPECT_THAT(reals("-0.3:0.1:0.3"), ElementsAre("-0.3", "-0.2", "-0.1", "0", "0.1", "0.2", "0.3"));
  const std::vector<std::string> fine = reals("-1000:0.001:1000");
  ASSERT_EQ(fine.size(), 2000001U);
  EXPECT_EQ(fine[999999], "-0.001");
  EXPECT_EQ(fine[1000000], "0");
  EXPECT_EQ(fine[1000001], "0.001");
}

TEST(Axis, IntegerRanges) {
  EXPECT_THAT(integers("0..3"), ElementsAre("0", "1", "2", "3"));
  EXPECT_THAT(integers("7..7"), ElementsAre("7"));
  EXPECT_THAT(reals("-1..1"), ElementsAre("-1", "0", "1"));
  EXPECT_EQ(integers("9007199254740989..9007199254740991").size(), 3U);
}

TEST(Axis, FormsMixInAListAndRepeatedValuesCollapse) {
  EXPECT_THAT(reals("0.5, linspace(0,1,3), 0:0.25:1, 2"), ElementsAre("0.5", "0", "1", "0.25", "0.75", "2"));
  EXPECT_THAT(integers("3, 0..4, 3"), ElementsAre("3", "0", "1", "2", "4"));
  EXPECT_THAT(texts("task.train", "gamma, gamma(2), gamma( 2.0 )"), ElementsAre("gamma(2)"));
}

TEST(Axis, OneNumberWhateverItsForm) {
  const Key& key = test_keys()[test_keys().index("activation.slope")];
  const auto third = [&](const std::string& text) { return std::get<double>(parse_axis(key, text)[3]); };
  EXPECT_EQ(third("0:0.1:1"), 0.3);
  EXPECT_EQ(third("linspace(0,1,11)"), 0.3);
  EXPECT_EQ(third("0,1,2,0.30"), 0.3);
  EXPECT_EQ(std::get<double>(parse_axis(key, "linspace(0.1234567890123456,1,2)").front()),
            0.1234567890123456);
  EXPECT_FALSE(std::signbit(std::get<double>(parse_axis(key, "-0").front())));
}

TEST(Axis, KeysThatAreNoAxesTakeTheWholeText) {
  EXPECT_THAT(texts("task.test", "gaussian , uniform"), ElementsAre("gaussian,uniform"));
  EXPECT_THAT(texts("sweep.name", "a, b: linspace(0,1,3)"), ElementsAre("a, b: linspace(0,1,3)"));
}

TEST(Axis, MalformedForms) {
  EXPECT_EQ(refusal("activation.slope", "linspce(0,1,3)"),
            "unknown form 'linspce' (did you mean 'linspace'?); allowed: real, or linspace(a,b,n), "
            "logspace(a,b,n), a:step:b, i..j");
  EXPECT_EQ(refusal("activation.slope", "linspace(0,1)"),
            "'linspace(0,1)' is malformed; allowed: linspace(first, last, count)");
  EXPECT_EQ(refusal("activation.slope", "linspace(0,1,3"),
            "'linspace(0,1,3' is malformed; allowed: linspace(first, last, count)");
  EXPECT_EQ(refusal("activation.slope", "linspace(0,1,0)"),
            "'linspace(0,1,0)' has no values; allowed: a count of at least 1");
  EXPECT_EQ(refusal("activation.slope", "linspace(0,x,3)"), "'x' is not a finite number");
  EXPECT_EQ(refusal("activation.slope", "linspace(0,1,2.5)"), "'2.5' is not an integer");
  EXPECT_EQ(refusal("activation.slope", "logspace(0,1,3)"),
            "'logspace(0,1,3)' is malformed; allowed: both ends > 0");
  EXPECT_EQ(refusal("activation.slope", "0:1"), "'0:1' is malformed; allowed: first:step:last");
  EXPECT_EQ(refusal("activation.slope", "0:0:1"),
            "'0:0:1' never arrives; allowed: a step from the first value towards the last");
  EXPECT_EQ(refusal("activation.slope", "0:-1:1"),
            "'0:-1:1' never arrives; allowed: a step from the first value towards the last");
  EXPECT_EQ(refusal("sweep.seed", "3..1"),
            "'3..1' is malformed; allowed: first..last, whole numbers in ascending order");
  EXPECT_EQ(refusal("sweep.seed", "0..1.5"),
            "'0..1.5' is malformed; allowed: first..last, whole numbers in ascending order");
}

TEST(Axis, EmptyAndRefusedValues) {
  EXPECT_EQ(refusal("sweep.seed", "  "), "the value is empty; allowed: integer >= 0");
  EXPECT_EQ(refusal("sweep.seed", "1,,2"), "an element of the list is empty; allowed: integer >= 0");
  EXPECT_EQ(refusal("sweep.seed", "1,"), "an element of the list is empty; allowed: integer >= 0");
  EXPECT_EQ(refusal("sweep.seed", "-2..2"), "-2 is out of range; allowed: integer >= 0");
  EXPECT_EQ(refusal("sweep.seed", "linspace(0,1,3)"),
            "'linspace(0,1,3)' has values that are not whole; allowed: integer >= 0");
  EXPECT_EQ(refusal("sweep.seed", "0:0.5:1"), "'0.5' is not an integer; allowed: integer >= 0");
  EXPECT_EQ(refusal("training.rate", "0:0.1:1"), "0 is out of range; allowed: real > 0");
  EXPECT_EQ(refusal("task.train", "gausian"),
            "unknown value 'gausian' (did you mean 'gaussian'?); allowed: one of gaussian, uniform, gamma");
}

TEST(Axis, TooManyValuesAreRefusedBeforeTheyAreMade) {
  const std::string expected = "too many values; allowed: at most 16777216 in an axis";
  EXPECT_EQ(refusal("sweep.seed", "0..9007199254740991"), expected);
  EXPECT_EQ(refusal("activation.slope", "0:1e-300:1"), expected);
  EXPECT_EQ(refusal("activation.slope", "linspace(0,1,9007199254740991)"), expected);
  EXPECT_EQ(refusal("activation.slope", "-1e308:1e-308:1e308"), expected);
}

}  // namespace
}  // namespace rgsweep::sweep

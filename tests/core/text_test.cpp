#include "rgsweep/core/text.hpp"

#include <gmock/gmock.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/registry.hpp"

namespace rgsweep {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Text, SplitsOutsideParentheses) {
  EXPECT_THAT(split(" a, gamma(1, 2) ,b", ','), ElementsAre("a", "gamma(1, 2)", "b"));
  EXPECT_THAT(split("a,", ','), ElementsAre("a", ""));
  EXPECT_THAT(split("  ", ','), IsEmpty());
}

TEST(Text, NearestName) {
  const std::vector<std::string> known = {"activation.slope", "model.width", "training.steps"};
  EXPECT_EQ(nearest_name("activation.slop", known), "activation.slope");
  EXPECT_EQ(nearest_name("model.wdith", known), "model.width");
  EXPECT_EQ(nearest_name("steps", known), "training.steps");
  EXPECT_EQ(nearest_name("entropy", known), "");
  EXPECT_EQ(did_you_mean("width", known), " (did you mean 'model.width'?)");
}

TEST(Registry, LookupNamesWhatIsKnown) {
  struct Entry {
    std::string_view name;
    std::string_view summary;
  };
  static constexpr Entry table[] = {{"relu", ""}, {"leaky_relu", ""}};
  EXPECT_EQ(lookup<Entry>(table, "relu", "activation").name, "relu");
  try {
    lookup<Entry>(table, "leaky_rlu", "activation");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "unknown activation 'leaky_rlu' (did you mean 'leaky_relu'?); known: relu, leaky_relu");
  }
}

}  // namespace
}  // namespace rgsweep

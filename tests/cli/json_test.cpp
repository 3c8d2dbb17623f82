#include "json.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace rgsweep::cli {
namespace {

TEST(Json, NestsAndSeparates) {
  Json json;
  json.begin_object().field("a", std::uint64_t{1}).key("b").begin_list().value(0.1).value("x").end_list();
  json.key("c").begin_object().end_object().field("d", true).end_object();
  EXPECT_EQ(json.text(), R"({"a": 1, "b": [0.1, "x"], "c": {}, "d": true})");
}

TEST(Json, EscapesTextAndHasNoNan) {
  Json json;
  json.begin_list().value("a\"b\\c\n").value(std::numeric_limits<double>::quiet_NaN()).end_list();
  EXPECT_EQ(json.text(), R"(["a\"b\\c\u000a", null])");
}

}  // namespace
}  // namespace rgsweep::cli

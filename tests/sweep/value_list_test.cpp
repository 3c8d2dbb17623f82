#include "rgsweep/sweep/value_list.hpp"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rgsweep::sweep {
namespace {

std::vector<Value> whole(std::int64_t first, std::int64_t step, std::int64_t count) {
  std::vector<Value> values;
  for (std::int64_t i = 0; i < count; ++i) values.emplace_back(first + step * i);
  return values;
}

std::vector<Value> listed(const ValueList& list) {
  return {list.begin(), list.end()};
}

TEST(ValueList, EqualStepsAreCompact) {
  for (const std::int64_t step : {1, 7, -2})
    for (const std::int64_t count : {0, 1, 2, 1000}) {
      const std::vector<Value> values = whole(-5, step, count);
      const ValueList list(values);
      EXPECT_TRUE(list.compact());
      EXPECT_EQ(list.size(), values.size());
      EXPECT_EQ(listed(list), values);
    }
}

TEST(ValueList, HoldsAnyValues) {
  std::vector<std::vector<Value>> cases{{0.5, 1.0, 1.5}, {std::string("a"), std::string("b")}};
  cases.push_back(whole(0, 1, 10));
  cases.back().emplace_back(std::int64_t{12});
  cases.push_back(whole(0, 1, 10));
  cases.back().emplace_back(10.0);
  for (const std::vector<Value>& values : cases) {
    const ValueList list(values);
    EXPECT_FALSE(list.compact());
    EXPECT_EQ(listed(list), values);
    EXPECT_EQ(list.front(), values.front());
    EXPECT_EQ(list.back(), values.back());
    EXPECT_EQ(list[1], values[1]);
  }
}

TEST(ValueList, SortsAndDropsWhatStandsTwice) {
  for (std::vector<Value> values : {whole(3, -1, 4), whole(2, 0, 5), whole(0, 1, 4),
                                    std::vector<Value>{2.5, 0.5, 2.5}, std::vector<Value>{}}) {
    ValueList list(values);
    list.sort_unique();
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    EXPECT_EQ(listed(list), values);
  }
}

TEST(ValueList, IsSearchedLikeAnArray) {
  const ValueList list(whole(10, 10, 100));
  const auto found = std::lower_bound(list.begin(), list.end(), Value(std::int64_t{505}));
  EXPECT_EQ(found - list.begin(), 50);
  EXPECT_EQ(*found, Value(std::int64_t{510}));
  EXPECT_EQ(list, ValueList(whole(10, 10, 100)));
  EXPECT_FALSE(list == ValueList(whole(10, 10, 99)));
}

}  // namespace
}  // namespace rgsweep::sweep

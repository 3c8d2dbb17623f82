#include "rgsweep/core/value.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep {
namespace {

TEST(Value, CanonicalTextIsShortestAndExact) {
  EXPECT_EQ(canonical_text(Value(0.1)), "0.1");
  EXPECT_EQ(canonical_text(Value(-0.0)), "0");
  EXPECT_EQ(canonical_text(Value(1e-300)), "1e-300");
  EXPECT_EQ(canonical_text(Value(std::int64_t{-3})), "-3");
  EXPECT_EQ(canonical_text(Value(std::string("relu"))), "relu");
  EXPECT_EQ(canonical_text(Value()), "");
  EXPECT_EQ(std::get<double>(parse_value(ValueType::real, canonical_text(Value(1.0 / 3)))), 1.0 / 3);
}

TEST(Value, BriefTextHasFewDigits) {
  EXPECT_EQ(brief_text(0.123456), "0.123");
  EXPECT_EQ(brief_text(2.0 / 3, 5), "0.66667");
  EXPECT_EQ(brief_text(1234567), "1.23e+06");
  EXPECT_EQ(brief_text(-std::numeric_limits<double>::infinity()), "-inf");
  EXPECT_EQ(brief_text(std::numeric_limits<double>::quiet_NaN()), "-");
}

TEST(Value, ParsesNumbers) {
  EXPECT_EQ(parse_value(ValueType::integer, " 12 "), Value(std::int64_t{12}));
  EXPECT_EQ(parse_value(ValueType::integer, "1e5"), Value(std::int64_t{100000}));
  EXPECT_EQ(parse_value(ValueType::integer, "-9007199254740991"), Value(std::int64_t{-9007199254740991}));
  EXPECT_EQ(parse_value(ValueType::real, "+.5"), Value(0.5));
  EXPECT_EQ(parse_value(ValueType::text, " relu "), Value(std::string("relu")));
}

TEST(Value, RefusesWhatIsNotOne) {
  for (const char* text : {"", "x", "1x", "0x10", "nan", "inf", "1e999", "1,5", "+-5", "++5"})
    EXPECT_THROW(parse_value(ValueType::real, text), UsageError) << text;
  for (const char* text : {"1.5", "1e16", "9007199254740992", "9007199254740993", "+-5"})
    EXPECT_THROW(parse_value(ValueType::integer, text), UsageError) << text;
}

TEST(Value, ChoiceName) {
  EXPECT_EQ(choice_name("gamma(2)"), "gamma");
  EXPECT_EQ(choice_name(" uniform "), "uniform");
}

}  // namespace
}  // namespace rgsweep

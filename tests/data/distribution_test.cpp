// Distributions as text: names, arguments and messages.
#include "rgsweep/data/distribution.hpp"

#include <cmath>
#include <map>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep::data {
namespace {

std::string message(const std::string& text) {
  try {
    parse_distribution(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Distribution, CumulantsOfOtherOrdersAreNotAskedFor) {
  EXPECT_THROW(parse_distribution("gaussian").cumulant(0), std::logic_error);
  EXPECT_THROW(parse_distribution("gaussian").cumulant(9), std::logic_error);
}

TEST(Distribution, TextIsCanonical) {
  for (const auto& [text, canonical] : std::map<std::string, std::string>{{"gaussian", "gaussian"},
                                                                          {" gamma ", "gamma(2)"},
                                                                          {"gamma(2.0)", "gamma(2)"},
                                                                          {"gamma ( 5e-1 )", "gamma(0.5)"},
                                                                          {"bimodal", "bimodal(0.9)"},
                                                                          {"bimodal(.5)", "bimodal(0.5)"},
                                                                          {"student_t", "student_t(5)"}}) {
    EXPECT_EQ(parse_distribution(text).text(), canonical);
    EXPECT_EQ(parse_distribution(canonical).text(), canonical);
  }
  EXPECT_TRUE(std::isnan(parse_distribution("gaussian").argument()));
  EXPECT_EQ(parse_distribution("gamma(0.5)").argument(), 0.5);
}

TEST(Distribution, MessagesSayWhatIsAllowed) {
  using testing::HasSubstr;
  EXPECT_THAT(message("gausian"), HasSubstr("unknown distribution 'gausian' (did you mean 'gaussian'?)"));
  EXPECT_THAT(message("gausian"), HasSubstr("rademacher, gamma, bimodal, student_t"));
  EXPECT_EQ(message("gaussian(1)"), "distribution 'gaussian(1)': gaussian takes no argument");
  EXPECT_EQ(message("gamma(-1)"), "distribution 'gamma(-1)': needs 0 < k");
  EXPECT_EQ(message("bimodal(1)"), "distribution 'bimodal(1)': needs 0 < m < 1");
  EXPECT_EQ(message("student_t(2)"), "distribution 'student_t(2)': needs 2 < nu");
  for (const std::string text :
       {"gamma()", "gamma(", "gamma(2", "gamma(two)", "gamma(2,3)", "gamma(2)(3)", "gamma(inf)"})
    EXPECT_EQ(message(text), "distribution '" + text + "': expected gamma(k) with one number, 0 < k");
  EXPECT_NE(message(""), "");
}

}  // namespace
}  // namespace rgsweep::data

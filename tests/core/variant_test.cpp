#include "rgsweep/core/variant.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep {
namespace {

std::string message_of(std::string_view name) {
  try {
    variant_index(name);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Variant, NamesAreFoundAgain) {
  for (std::size_t i = 0; i < variants().size(); ++i)
    if (variant_available(i)) {
      EXPECT_EQ(variant_index(variants()[i]), i);
    }
}

TEST(Variant, TheFirstIsAvailableAndEveryOneBelowAnAvailableOne) {
  EXPECT_TRUE(variant_available(0));
  for (std::size_t i = 1; i < variants().size(); ++i)
    if (variant_available(i)) {
      EXPECT_TRUE(variant_available(i - 1));
    }
}

TEST(Variant, AnUnknownNameIsRefusedWithTheAvailableOnes) {
  const std::string message = message_of("v9");
  EXPECT_NE(message.find("unknown variant 'v9'"), std::string::npos) << message;
  EXPECT_NE(message.find(variants()[0]), std::string::npos) << message;
}

TEST(Variant, OneThatTheProcessorLacksIsRefused) {
  for (std::size_t i = 0; i < variants().size(); ++i)
    if (!variant_available(i)) {
      EXPECT_NE(message_of(variants()[i]).find("this processor"), std::string::npos);
    }
}

// The choice is made once in a process: each of these needs one of its own.
using VariantDeathTest = testing::Test;

TEST(VariantDeathTest, TheEnvironmentChooses) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  for (std::size_t i = 0; i < variants().size(); ++i)
    if (variant_available(i)) {
      EXPECT_EXIT(
          {
            setenv("RGSWEEP_VARIANT", std::string(variants()[i]).c_str(), 1);
            std::exit(chosen_variant() == i ? 0 : 1);
          },
          testing::ExitedWithCode(0), "");
    }
}

TEST(VariantDeathTest, AWrongEnvironmentIsAnErrorThatNamesTheVariable) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        setenv("RGSWEEP_VARIANT", "avx", 1);
        try {
          chosen_variant();
        } catch (const UsageError& error) {
          std::fputs(error.what(), stderr);
          std::exit(0);
        }
        std::exit(1);
      },
      testing::ExitedWithCode(0), "environment variable RGSWEEP_VARIANT: unknown variant 'avx'");
}

}  // namespace
}  // namespace rgsweep

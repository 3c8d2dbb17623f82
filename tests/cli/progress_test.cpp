#include "progress.hpp"

#include <gtest/gtest.h>

namespace rgsweep::cli {
namespace {

TEST(Progress, Durations) {
  EXPECT_EQ(duration_text(-3), "0 s");
  EXPECT_EQ(duration_text(59.2), "59 s");
  EXPECT_EQ(duration_text(61), "1 min 01 s");
  EXPECT_EQ(duration_text(3 * 3600 + 120), "3 h 02 min");
  EXPECT_EQ(duration_text(50 * 3600), "2 d 02 h");
}

TEST(Progress, PlainLinesComeEveryHalfMinute) {
  testing::internal::CaptureStderr();
  Progress progress(false);
  const Tally tally{100, 40, 30, 2, 1};
  progress.show(tally, 60, 2, 0);
  progress.show(tally, 60, 2, 29);
  progress.show(tally, 60, 2, 30);
  progress.show(tally, 60, 2, 31);
  progress.finish(tally, 60);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "40/100 points, 1 points/s, 2 diverged, 1 failed, ETA 30 s\n"
            "40/100 points, 0.5 points/s, 2 diverged, 1 failed, 1 min 00 s\n");
}

TEST(Progress, QuietSaysNothing) {
  testing::internal::CaptureStderr();
  Progress progress(true);
  progress.show({100, 40, 30, 0, 0}, 60, 2, 0);
  progress.show({100, 40, 30, 0, 0}, 60, 2, 100);
  progress.finish({100, 100, 90, 0, 0}, 200);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace rgsweep::cli

#include "progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>

#include <unistd.h>

namespace rgsweep::cli {

namespace {

constexpr double terminal_interval = 0.2, plain_interval = 30;

std::string rate_text(double rate) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, rate < 100 ? "%.3g" : "%.0f", rate);
  return buffer;
}

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::max(0.0, seconds)));
  char buffer[64];
  if (whole < 60)
    std::snprintf(buffer, sizeof buffer, "%lld s", whole);
  else if (whole < 3600)
    std::snprintf(buffer, sizeof buffer, "%lld min %02lld s", whole / 60, whole % 60);
  else if (whole < 48 * 3600)
    std::snprintf(buffer, sizeof buffer, "%lld h %02lld min", whole / 3600, whole / 60 % 60);
  else
    std::snprintf(buffer, sizeof buffer, "%lld d %02lld h", whole / 86400, whole / 3600 % 24);
  return buffer;
}

Progress::Progress(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

std::string Progress::line(const Tally& tally, double now) const {
  std::string text = std::to_string(tally.done) + "/" + std::to_string(tally.total) + " points";
  if (now > start_ && tally.ran > 0)
    text += ", " + rate_text(static_cast<double>(tally.ran) / (now - start_)) + " points/s";
  text += ", " + std::to_string(tally.diverged) + " diverged, " + std::to_string(tally.failed) + " failed";
  return text;
}

void Progress::show(const Tally& tally, double remaining, int workers, double now) {
  if (quiet_) return;
  if (start_ < 0) start_ = shown_ = now;
  if (now - shown_ < (terminal_ ? terminal_interval : plain_interval)) return;
  shown_ = now;
  std::string text = line(tally, now);
  if (tally.ran > 0) text += ", ETA " + duration_text(remaining / workers);
  if (terminal_) {
    std::cerr << "\r\033[K" << text << std::flush;
    dirty_ = true;
  } else {
    std::cerr << text << std::endl;
  }
}

void Progress::finish(const Tally& tally, double now) {
  if (quiet_) return;
  if (start_ < 0) start_ = now;
  message(line(tally, now) + ", " + duration_text(now - start_));
}

void Progress::message(const std::string& text) {
  if (dirty_) std::cerr << "\r\033[K";
  dirty_ = false;
  std::cerr << text << std::endl;
}

}  // namespace rgsweep::cli

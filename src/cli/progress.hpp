// Progress on stderr: one line that rewrites itself on a terminal, a plain line every 30 s elsewhere.
#pragma once

#include <cstdint>
#include <string>

namespace rgsweep::cli {

struct Tally {
  std::uint64_t total = 0;                 ///< points of this run's share of the grid
  std::uint64_t done = 0;                  ///< of these finished, now or before
  std::uint64_t ran = 0;                   ///< finished by this run
  std::uint64_t diverged = 0, failed = 0;  ///< among `done`
};

/// "17 s", "4 min 05 s", "3 h 12 min", "2 d 05 h".
std::string duration_text(double seconds);

class Progress {
 public:
  explicit Progress(bool quiet);
  /// `remaining`: predicted seconds of work left on one core; `workers` share it.
  void show(const Tally& tally, double remaining, int workers, double now);
  /// The closing line.
  void finish(const Tally& tally, double now);
  /// A message between progress lines.
  void message(const std::string& text);

 private:
  std::string line(const Tally& tally, double now) const;

  bool quiet_, terminal_;
  double start_ = -1, shown_ = 0;
  bool dirty_ = false;  ///< the cursor stands behind a progress line
};

}  // namespace rgsweep::cli

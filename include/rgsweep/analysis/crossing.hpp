// Where success fractions along an axis pass 1/2 for certain, and which stretch of the axis belongs to each
// passage. The places are cut into stretches of constant success, as many as the Bayesian information
// criterion allows; a stretch above or below 1/2 with 95 % confidence is a side; neighbouring sides that
// differ make a crossing. What is found is what a fit may be applied to: success that falls at one slope and
// returns at another has two crossings, and neither is blurred by the other.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace rgsweep::analysis {

struct Crossing {
  int direction;       ///< 1: values rise through the level with x, -1: they fall
  std::size_t first;   ///< the places that belong to it, from the beginning of the side before
  std::size_t before;  ///< last place of the side before
  std::size_t after;   ///< first place of the side after
  std::size_t last;    ///< end of the side after, itself included
};

/// What became of a whole curve.
struct Passage {
  std::vector<Crossing> crossings = {};
  bool above = false;      ///< some stretch is above the level for certain
  bool below = false;      ///< some stretch is below
  bool uncertain = false;  ///< some stretch is neither
  std::size_t stretches = 0;
};

/// Success fractions k/n and the level 1/2. `paired`: members of one seed are correlated along the axis, so a
/// stretch is as certain as its number of seeds allows and no more.
Passage success_passage(std::span<const float> k, std::span<const float> n, bool paired);

/// The crossing farthest from `end`; the first without an end. There is at least one.
const Crossing& farthest_crossing(const std::vector<Crossing>& crossings, std::span<const double> x,
                                  std::optional<double> end);

/// Shrinks the crossing's range, dropping the end that is farther from its middle, until `fits` accepts the
/// places first ... last, or only one place beyond each side of the crossing is left.
Crossing fitted_range(Crossing crossing, std::span<const double> x,
                      const std::function<bool(std::size_t first, std::size_t last)>& fits);

}  // namespace rgsweep::analysis

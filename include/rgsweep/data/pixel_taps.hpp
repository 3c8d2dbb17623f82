// How a pose is made of its image: each pixel a weighted sum of four neighbours in the image.
#pragma once

#include <array>
#include <vector>

namespace rgsweep::data {

/// A pixel of a pose: the image's pixels `first`, first + 1, first + columns and first + columns + 1, counted
/// row by row, and their weights. Those outside the image, where `first` itself may be, have weight 0. An
/// exact action has one weight 1.
struct PixelTaps {
  int first = 0;
  std::array<double, 4> weight{};
};

/// T_g: the taps of every pixel.
using PixelMap = std::vector<PixelTaps>;

}  // namespace rgsweep::data

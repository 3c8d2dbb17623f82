// Families: curves that differ in the size of something only, the training length for finite-time scaling or
// the width for finite-size scaling.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rgsweep/analysis/curve.hpp"

namespace rgsweep::analysis {

struct Family {
  std::string variable;             ///< column of the sizes; "" for a curve whose points have none
  std::vector<std::size_t> curves;  ///< positions in Curves::curves, ascending in size
  std::vector<double> sizes = {};   ///< NaN for a curve whose points have none
};

inline constexpr std::string_view training_length = "training_steps";
/// The columns that are widths: of an mlp and of a graph network.
inline constexpr std::string_view widths[] = {"model_width", "model_features"};

/// Every curve in exactly one family of `variable`; several curves only where they agree in all else.
std::vector<Family> families(const Curves& curves, std::string_view variable);

/// Curves that agree in all but training length and widths: every family lies within one of these.
std::vector<std::vector<std::size_t>> relatives(const Curves& curves);

}  // namespace rgsweep::analysis
